// The list of units where the map is not what one would wish: yards, roads that join nothing, and
// zones that somebody drew.
#include "dispatch/service/advice.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "tests/dispatch/service/town.h"

namespace ems::dispatch {
namespace {

using test::kCase;
using test::kCrew;
using test::kStartUs;

// x-y is a yard, 300 m from the road, that no road of the map leads out of.
class YardTest : public test::Town {
  protected:
    YardTest()
        : test::Town({"a-----b-----c", //
                      "",              //
                      "",              //
                      "    x-y      "}) {}
};

TEST_F(YardTest, AUnitInAYardIsRankedWithTheWayOutOfIt) {
    call_at(town_.at('c'));
    fix(between('x', 'y', 0.5), kStartUs);
    const api::Recommendation list = advice(kStartUs);
    ASSERT_EQ(list.candidates_size(), 1);
    const api::Candidate& crew = list.candidates(0);
    EXPECT_EQ(crew.excluded(), "");
    EXPECT_EQ(crew.access_s(), 97U) << "270 m at 10 km/h";
    EXPECT_NEAR(crew.drive_s(), 97 + 70, 2);
    EXPECT_EQ(list.degraded(), "");
}

TEST_F(YardTest, BeyondHalfAKilometreItIsOffTheMapAndSaidSo) {
    call_at(town_.at('c'));
    fix(between('x', 'y', 0.5, -900), kStartUs);
    const api::Recommendation list = advice(kStartUs);
    ASSERT_EQ(list.candidates_size(), 1);
    const auto& reasons = list.candidates(0).reasons();
    EXPECT_NE(std::find(reasons.begin(), reasons.end(), "unit_off_road"), reasons.end());
    EXPECT_EQ(list.degraded(), "unit_off_road");
    EXPECT_EQ(list.candidates(0).rank(), 1U);
}

// The village x-y lies 700 m from the town and the map joins it to nothing.
class CutOffTest : public test::Town {
  protected:
    CutOffTest()
        : test::Town({"a-----b-----c",        //
                      "", "", "", "", "", "", //
                      "    x-y      "}) {}
};

TEST_F(CutOffTest, AVillageThatTheMapJoinsToNothingIsRankedByLineAndSaidSo) {
    call_at(between('x', 'y', 0.5));
    fix(town_.at('a'), kStartUs);
    const api::Recommendation list = advice(kStartUs);
    EXPECT_EQ(list.degraded(), "scene_off_road");
    ASSERT_EQ(list.candidates_size(), 1);
    EXPECT_EQ(list.candidates(0).excluded(), "");
    EXPECT_GT(list.candidates(0).drive_s(), 0U);
}

class ZonesTest : public test::Town {
  protected:
    ZonesTest() : test::Town({"a-----b-----c"}) {
        registry_.stations = {{1, "甲站", to_place(town_.at('a'))},
                              {2, "乙站", to_place(town_.at('c'))}};
        registry_.units[0].station = {1};
        fleet_->adopt(registry_);
        call_at(between('b', 'c', 0.5));
        fix(town_.at('a'), kStartUs);
    }
    std::string zone_of(const StationZones* zones) {
        const api::Recommendation list = advice(kStartUs, zones);
        for (const std::string& reason : list.candidates(0).reasons()) {
            if (reason.ends_with("_zone")) {
                return reason;
            }
        }
        return "";
    }
    // All about the town, given to one station.
    std::string drawn(const std::string& station) const {
        const map::Wgs84 a = town_.at('a');
        const map::Wgs84 c = town_.at('c');
        const double south = a.lat - 0.1;
        const double north = a.lat + 0.1;
        return fmt::format(
            R"({{"type":"FeatureCollection","features":[{{"type":"Feature",)"
            R"("properties":{{"station":"{}"}},"geometry":{{"type":"Polygon","coordinates":)"
            R"([[[{},{}],[{},{}],[{},{}],[{},{}],[{},{}]]]}}}}]}})",
            station, a.lon - 0.1, south, c.lon + 0.1, south, c.lon + 0.1, north, a.lon - 0.1, north,
            a.lon - 0.1, south);
    }
};

TEST_F(ZonesTest, ADrawnZoneSaysWhoseTheSceneIs) {
    EXPECT_EQ(zone_of(nullptr), "") << "the registry names no zones";
    const StationZones own = StationZones::parse(drawn("甲站"), "z.geojson").value();
    EXPECT_EQ(zone_of(&own), "home_zone");
    const StationZones other = StationZones::parse(drawn("乙站"), "z.geojson").value();
    EXPECT_EQ(zone_of(&other), "other_zone");
}

TEST_F(ZonesTest, StationsThatTheRegistryPutsIntoOneZoneShareIt) {
    registry_.stations[0].zone = registry_.stations[1].zone = "南部";
    const StationZones other = StationZones::parse(drawn("乙站"), "z.geojson").value();
    EXPECT_EQ(zone_of(&other), "home_zone");
}

TEST_F(ZonesTest, AStationThatNobodyKnowsIsNamedAndDecidesNothing) {
    const StationZones zones = StationZones::parse(drawn("丙站"), "z.geojson").value();
    EXPECT_EQ(zones.unknown_to(registry_), std::vector<std::string>{"丙站"});
    EXPECT_EQ(zone_of(&zones), "");
}

TEST_F(ZonesTest, AnOutlineKeepsItsShapeWithFewerPointsThanWereDrawn) {
    std::string ring;
    constexpr int kPoints = 20'000;
    constexpr double kRadius = 0.1;
    for (int i = 0; i <= kPoints; ++i) {
        const double angle = 2 * std::numbers::pi * (i % kPoints) / kPoints;
        ring += fmt::format("{}[{:.9f},{:.9f}]", i == 0 ? "" : ",",
                            111 + kRadius * std::cos(angle), 35 + kRadius * std::sin(angle));
    }
    const StationZones zones =
        StationZones::parse(R"({"features":[{"properties":{"station":"甲站"},"geometry":)"
                            R"({"type":"Polygon","coordinates":[[)" +
                                ring + "]]}}]}",
                            "z.geojson")
            .value();
    ASSERT_EQ(zones.outlines().size(), 1U);
    ASSERT_EQ(zones.outlines().front().area.size(), 1U);
    const map::Polygon& outline = zones.outlines().front().area.front();
    EXPECT_LT(outline.outer.size(), 200U);
    EXPECT_GT(outline.outer.size(), 20U);
    const double cut = map::area_m2(outline) / (std::numbers::pi * 11'132 * 11'132 * std::cos(35 * std::numbers::pi / 180));
    EXPECT_NEAR(cut, 1, 0.01);
}

TEST_F(ZonesTest, AJaggedOutlineIsBoundedToo) {
    std::string ring;
    constexpr int kPoints = 30'000;
    for (int i = 0; i < kPoints; ++i) { // teeth of 500 m, which a tolerance of 20 m would keep
        const double angle = 2 * std::numbers::pi * i / kPoints;
        const double radius = i % 2 == 0 ? 0.1 : 0.105;
        ring += fmt::format("[{:.9f},{:.9f}],", 111 + radius * std::cos(angle), 35 + radius * std::sin(angle));
    }
    const StationZones zones =
        StationZones::parse(R"({"features":[{"properties":{"station":"甲站"},"geometry":)"
                            R"({"type":"Polygon","coordinates":[[)" +
                                ring + "[111.1,35]]]}}]}",
                            "z.geojson")
            .value();
    ASSERT_EQ(zones.outlines().size(), 1U);
    EXPECT_LE(zones.outlines().front().area.front().outer.size(), kZonePointsMax);
}

TEST_F(ZonesTest, ABadFileIsRefusedWithItsNameAndWhatIsWrong) {
    const auto error = [](std::string_view text) {
        const auto zones = StationZones::parse(text, "z.geojson");
        return zones ? std::string{} : zones.error().detail;
    };
    EXPECT_NE(error("{").find("z.geojson"), std::string::npos);
    EXPECT_NE(error(R"({"features":[]})").find("no area bears"), std::string::npos);
    const std::string latitude_first = R"({"features":[{"properties":{"station":"甲站"},)"
                                       R"("geometry":{"type":"Polygon","coordinates":)"
                                       R"([[[35,111],[35,112],[36,112],[35,111]]]}}]})";
    EXPECT_NE(error(latitude_first).find("longitude, latitude"), std::string::npos);
    EXPECT_FALSE(StationZones::read(dir_.path() / "absent.geojson"));
}

} // namespace
} // namespace ems::dispatch
