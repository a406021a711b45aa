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

TEST(RoadFollower, StaysOnItsRoadBetweenParallelRoads) {
    const AsciiMap map{{"a---------b", "|         |", "c---------d"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    RoadFollower follower;
    for (int step = 1; step < 9; ++step) {
        const double wobble_m = step % 2 == 0 ? -52 : -40; // the middle between both roads is -50
        const auto snap = follower.update(index, moved(map.at('a'), step * 100, wobble_m), 50, 90);
        ASSERT_TRUE(snap);
        EXPECT_EQ(snap->at.arc, map.on(graph, 'a', 'b', 0).arc) << step;
    }
}

} // namespace
} // namespace ems::map
