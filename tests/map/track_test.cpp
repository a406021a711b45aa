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

// A vehicle driven along a line of points, a fix each second, and where it was said to be.
class Follow : public testing::Test {
  protected:
    std::vector<std::string> drive(const AsciiMap& map, const std::vector<Wgs84>& corners,
                                   double noise_m) {
        const RoadGraph graph = map.graph();
        const SnapIndex index{graph};
        TrackMatcher matcher{graph, index};
        FollowedVehicle vehicle;
        std::mt19937_64 random{5};
        std::normal_distribution<double> noise{0, noise_m};
        std::vector<std::string> roads;
        std::int64_t t_us = 0;
        for (std::size_t i = 1; i < corners.size(); ++i) {
            const double way_m = distance_m(corners[i - 1], corners[i]);
            for (double at_m = 0; at_m < way_m; at_m += 15) {
                const LocalProjection plane{corners[i - 1]};
                const Metres2 to = plane.to_metres(corners[i]);
                const Wgs84 fix = plane.to_wgs84(
                    {to.x * at_m / way_m + noise(random), to.y * at_m / way_m + noise(random)});
                const auto snap = matcher.follow(
                    vehicle, {fix, t_us, 54, course_deg(corners[i - 1], corners[i])});
                EXPECT_TRUE(snap);
                roads.emplace_back(graph.name(snap->at.arc));
                EXPECT_LE(vehicle.states.size(), 12U);
                t_us += 1'000'000;
            }
        }
        return roads;
    }
    static std::size_t count(const std::vector<std::string>& roads,
                             const std::set<std::string>& wanted) {
        return static_cast<std::size_t>(std::count_if(
            roads.begin(), roads.end(), [&](const auto& road) { return wanted.contains(road); }));
    }
};

TEST_F(Follow, AVehicleTurnsAtAJunctionAndNotBeforeIt) {
    const AsciiMap map{{"a----b----c", "     |     ", "     |     ", "     d     "}};
    const auto roads = drive(map, {map.at('a'), map.at('b'), map.at('d')}, 6);
    EXPECT_EQ(count(roads, {"bc", "cb"}), 0U) << "straight on was never the likelier way";
    EXPECT_GE(count(roads, {"ab"}) + count(roads, {"bd"}), roads.size() - 3);
}

// The road passes under the expressway: no junction, and for some fixes the expressway is nearer.
TEST_F(Follow, UnderAnExpresswayItStaysOnItsRoad) {
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    RoadNetwork net;
    net.names = {"", "X818", "G5"};
    const auto road = [&](Metres2 from, Metres2 to, std::uint32_t name, RoadClass c) {
        const auto a = net.add_node(plane.to_wgs84(from));
        const auto b = net.add_node(plane.to_wgs84(to));
        net.add_way({a, b}, {.name = name, .road_class = c, .forward_kmh = 60, .backward_kmh = 60});
    };
    road({-1'000, 0}, {1'000, 0}, 1, RoadClass::county);
    road({-1'000, -150}, {1'000, 150}, 2, RoadClass::expressway); // at a narrow angle
    const RoadGraph graph = assemble(net).value();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    FollowedVehicle vehicle;
    std::mt19937_64 random{3};
    std::normal_distribution<double> noise{0, 7};
    std::int64_t t_us = 0;
    int wrong = 0;
    int nearest_wrong = 0;
    for (double x = -900; x <= 900; x += 15, t_us += 1'000'000) {
        const Wgs84 fix = plane.to_wgs84({x + noise(random), noise(random)});
        const auto snap = matcher.follow(vehicle, {fix, t_us, 54, 90});
        ASSERT_TRUE(snap);
        wrong += graph.name(snap->at.arc) == "X818" ? 0 : 1;
        const auto nearest = index.snap(fix, {.course_deg = 90});
        nearest_wrong += graph.name(nearest->at.arc) == "X818" ? 0 : 1;
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(nearest_wrong, 0) << "the nearest road would do: the test says nothing";
}

TEST_F(Follow, BetweenParallelRoadsItStaysOnTheOneItCameBy) {
    const AsciiMap map{{"a---------b", "|         |", "c---------d"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    FollowedVehicle vehicle;
    for (int step = 1; step < 9; ++step) {
        const double wobble_m = step == 1 ? -30 : step % 2 == 0 ? -52 : -48; // the middle is -50
        const Wgs84 fix = LocalProjection{map.at('a')}.to_wgs84({step * 100.0, wobble_m});
        const auto snap = matcher.follow(vehicle, {fix, step * 2'000'000, 50, 90});
        ASSERT_TRUE(snap);
        EXPECT_EQ(snap->at.arc, map.on(graph, 'a', 'b', 0).arc) << step;
    }
}

TEST_F(Follow, FartherThanHalfAKilometreFromAnyRoadItIsOffTheMap) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    FollowedVehicle vehicle;
    const LocalProjection plane{map.at('a')};
    const auto near = matcher.follow(vehicle, {plane.to_wgs84({500, -450}), 0, 0, 0});
    ASSERT_TRUE(near);
    EXPECT_NEAR(near->distance_m, 450, 1);
    const auto off = matcher.follow(vehicle, {plane.to_wgs84({500, -550}), 1'000'000, 0, 0});
    EXPECT_EQ(off.error().code, Code::not_found);
}

TEST_F(Follow, AVehicleThatStandsStaysAndMaySetOffEitherWay) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    FollowedVehicle vehicle;
    const Wgs84 at = point_of(graph, map.on(graph, 'a', 'b', 0.5));
    const auto driven = matcher.follow(vehicle, {at, 0, 40, 90});
    ASSERT_TRUE(driven);
    EXPECT_EQ(driven->at.facing, Facing::along);
    const auto stands = matcher.follow(vehicle, {at, 60'000'000, 0, 200});
    ASSERT_TRUE(stands);
    EXPECT_EQ(stands->at.facing, Facing::either);
    EXPECT_EQ(stands->at.arc, driven->at.arc);
    EXPECT_EQ(vehicle.t_us, 60'000'000) << "seen again: standing is no break, however long";
    EXPECT_FALSE(matcher.follow(vehicle, {{std::nan(""), 111}, 0, 0, 0}));
    EXPECT_EQ(matcher.follow(vehicle, {{36.0, 112.0}, 70'000'000, 0, 0}).error().code,
              Code::not_found);
    EXPECT_TRUE(vehicle.states.empty());
}

} // namespace
} // namespace ems::map
