#include <random>

#include <gtest/gtest.h>

#include "map/route/alternatives.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"

namespace ems::map {
namespace {

using test::AsciiMap;

TEST(Alternatives, OfferTheOtherWaysThatAreALittleSlower) {
    const AsciiMap map{{"a----b---------c----d", "     |         |     ", "     e---------f     "}};
    const RoadGraph graph = map.graph();
    const Metric metric{graph};
    const RoadPosition from = map.on(graph, 'a', 'b', 0);
    const RoadPosition to = map.on(graph, 'c', 'd', 1);
    const auto routes = find_routes(metric, from, to, {}).value();
    ASSERT_EQ(routes.size(), 2U);
    EXPECT_NEAR(routes[0].travel_ms, 200'000, 10);
    EXPECT_NEAR(routes[1].travel_ms, 240'000, 10) << "by its real time, not the penalized one";
    EXPECT_NE(routes[0].arcs, routes[1].arcs);
    EXPECT_EQ(find_routes(metric, from, to, {.slower_max = 1.1}).value().size(), 1U);
    EXPECT_EQ(find_routes(metric, from, to, {.count_max = 0}).value().size(), 1U);
    EXPECT_EQ(find_routes(metric, from, to, {.shared_max = 0.2}).value().size(), 1U)
        << "both begin and end on the same road";
}

TEST(Alternatives, WhereThereIsOneWayThereIsNoOther) {
    const AsciiMap map{{"a----b----c"}};
    const RoadGraph graph = map.graph();
    EXPECT_EQ(find_routes(Metric{graph}, map.on(graph, 'a', 'b', 0), map.on(graph, 'b', 'c', 1), {})
                  .value()
                  .size(),
              1U);
    EXPECT_EQ(
        find_routes(Metric{graph}, RoadPosition{}, map.on(graph, 'b', 'c', 1), {}).error().code,
        Code::invalid_argument);
}

TEST(Alternatives, OnRandomNetworksUnderClosuresTheFirstIsTheFastestAndAllKeepTheRules) {
    std::mt19937_64 random{31};
    int offered = 0;
    for (int round = 0; round < 30; ++round) {
        const RoadGraph graph = assemble(test::random_network(random, 9)).value();
        std::vector<ArcWeight> closures;
        for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
            if (random() % 20 == 0) {
                closures.push_back({arc});
            }
        }
        const auto metric = with_weights(Metric{graph}, closures).value();
        const auto router = make_dijkstra_router(graph);
        router->use(metric);
        for (int q = 0; q < 20; ++q) {
            const RoadPosition from = test::random_position(random, graph);
            const RoadPosition to = test::random_position(random, graph);
            const auto fastest = router->route(from, to);
            const auto routes = find_routes(*metric, from, to, {.count_max = 3});
            ASSERT_EQ(routes.has_value(), fastest.has_value());
            if (!routes) {
                continue;
            }
            ASSERT_EQ(routes->front().travel_ms, fastest->travel_ms);
            for (std::size_t i = 1; i < routes->size(); ++i) {
                ++offered;
                const Route& route = (*routes)[i];
                ASSERT_GE(route.travel_ms, fastest->travel_ms);
                ASSERT_LE(route.travel_ms, fastest->travel_ms * 1.4 + 1);
                for (std::size_t a = 1; a < route.arcs.size(); ++a) {
                    ASSERT_TRUE(!metric->is_closed(route.arcs[a]) || a + 1 == route.arcs.size());
                    ASSERT_TRUE(graph.may_follow(route.arcs[a - 1], route.arcs[a]));
                }
            }
        }
    }
    EXPECT_GT(offered, 100) << "the test offers too little to say anything";
}

} // namespace
} // namespace ems::map
