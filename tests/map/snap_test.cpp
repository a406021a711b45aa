#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "map/geo/polyline.h"
#include "map/match/snap.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"

namespace ems::map {
namespace {

using test::AsciiMap;

Wgs84 moved(Wgs84 p, double east_m, double north_m) {
    return LocalProjection{p}.to_wgs84({east_m, north_m});
}

TEST(Snap, FindsTheNearestRoadAndTheShareOfIt) {
    const AsciiMap map{{"a---------b", "", "", "c---------d"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    const auto snap = index.snap(moved(map.at('a'), 250, -60), {.part = SnapPart::any});
    ASSERT_TRUE(snap);
    EXPECT_NEAR(snap->distance_m, 60, 0.2);
    const RoadPosition wanted = map.on(graph, 'a', 'b', 0.25);
    const bool is_forward = snap->at.arc == wanted.arc;
    EXPECT_TRUE(is_forward || snap->at.arc == graph.twin(wanted.arc));
    EXPECT_NEAR(is_forward ? snap->at.fraction : 1 - snap->at.fraction, 0.25, 0.001);
    EXPECT_LT(distance_m(point_of(graph, snap->at), snap->foot), 0.5);
}

TEST(Snap, RefusesPointsFarFromAnyRoadAndPointsThatAreNone) {
    const RoadGraph graph = AsciiMap{{"a---------b"}}.graph();
    const SnapIndex index{graph};
    EXPECT_EQ(index.snap({36.0, 111.0}).error().code, Code::not_found);
    EXPECT_EQ(index.snap({std::nan(""), 111.0}).error().code, Code::invalid_argument);
    EXPECT_EQ(index.snap({35.0, 111.0}, {.radius_m = 1e9}).error().code, Code::invalid_argument);
}

TEST(Snap, CourseChoosesTheDirection) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    const Wgs84 p = moved(map.at('a'), 400, 5);
    const auto east = index.snap(p, {.course_deg = 95.0});
    const auto west = index.snap(p, {.course_deg = 265.0});
    EXPECT_EQ(east->at.arc, map.on(graph, 'a', 'b', 0).arc);
    EXPECT_EQ(west->at.arc, map.on(graph, 'b', 'a', 0).arc);
    EXPECT_NEAR(west->at.fraction, 0.6, 0.001);
    EXPECT_EQ(west->at.facing, Facing::along);
}

TEST(Snap, PrefersRoadsThatLeadSomewhere) {
    // x-y is an island 100 m nearer than the town
    const AsciiMap map{{"a-------b", "|       |", "c-------d", "", "x-------y"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    const Wgs84 p = moved(map.at('c'), 300, -130);
    EXPECT_TRUE(graph.is_main(index.snap(p)->at.arc));
    EXPECT_FALSE(graph.is_main(index.snap(p, {.part = SnapPart::any})->at.arc));
}

// x-y is a yard behind a gate that the map holds closed.
TEST(Snap, AVehicleInAYardComesOutOnTheRoadBesideItWithinHalfAKilometre) {
    const auto out_of = [](const std::vector<std::string>& rows) {
        const AsciiMap map{rows};
        const RoadGraph graph = map.graph();
        const SnapIndex index{graph};
        const Wgs84 at = moved(map.at('x'), 300, 0);
        const auto own = index.snap(at, {.part = SnapPart::any});
        EXPECT_NEAR(own->distance_m, 0, 0.1);
        const auto out = index.way_out(at, *own);
        EXPECT_TRUE(!out || graph.is_main(out->at.arc));
        return out ? out->distance_m : -1;
    };
    EXPECT_NEAR(out_of({"a-------b", "|       |", "c-------d", "", "", "", "x-------y"}), 400, 1);
    EXPECT_EQ(out_of({"a-------b", "|       |", "c-------d", "", "", "", "", "", "x-------y"}), -1)
        << "an island of its own";
    EXPECT_EQ(out_of({"x-------b", "|       |", "c-------d"}), -1) << "its own road leads on";
}

TEST(Snap, TheWayOutOfAYardCostsItsTimeAndNoiseNone) {
    EXPECT_EQ(access_ms(0), 0U);
    EXPECT_EQ(access_ms(kAccessFreeM), 0U);
    EXPECT_EQ(access_ms(kAccessFreeM + 100), 36'000U) << "100 m at 10 km/h";
    EXPECT_EQ(access_ms(1e9), access_ms(kAccessFreeM + kAccessMaxM)) << "bounded";
}

// A village road 200 m from the scene, and nearer roads that nobody lives on.
class Beside : public testing::Test {
  protected:
    void add(double y, std::uint32_t name, RoadClass road_class, bool tunnel = false) {
        const LocalProjection plane{Wgs84{35.0, 111.0}};
        const auto a = net_.add_node(plane.to_wgs84({-500, y}));
        const auto b = net_.add_node(plane.to_wgs84({500, y}));
        net_.add_way({a, b}, {.name = name,
                              .road_class = road_class,
                              .tunnel = tunnel,
                              .forward_kmh = 36,
                              .backward_kmh = 36});
    }
    std::string road(double y, std::string_view words) {
        const RoadGraph graph = assemble(net_).value();
        const SnapIndex index{graph};
        const auto snap = index.snap(moved({35.0, 111.0}, 0, y),
                                     {.part = SnapPart::any, .of = SnapOf::place, .words = words});
        return std::string{graph.name(snap->at.arc)};
    }

    RoadNetwork net_ = [] {
        RoadNetwork net;
        net.names = {"", "G5;G55 京昆高速", "村道", "隧道"};
        return net;
    }();
};

TEST_F(Beside, APlaceIsNotPutOnAnExpresswayAFerryOrATunnelUnlessItLiesOnItOrIsNamed) {
    add(0, 1, RoadClass::expressway);
    add(240, 2, RoadClass::village);
    EXPECT_EQ(road(40, ""), "村道");
    EXPECT_EQ(road(10, ""), "G5;G55 京昆高速") << "it lies on it";
    EXPECT_EQ(road(40, "京昆高速下行 K812"), "G5;G55 京昆高速");
    EXPECT_EQ(road(40, "G55往运城"), "G5;G55 京昆高速");
    EXPECT_EQ(road(40, "G556往运城"), "村道") << "another road";
    net_.ways.clear();
    add(0, 3, RoadClass::county, true);
    add(240, 2, RoadClass::village);
    EXPECT_EQ(road(40, ""), "村道");
    net_.ways.clear();
    add(0, 3, RoadClass::ferry);
    add(240, 2, RoadClass::village);
    EXPECT_EQ(road(40, ""), "村道");
    net_.ways.clear();
    add(0, 1, RoadClass::expressway);
    EXPECT_EQ(road(40, ""), "G5;G55 京昆高速") << "nothing else is near";
}

TEST_F(Beside, OutOfAYardNobodyDrivesOntoAnExpressway) {
    add(0, 1, RoadClass::expressway);
    add(-400, 1, RoadClass::expressway);
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    net_.add_way({0, 2}, {.name = 1,
                          .road_class = RoadClass::expressway,
                          .forward_kmh = 36,
                          .backward_kmh = 36}); // the largest part
    add(200, 2, RoadClass::service);
    const RoadGraph graph = assemble(net_).value();
    const SnapIndex index{graph};
    const Wgs84 at = moved({35.0, 111.0}, 100, 200);
    const auto own = index.snap(at, {.part = SnapPart::any});
    ASSERT_EQ(graph.name(own->at.arc), "村道");
    ASSERT_FALSE(graph.is_main(own->at.arc));
    EXPECT_FALSE(index.way_out(at, *own));
}

TEST(Snap, EqualsALinearScan) {
    std::mt19937_64 random{17};
    const RoadGraph graph = std::move(*assemble(test::random_network(random, 14)));
    const SnapIndex index{graph};
    std::uniform_real_distribution<double> metres{-500, 4500};
    for (int i = 0; i < 300; ++i) {
        const Wgs84 p = moved({35.0, 111.0}, metres(random), metres(random));
        const LocalProjection flat{p};
        double least_m = 1e9;
        for (ArcId a = 0; a < graph.arc_count(); ++a) {
            const auto shape = graph.shape(a);
            for (std::size_t k = 1; k < shape.size(); ++k) {
                least_m = std::min(least_m, foot_on_segment({0, 0}, flat.to_metres(shape[k - 1]),
                                                            flat.to_metres(shape[k]))
                                                .distance_m);
            }
        }
        const auto snap = index.snap(p, {.part = SnapPart::any});
        ASSERT_TRUE(snap);
        EXPECT_NEAR(snap->distance_m, least_m, 0.05);
    }
}

} // namespace
} // namespace ems::map
