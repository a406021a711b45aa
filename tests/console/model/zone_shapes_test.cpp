#include "console/model/zone_shapes.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

void corner(api::Ring& ring, double lat, double lon) {
    auto* p = ring.add_points();
    p->set_lat_e7(static_cast<std::int32_t>(std::lround(lat * 1e7)));
    p->set_lon_e7(static_cast<std::int32_t>(std::lround(lon * 1e7)));
}

api::Polygon box(double south, double west, double north, double east) {
    api::Polygon out;
    corner(*out.mutable_outer(), south, west);
    corner(*out.mutable_outer(), south, east);
    corner(*out.mutable_outer(), north, east);
    corner(*out.mutable_outer(), north, west);
    return out;
}

api::Zone zone(std::int64_t station, const api::Polygon& polygon) {
    api::Zone out;
    out.set_station_id(station);
    *out.add_polygons() = polygon;
    return out;
}

TEST(ZoneShapes, NeighboursDifferInHue) {
    // three that meet in one corner
    const auto shapes = zone_shapes({zone(1, box(35, 110, 36, 111)), zone(2, box(35, 111, 36, 112)),
                                     zone(3, box(34, 110, 35, 112))});
    ASSERT_EQ(shapes.size(), 3U);
    EXPECT_EQ((std::set<int>{shapes[0].hue, shapes[1].hue, shapes[2].hue}.size()), 3U);
}

TEST(ZoneShapes, TwoAreasOfOneStationShareItsHue) {
    const auto shapes = zone_shapes({zone(1, box(35, 110, 36, 111)), zone(2, box(35, 111, 36, 112)),
                                     zone(1, box(35, 112, 36, 113))});
    ASSERT_EQ(shapes.size(), 3U);
    EXPECT_EQ(shapes[0].hue, shapes[2].hue);
    EXPECT_NE(shapes[0].hue, shapes[1].hue);
}

TEST(ZoneShapes, ANameStandsInsideWhereTheMiddleIsNot) {
    OverlayPolygon horseshoe; // open to the north: its middle lies outside
    for (const auto& [lat, lon] : {std::pair{35.0, 110.0}, {35.0, 110.9}, {35.9, 110.9}, {35.9, 110.6},
                                   {35.3, 110.6}, {35.3, 110.3}, {35.9, 110.3}, {35.9, 110.0}}) {
        horseshoe.outer.push_back({lat, lon});
    }
    const GeoPoint at = label_place(horseshoe);
    const bool in_gap = at.lat > 35.3 && at.lon > 110.3 && at.lon < 110.6;
    EXPECT_FALSE(in_gap) << at.lat << " " << at.lon;
    EXPECT_TRUE(at.lat > 35.05 && at.lat < 35.85 && at.lon > 110.05 && at.lon < 110.85) << at.lat << " " << at.lon;
}

TEST(ZoneShapes, AHoleIsNoPlaceForAName) {
    OverlayPolygon ring;
    ring.outer = {{35, 110}, {35, 111}, {36, 111}, {36, 110}};
    ring.holes = {{{35.2, 110.2}, {35.2, 110.8}, {35.8, 110.8}, {35.8, 110.2}}};
    const GeoPoint at = label_place(ring);
    const bool in_hole = at.lat > 35.2 && at.lat < 35.8 && at.lon > 110.2 && at.lon < 110.8;
    EXPECT_FALSE(in_hole) << at.lat << " " << at.lon;
}

TEST(ZoneShapes, WhatIsNoAreaIsLeftOut) {
    api::Polygon line;
    corner(*line.mutable_outer(), 35, 110);
    corner(*line.mutable_outer(), 36, 110);
    EXPECT_TRUE(zone_shapes({zone(1, line)}).empty());
    EXPECT_EQ(label_place({}), GeoPoint{});
}

} // namespace
} // namespace ems::console
