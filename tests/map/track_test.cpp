#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "map/geo/projection.h"
#include "map/route/router.h"
#include "map/synth/county.h"
#include "map/track/track_match.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/map/recorded_track.h"

namespace ems::map {
namespace {

using test::AsciiMap;

constexpr std::int64_t kSecond = 1'000'000;

double length_of(const RoadGraph& graph, const std::set<ArcId>& arcs) {
    double dm = 0;
    for (const ArcId a : arcs) {
        dm += graph.length_dm(a);
    }
    return dm;
}

struct Share {
    double driven{0};
    double found{0}; // of the driven
    double wrong{0}; // matched but not driven
};

Share judge(const RoadGraph& graph, const Route& route, const MatchedTrack& matched) {
    const std::set<ArcId> driven{route.arcs.begin(), route.arcs.end()};
    std::set<ArcId> found;
    for (const MatchedStretch& stretch : matched.stretches) {
        found.insert(stretch.arcs.begin(), stretch.arcs.end());
    }
    Share out;
    std::set<ArcId> both;
    std::set_intersection(driven.begin(), driven.end(), found.begin(), found.end(),
                          std::inserter(both, both.end()));
    out.driven = length_of(graph, driven);
    out.found = length_of(graph, both);
    out.wrong = length_of(graph, found) - out.found;
    return out;
}

TEST(TrackMatch, ADriveOverRoadsOfARestrictionIsNamedByTheRoadsThemselves) {
    AsciiMap map{{"a-----b-----c-----d", //
                  "      |     |      ", //
                  "      e     f      "}};
    map.restrict_turn("abcf", false);
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    const auto route = make_dijkstra_router(graph)->route(map.on(graph, 'a', 'b', 0.1),
                                                          map.on(graph, 'c', 'd', 0.9));
    const std::vector<ArcId> driven{map.on(graph, 'a', 'b', 0).arc, map.on(graph, 'b', 'c', 0).arc,
                                    map.on(graph, 'c', 'd', 0).arc};
    ASSERT_EQ(route->arcs, driven);
    std::mt19937_64 random{5};
    const auto matched = matcher.match(test::record(*route, 1'000, 3, random), {}).value();
    ASSERT_EQ(matched.stretches.size(), 1U);
    EXPECT_EQ(matched.stretches[0].arcs, driven);
}

TEST(TrackMatch, FindsTheRoadAndDirectionThatWereDrivenThroughNoise) {
    const RoadGraph graph = assemble(make_yanhu(kCountySeed).value().network).value();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    const auto router = make_dijkstra_router(graph);
    std::mt19937_64 random{3};
    Share all;
    for (int round = 0; round < 30; ++round) {
        const auto route = router->route(test::random_position(random, graph),
                                         test::random_position(random, graph));
        if (!route || route->travel_ms < 120'000 || route->travel_ms > 3'600'000) {
            continue;
        }
        const auto matched =
            matcher.match(test::record(*route, round % 2 == 0 ? 1'000 : 5'000, 6, random), {})
                .value();
        const Share one = judge(graph, *route, matched);
        all.driven += one.driven;
        all.found += one.found;
        all.wrong += one.wrong;
    }
    EXPECT_GT(all.driven, 1e6) << "the test drives too little to say anything";
    EXPECT_GT(all.found / all.driven, 0.98);
    EXPECT_LT(all.wrong / all.driven, 0.02);
}

TEST(TrackMatch, TimesAtJunctionsAreBetweenTheFixesAroundThem) {
    const AsciiMap map{{"a----b----c----d"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    std::mt19937_64 random{1};
    const auto route = make_dijkstra_router(graph)
                           ->route(map.on(graph, 'a', 'b', 0), map.on(graph, 'c', 'd', 1))
                           .value();
    const auto matched =
        TrackMatcher{graph, index}.match(test::record(route, 7'000, 0, random), {}).value();
    ASSERT_EQ(matched.stretches.size(), 1U);
    EXPECT_EQ(matched.stretches[0].arcs, route.arcs);
    ASSERT_EQ(matched.stretches[0].traversals.size(), 1U);
    const Traversal& bc = matched.stretches[0].traversals[0];
    EXPECT_EQ(bc.arc, map.on(graph, 'b', 'c', 0).arc);
    EXPECT_NEAR(static_cast<double>(bc.enter_us) / 1e6, 1 + 50, 0.5);
    EXPECT_NEAR(static_cast<double>(bc.leave_us) / 1e6, 1 + 100, 0.5);
}

TEST(TrackMatch, AParallelRoadNearbyIsNotJumpedTo) {
    const AsciiMap map{
        {"a-------------------b", "c-------------------d"}}; // 100 m apart, not joined
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    const LocalProjection plane{map.at('a')};
    std::vector<TrackPoint> track;
    for (int i = 0; i <= 19; ++i) { // on the upper road, one fix far over to the lower
        track.push_back({plane.to_wgs84({i * 100.0, i == 9 ? -58.0 : -5.0}), i * 10 * kSecond});
    }
    const auto matched = TrackMatcher{graph, index}.match(track, {.sigma_m = 10}).value();
    ASSERT_EQ(matched.stretches.size(), 1U);
    for (const MatchedFix& fix : matched.stretches[0].fixes) {
        EXPECT_EQ(fix.at.arc, map.on(graph, 'a', 'b', 0).arc) << fix.point;
    }
}

TEST(TrackMatch, APauseInTheRecordingAndAWayOffTheRoadBreakTheTrack) {
    const AsciiMap map{{"a-------------------b"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    const LocalProjection plane{map.at('a')};
    std::vector<TrackPoint> track;
    for (int i = 0; i < 20; ++i) {
        const double y = i >= 14 && i < 16 ? 900.0 : 0.0;
        track.push_back({plane.to_wgs84({i * 100.0, y}), (i * 10 + (i >= 7 ? 300 : 0)) * kSecond});
    }
    const auto matched = TrackMatcher{graph, index}.match(track, {}).value();
    EXPECT_EQ(matched.fixes_off_road, 2U);
    ASSERT_GE(matched.stretches.size(), 2U);
    EXPECT_EQ(matched.stretches[0].fixes.back().point, 6U);
    EXPECT_EQ(matched.stretches[1].fixes.front().point, 7U);
}

TEST(TrackMatch, WrongTracksAreRefused) {
    const AsciiMap map{{"a---b"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    const Wgs84 a = map.at('a');
    EXPECT_TRUE(matcher.match({}, {}).value().stretches.empty());
    for (const auto& track : {std::vector<TrackPoint>{{a, 5}, {a, 4}},
                              std::vector<TrackPoint>{{Wgs84{std::nan(""), 111}, 0}}}) {
        EXPECT_EQ(matcher.match(track, {}).error().code, Code::invalid_argument);
    }
    EXPECT_FALSE(matcher.match({}, {.sigma_m = 0}));
    EXPECT_FALSE(matcher.match({}, {.roads_max = 0}));
}

} // namespace
} // namespace ems::map
