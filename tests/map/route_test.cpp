#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "map/geo/polyline.h"
#include "map/route/router.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/map/slow_dijkstra.h"

namespace ems::map {
namespace {

using test::AsciiMap;

std::uint32_t seconds(const Result<Route>& route) {
    return route ? (route->travel_ms + 500) / 1000 : 0;
}

TEST(Route, CountsTheSharesOfTheFirstAndLastStreet) {
    const AsciiMap map{{"a---------b---------c"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const auto route = router->route(map.on(graph, 'a', 'b', 0.3), map.on(graph, 'b', 'c', 0.5));
    ASSERT_TRUE(route);
    EXPECT_EQ(seconds(route), 120U);
    EXPECT_NEAR(length_m(route->points), 1200, 3);
    EXPECT_EQ(route->points.size(), route->point_ms.size());
    EXPECT_EQ(route->point_ms.back(), route->travel_ms);
    ASSERT_EQ(route->legs.size(), 2U);
    EXPECT_EQ(route->legs[0].name, "ab");
    EXPECT_EQ(route->legs[0].travel_ms + route->legs[1].travel_ms, route->travel_ms);
    EXPECT_EQ(seconds(router->route(map.on(graph, 'a', 'b', 0.7), map.on(graph, 'a', 'b', 0.2))),
              50U);
}

TEST(Route, OneWayStreetsMakeARoundTrip) {
    const AsciiMap map{{"a---->----b", "|         |", "c---------d"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    // backwards on the one-way: out at b, round and in again at a
    EXPECT_EQ(seconds(router->route(map.on(graph, 'a', 'b', 0.5), map.on(graph, 'a', 'b', 0.3))),
              50U + 20 + 100 + 20 + 30);
}

TEST(Route, TurnRestrictionsAreObeyed) {
    AsciiMap map{{"a----b----c", "     |    |", "     d----e"}};
    map.restrict_turn("abc", false);
    {
        const RoadGraph graph = map.graph();
        const auto route = make_dijkstra_router(graph)->route(map.on(graph, 'a', 'b', 0),
                                                              map.on(graph, 'b', 'c', 1));
        // turning round in d and coming back is 50 + 20 + 20 + 20 + 50; over d and e 50 + 20 + 50 +
        // 20
        EXPECT_EQ(seconds(route), 140U);
    }
    map.network.restrictions.clear();
    map.restrict_turn("abd", true);
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    EXPECT_EQ(seconds(router->route(map.on(graph, 'a', 'b', 0), map.on(graph, 'b', 'c', 1))), 140U);
    EXPECT_EQ(seconds(router->route(map.on(graph, 'd', 'b', 0), map.on(graph, 'b', 'c', 1))), 70U);
}

TEST(Route, AVehicleUnderWayPaysForTurningRound) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    RoadPosition from = map.on(graph, 'a', 'b', 0.5);
    from.facing = Facing::along;
    EXPECT_EQ(seconds(router->route(from, map.on(graph, 'a', 'b', 0.9))), 40U);
    EXPECT_EQ(seconds(router->route(from, map.on(graph, 'a', 'b', 0.1))), 60U);
}

TEST(Route, SaysWhenNoRoadLeadsThere) {
    const AsciiMap map{{"a--b  c--d"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    EXPECT_EQ(router->route(map.on(graph, 'a', 'b', 0), map.on(graph, 'c', 'd', 0)).error().code,
              Code::unreachable);
    EXPECT_EQ(router->route({}, map.on(graph, 'c', 'd', 0)).error().code, Code::invalid_argument);
}

TEST(Nearest, RanksByRoadAndTellsTooFarFromUnreachable) {
    // u is nearest on the map but the street to t is one-way against it
    const AsciiMap map{
        {"u--<--t-----w", "|           |", "p-----------q", "|", "|", "z", "", "x--y"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const std::vector<NearestUnit> units{{map.on(graph, 'u', 'p', 0), 0},
                                         {map.on(graph, 'w', 'q', 0), 0},
                                         {map.on(graph, 'x', 'y', 0), 0},
                                         {map.on(graph, 'p', 'z', 1), 0},
                                         {{}, 0}};
    NearestQuery query;
    query.target = map.on(graph, 't', 'w', 0);
    query.units = units;
    query.limit_ms = 225'000;
    const auto ranked = router->nearest(query);
    ASSERT_EQ(ranked.size(), 5U);
    EXPECT_EQ(ranked[0].unit, 1U);
    EXPECT_NEAR(ranked[0].travel_ms, 60'000, 100);
    EXPECT_NEAR(ranked[0].length_dm, 6'000, 10);
    EXPECT_EQ(ranked[1].unit, 0U);
    EXPECT_NEAR(ranked[1].travel_ms, 220'000, 300);
    EXPECT_EQ(ranked[2].unit, 2U);
    EXPECT_EQ(ranked[2].reachability, Reachability::unreachable);
    EXPECT_EQ(ranked[3].unit, 3U);
    EXPECT_EQ(ranked[3].reachability, Reachability::too_far);
    EXPECT_EQ(ranked[4].reachability, Reachability::off_map);
}

// x-y joins nothing: who stands there comes out on a-c, half a minute later.
TEST(Nearest, AUnitMaySetOffFromTheRoadBesideItsOwn) {
    const AsciiMap map{{"a----t----c", "", "", "x--------y"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const std::vector<NearestUnit> units{
        {map.on(graph, 'x', 'y', 0.5), 0, map.on(graph, 'a', 't', 0.5), 30'000}};
    NearestQuery query;
    query.units = units;
    query.target = map.on(graph, 't', 'c', 1);
    const RankedUnit out = router->nearest(query).front();
    EXPECT_EQ(out.reachability, Reachability::reached);
    EXPECT_TRUE(out.from_beside);
    EXPECT_NEAR(out.travel_ms, 30'000 + 75'000, 200);
    query.target = map.on(graph, 'x', 'y', 1);
    const RankedUnit own = router->nearest(query).front();
    EXPECT_FALSE(own.from_beside) << "in the yard itself it is at once";
    EXPECT_NEAR(own.travel_ms, 45'000, 200);
    query.target = map.on(graph, 't', 'c', 1);
    query.limit_ms = 60'000;
    EXPECT_EQ(router->nearest(query).front().reachability, Reachability::too_far);
}

TEST(Nearest, LeadTimeCountsInTheRanking) {
    const AsciiMap map{{"a----t--b"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const std::vector<NearestUnit> units{{map.on(graph, 'a', 't', 0), 0},
                                         {map.on(graph, 'b', 't', 0), 75'000}};
    NearestQuery query;
    query.target = map.on(graph, 'a', 't', 1);
    query.units = units;
    const auto ranked = router->nearest(query);
    EXPECT_EQ(ranked[0].unit, 0U);
    EXPECT_EQ(ranked[1].total_ms, ranked[1].travel_ms + 75'000);
}

// One random fleet on one random graph against the slow way.
void compare_nearest(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    auto graph = assemble(test::random_network(random, 5 + static_cast<std::uint32_t>(seed % 5)));
    if (!graph) {
        return;
    }
    const auto router = make_dijkstra_router(*graph);
    for (int round = 0; round < 4; ++round) {
        std::vector<NearestUnit> units;
        for (int i = 0; i < 8; ++i) {
            units.push_back({test::random_position(random, *graph),
                             static_cast<std::uint32_t>(random() % 3 * 30'000)});
            if (i % 3 == 0) {
                units.back().beside = test::random_position(random, *graph);
                units.back().beside_ms = static_cast<std::uint32_t>(random() % 60'000);
            }
        }
        NearestQuery query;
        query.target = test::random_position(random, *graph);
        query.units = units;
        query.limit_ms = static_cast<std::uint32_t>(100'000 + random() % 400'000);
        query.count_max = static_cast<std::uint32_t>(1 + random() % 9);
        const auto ranked = router->nearest(query);
        ASSERT_EQ(ranked.size(), units.size());

        std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted; // total, unit
        std::vector<std::optional<std::uint32_t>> travel;
        for (std::uint32_t u = 0; u < units.size(); ++u) {
            travel.push_back(test::slow_travel_ms(*graph, units[u].at, query.target));
            const auto beside = is_on(*graph, units[u].beside)
                                    ? test::slow_travel_ms(*graph, units[u].beside, query.target)
                                    : std::nullopt;
            if (beside && (!travel[u] || *beside + units[u].beside_ms < *travel[u])) {
                travel[u] = *beside + units[u].beside_ms;
            }
            if (travel[u] && *travel[u] + units[u].lead_ms <= query.limit_ms) {
                wanted.emplace_back(*travel[u] + units[u].lead_ms, u);
            }
        }
        std::sort(wanted.begin(), wanted.end());
        const bool is_full = wanted.size() >= query.count_max;
        wanted.resize(std::min<std::size_t>(wanted.size(), query.count_max));
        for (std::size_t i = 0; i < ranked.size(); ++i) {
            if (i < wanted.size()) {
                ASSERT_EQ(ranked[i].reachability, Reachability::reached) << "seed " << seed;
                ASSERT_EQ(ranked[i].unit, wanted[i].second) << "seed " << seed;
                ASSERT_EQ(ranked[i].total_ms, wanted[i].first) << "seed " << seed;
                ASSERT_EQ(ranked[i].travel_ms, *travel[ranked[i].unit]) << "seed " << seed;
            } else {
                const auto why = !travel[ranked[i].unit] ? Reachability::unreachable
                                 : is_full               ? Reachability::not_ranked
                                                         : Reachability::too_far;
                ASSERT_EQ(ranked[i].reachability, why) << "seed " << seed;
            }
        }
    }
}

TEST(Nearest, EqualsTheSlowWayOnRandomGraphs) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        ASSERT_NO_FATAL_FAILURE(compare_nearest(seed));
    }
}

void check_route(const RoadGraph& graph, const Route& route, std::uint64_t seed) {
    ASSERT_GE(route.points.size(), 2U) << "seed " << seed;
    ASSERT_EQ(route.points.size(), route.point_ms.size()) << "seed " << seed;
    ASSERT_TRUE(std::is_sorted(route.point_ms.begin(), route.point_ms.end())) << "seed " << seed;
    ASSERT_EQ(route.point_ms.back(), route.travel_ms) << "seed " << seed;
    ASSERT_NEAR(length_m(route.points), route.length_dm / 10.0,
                1 + 0.1 * static_cast<double>(route.arcs.size()))
        << "seed " << seed;
    for (std::size_t i = 1; i < route.arcs.size(); ++i) {
        ASSERT_EQ(graph.head(route.arcs[i - 1]), graph.tail(route.arcs[i])) << "seed " << seed;
        ASSERT_TRUE(graph.may_follow(route.arcs[i - 1], route.arcs[i])) << "seed " << seed;
    }
    std::uint32_t leg_ms = 0;
    std::uint32_t next = 0;
    for (const RouteLeg& leg : route.legs) {
        leg_ms += leg.travel_ms;
        ASSERT_LE(leg.point_first, next) << "seed " << seed;
        next = leg.point_first + leg.point_count;
    }
    ASSERT_EQ(leg_ms, route.travel_ms) << "seed " << seed;
    ASSERT_EQ(next, route.points.size()) << "seed " << seed;
}

TEST(Route, EqualsTheSlowWayOnRandomGraphs) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random{seed};
        auto graph =
            assemble(test::random_network(random, 4 + static_cast<std::uint32_t>(seed % 6)));
        ASSERT_TRUE(graph);
        const auto router = make_dijkstra_router(*graph);
        for (int i = 0; i < 10; ++i) {
            const RoadPosition from = test::random_position(random, *graph);
            const RoadPosition to = test::random_position(random, *graph);
            const auto route = router->route(from, to);
            const auto wanted = test::slow_travel_ms(*graph, from, to);
            ASSERT_EQ(route.has_value(), wanted.has_value()) << "seed " << seed;
            if (route) {
                ASSERT_EQ(route->travel_ms, *wanted) << "seed " << seed;
                ASSERT_NO_FATAL_FAILURE(check_route(*graph, *route, seed));
            }
        }
    }
}

} // namespace
} // namespace ems::map
