#include <algorithm>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "map/graph/metric.h"
#include "map/graph/parts.h"
#include "map/route/foothold.h"
#include "map/route/router.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/map/slow_dijkstra.h"

namespace ems::map {
namespace {

using test::AsciiMap;
using Kind = ArcWeight::Kind;

std::shared_ptr<const Metric> with(const Metric& base, const std::vector<ArcWeight>& weights) {
    auto made = with_weights(base, weights);
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? *made : nullptr;
}

TEST(Metric, FactorsAreOfTheProfileAndTheHeaviestWeightOfAnArcHolds) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const ArcId ab = map.on(graph, 'a', 'b', 0).arc;
    const Metric profile{graph};
    const auto twice = with(profile, {{ab, Kind::factor, 2}});
    EXPECT_EQ(twice->travel_ms(ab), 2 * graph.travel_ms(ab));
    EXPECT_EQ(with(*twice, {{ab, Kind::factor, 2}})->travel_ms(ab), 2 * graph.travel_ms(ab));
    EXPECT_EQ(with(*twice, {{ab, Kind::factor, 1}})->travel_ms(ab), graph.travel_ms(ab));
    EXPECT_EQ(
        with(profile, {{ab, Kind::absolute, 90'000}, {ab, Kind::absolute, 120'000}})->travel_ms(ab),
        120'000U);
    EXPECT_TRUE(with(profile, {{ab, Kind::closed, 0}, {ab, Kind::factor, 3}})->is_closed(ab));
    EXPECT_EQ(profile.travel_ms(ab), graph.travel_ms(ab));
}

TEST(Metric, NoWeightIsBelowTheLeastShareOfTheProfile) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const auto fast = with(Metric{graph}, {{0, Kind::absolute, 1}});
    EXPECT_EQ(fast->travel_ms(0), (graph.travel_ms(0) + 1) / 2);
}

TEST(Metric, RefusesWhatIsNoWeight) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    const Metric profile{graph};
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const ArcWeight& w : {ArcWeight{2, Kind::closed, 0}, ArcWeight{0, Kind::factor, 0},
                               ArcWeight{0, Kind::factor, -1}, ArcWeight{0, Kind::factor, nan},
                               ArcWeight{0, Kind::absolute, infinity}}) {
        EXPECT_EQ(with_weights(profile, std::vector{w}).error().code, Code::invalid_argument);
    }
}

TEST(Metric, AClosureChangesTheNextAnswerAndItsEndTheOneAfter) {
    const AsciiMap map{{"a---------b", "|         |", "c---------d"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const RoadPosition from = map.on(graph, 'a', 'c', 0);
    const RoadPosition to = map.on(graph, 'b', 'd', 0);
    const std::uint32_t before = router->route(from, to)->travel_ms;
    const ArcId ab = map.on(graph, 'a', 'b', 0).arc;
    const auto closed = with(Metric{graph}, {{ab, Kind::closed, 0}});
    router->use(closed);
    EXPECT_NEAR(router->route(from, to)->travel_ms, 140'000, 300);
    EXPECT_EQ(router->route(to, from)->travel_ms, before);
    router->use(with(*closed, {{ab, Kind::factor, 1}}));
    EXPECT_EQ(router->route(from, to)->travel_ms, before);
}

TEST(Metric, AClosedRoadIsDrivenOffAndEnteredForAPlaceOnItButNotPassed) {
    const AsciiMap map{{"a----b----c----d"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const ArcId bc = map.on(graph, 'b', 'c', 0).arc;
    router->use(with(Metric{graph}, {{bc, Kind::closed, 0}, {graph.twin(bc), Kind::closed, 0}}));
    const RoadPosition on_ab = map.on(graph, 'a', 'b', 0.5);
    const RoadPosition on_bc = map.on(graph, 'b', 'c', 0.5);
    EXPECT_NEAR(router->route(on_bc, on_ab)->travel_ms, 50'000, 100);
    const auto in = router->route(on_ab, on_bc);
    ASSERT_TRUE(in) << "a patient may lie on a closed road";
    EXPECT_NEAR(in->travel_ms, 50'000, 100);
    EXPECT_TRUE(in->ends_on_closed_road);
    EXPECT_FALSE(router->route(on_bc, on_ab)->ends_on_closed_road);
    EXPECT_EQ(router->route(on_ab, map.on(graph, 'c', 'd', 0.5)).error().code, Code::unreachable);
}

TEST(Metric, UnitsAreRankedForASceneOnAClosedRoadAndSaidToEndOnIt) {
    const AsciiMap map{{"a----b----c----d"}};
    const RoadGraph graph = map.graph();
    const auto router = make_dijkstra_router(graph);
    const ArcId bc = map.on(graph, 'b', 'c', 0).arc;
    router->use(with(Metric{graph}, {{bc, Kind::closed, 0}, {graph.twin(bc), Kind::closed, 0}}));
    const std::vector<NearestUnit> units{{map.on(graph, 'a', 'b', 0.5)},
                                         {map.on(graph, 'c', 'd', 0.2)},
                                         {map.on(graph, 'b', 'c', 0.9)}};
    NearestQuery query;
    query.target = map.on(graph, 'b', 'c', 0.5);
    query.units = units;
    const auto ranked = router->nearest(query);
    ASSERT_EQ(ranked.size(), 3U);
    for (std::uint32_t place = 0; place < 3; ++place) {
        EXPECT_EQ(ranked[place].unit, 2 - place);
        EXPECT_EQ(ranked[place].reachability, Reachability::reached);
        EXPECT_TRUE(ranked[place].ends_on_closed_road);
    }
    query.target = map.on(graph, 'a', 'b', 0.1);
    EXPECT_FALSE(router->nearest(query).front().ends_on_closed_road);
}

TEST(Metric, AStretchOfSeveralClosedPiecesIsNotEnteredBeyondItsFirst) {
    const AsciiMap map{{"a----b----c----d----e"}};
    const RoadGraph graph = map.graph();
    std::vector<ArcWeight> closed;
    for (const char* piece : {"bc", "cd", "de"}) {
        const ArcId arc = map.on(graph, piece[0], piece[1], 0).arc;
        closed.push_back({arc, Kind::closed, 0});
        closed.push_back({graph.twin(arc), Kind::closed, 0});
    }
    const auto metric = with(Metric{graph}, closed);
    const RoadPosition from = map.on(graph, 'a', 'b', 0.5);
    EXPECT_TRUE(has_road(*metric, from, map.on(graph, 'b', 'c', 0.5)));
    EXPECT_FALSE(has_road(*metric, from, map.on(graph, 'c', 'd', 0.5)));
}

TEST(Metric, ReachabilityUnderClosuresIsThatOfAGraphWithoutTheClosedArcs) {
    std::uint32_t proven = 0;
    std::uint32_t searched = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        std::mt19937_64 random{seed};
        const auto graph =
            assemble(test::random_network(random, 4 + static_cast<std::uint32_t>(seed % 5)));
        ASSERT_TRUE(graph);
        auto metric = std::make_shared<const Metric>(*graph);
        for (int round = 0; round < 4; ++round) {
            metric =
                with(*metric, test::random_weights(random, *graph,
                                                   static_cast<std::uint32_t>(1 + random() % 3)));
            ++(closures_leave_parts(*graph, metric->arc_ms(), metric->closed_arcs()) ? proven
                                                                                     : searched);
            for (int i = 0; i < 40; ++i) {
                const RoadPosition from = test::random_position(random, *graph);
                const RoadPosition to = test::random_position(random, *graph);
                ASSERT_EQ(has_road(*metric, from, to),
                          test::slow_travel_ms(*metric, from, to).has_value())
                    << "seed " << seed;
            }
        }
    }
    EXPECT_GT(proven, 50U); // both ways to know are met
    EXPECT_GT(searched, 50U);
}

TEST(Metric, RoutesUnderRandomWeightsEqualTheSlowWay) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        std::mt19937_64 random{seed};
        const auto graph =
            assemble(test::random_network(random, 4 + static_cast<std::uint32_t>(seed % 6)));
        ASSERT_TRUE(graph);
        const auto router = make_dijkstra_router(*graph);
        const auto metric = with(Metric{*graph}, test::random_weights(random, *graph, 12));
        router->use(metric);
        for (int i = 0; i < 10; ++i) {
            const RoadPosition from = test::random_position(random, *graph);
            const RoadPosition to = test::random_position(random, *graph);
            const auto route = router->route(from, to);
            const auto wanted = test::slow_travel_ms(*metric, from, to);
            ASSERT_EQ(route.has_value(), wanted.has_value()) << "seed " << seed;
            if (route) {
                ASSERT_EQ(route->travel_ms, *wanted) << "seed " << seed;
            }
            const std::vector<NearestUnit> units{{from, 5'000}};
            NearestQuery query;
            query.target = to;
            query.units = units;
            query.limit_ms = 600'000;
            const auto ranked = router->nearest(query);
            ASSERT_EQ(ranked[0].reachability, !wanted ? Reachability::unreachable
                                              : *wanted + 5'000 > query.limit_ms
                                                  ? Reachability::too_far
                                                  : Reachability::reached)
                << "seed " << seed;
            if (ranked[0].reachability == Reachability::reached) {
                ASSERT_EQ(ranked[0].travel_ms, *wanted) << "seed " << seed;
            }
        }
    }
}

} // namespace
} // namespace ems::map
