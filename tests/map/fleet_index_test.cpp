#include <algorithm>
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "map/hierarchy/fleet_index.h"
#include "map/route/nearest_search.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"

namespace ems::map {
namespace {

using test::AsciiMap;

// A small map, customized for its profile.
struct Roads {
    explicit Roads(const AsciiMap& map)
        : graph(map.graph()), hierarchy(*Hierarchy::build(graph, find_node_order(graph))),
          metric(graph), weights(hierarchy) {
        weights.customize(metric);
    }
    RoadGraph graph;
    Hierarchy hierarchy;
    Metric metric;
    HierarchyWeights weights;
};

TEST(FleetIndex, CountsTheTurnoutAndTheLimit) {
    const AsciiMap map{{"a----t--b"}};
    const Roads roads{map};
    FleetIndex fleet{roads.weights, roads.metric, 900'000};
    fleet.place(0, map.on(roads.graph, 'a', 't', 0), 0);
    fleet.place(1, map.on(roads.graph, 'b', 't', 0), 75'000);
    const RoadPosition target = map.on(roads.graph, 'a', 't', 1);
    const auto both = fleet.nearest(target, 10, 900'000);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].unit, 0U);
    EXPECT_EQ(both[1].total_ms, both[1].travel_ms + 75'000);
    EXPECT_EQ(fleet.nearest(target, 1, 900'000).size(), 1U);
    EXPECT_EQ(fleet.nearest(target, 10, both[1].total_ms).size(), 2U);
    EXPECT_EQ(fleet.nearest(target, 10, both[1].total_ms - 1).size(), 1U);
}

TEST(FleetIndex, AUnitOnItsWayIsClimbedForOnlyWhereItEntersAnArc) {
    const AsciiMap map{{"a---------b---------c"}};
    const Roads roads{map};
    FleetIndex fleet{roads.weights, roads.metric, 900'000};
    const RoadPosition target = map.on(roads.graph, 'b', 'c', 0.5);
    fleet.place(7, map.on(roads.graph, 'a', 'b', 0.2), 0);
    const std::size_t entries = fleet.entry_count();
    fleet.place(8, map.on(roads.graph, 'a', 'b', 0.6), 0);
    fleet.place(7, map.on(roads.graph, 'a', 'b', 0.4), 0);
    EXPECT_EQ(fleet.entry_count(), entries);
    const auto found = fleet.nearest(target, 10, 900'000);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].unit, 8U);
    EXPECT_NEAR(found[1].total_ms, 110'000, 200);
}

TEST(FleetIndex, AUnitOnAClosedRoadDrivesOffItAndOneIsDrivenInto) {
    const AsciiMap map{{"a----b----c"}};
    Roads roads{map};
    const ArcId shut = map.on(roads.graph, 'a', 'b', 0).arc;
    const std::vector<ArcWeight> closures{{shut, ArcWeight::Kind::closed, 0},
                                          {roads.graph.twin(shut), ArcWeight::Kind::closed, 0}};
    const auto metric = with_weights(roads.metric, closures).value();
    roads.weights.customize(*metric);
    FleetIndex fleet{roads.weights, *metric, 900'000};
    fleet.place(0, map.on(roads.graph, 'a', 'b', 0.5), 0);
    const auto off = fleet.nearest(map.on(roads.graph, 'b', 'c', 0.5), 10, 900'000);
    ASSERT_EQ(off.size(), 1U);
    EXPECT_NEAR(off[0].total_ms, 50'000, 100);
    fleet.place(0, map.on(roads.graph, 'b', 'c', 0.5), 0);
    const auto into = fleet.nearest(map.on(roads.graph, 'a', 'b', 0.5), 10, 900'000);
    ASSERT_EQ(into.size(), 1U);
    EXPECT_NEAR(into[0].total_ms, 50'000, 100);
}

TEST(FleetIndex, AUnitTakenOffLeavesNothingBehind) {
    const AsciiMap map{{"a----t--b"}};
    const Roads roads{map};
    FleetIndex fleet{roads.weights, roads.metric, 900'000};
    fleet.place(3, map.on(roads.graph, 'a', 't', 0), 0);
    fleet.remove(3);
    fleet.remove(99);
    EXPECT_EQ(fleet.entry_count(), 0U);
    EXPECT_EQ(fleet.stand_count(), 0U);
    EXPECT_TRUE(fleet.nearest(map.on(roads.graph, 't', 'b', 0.5), 10, 900'000).empty());
    fleet.place(3, map.on(roads.graph, 'a', 't', 0), 0);
    fleet.place(3, {}, 0); // off the road
    EXPECT_EQ(fleet.stand_count(), 0U);
}

// A fleet that moves, changes and meets closures, against the bounded search.
int compare_fleet(std::uint64_t seed, double block_m) {
    std::mt19937_64 random{seed};
    const auto graph =
        assemble(test::random_network(random, 4 + static_cast<std::uint32_t>(seed % 10), block_m));
    EXPECT_TRUE(graph);
    const auto hierarchy = Hierarchy::build(*graph, find_node_order(*graph));
    EXPECT_TRUE(hierarchy);
    auto metric = std::make_shared<const Metric>(*graph);
    HierarchyWeights weights{*hierarchy};
    weights.customize(*metric);
    const auto reach_ms = static_cast<std::uint32_t>(50'000 + random() % 600'000);
    FleetIndex fleet{weights, *metric, reach_ms};
    NearestSearch plain{*graph};
    std::vector<NearestUnit> units(20);
    int compared = 0;
    for (int round = 0; round < 12; ++round) {
        for (std::uint32_t u = 0; u < units.size(); ++u) {
            switch (random() % 4) {
            case 0: // drives on
                if (units[u].at.arc != kNoArc) {
                    units[u].at.fraction = std::min(1.0, units[u].at.fraction + 0.2);
                }
                break;
            case 1:
                units[u] = {test::random_position(random, *graph),
                            static_cast<std::uint32_t>(random() % 3 * 30'000)};
                break;
            case 2:
                if (random() % 4 == 0) {
                    units[u].at = {};
                }
                break;
            default:
                continue;
            }
            fleet.place(u, units[u].at, units[u].lead_ms);
        }
        if (round % 4 == 3) {
            metric = *with_weights(*metric, test::random_weights(random, *graph, 5));
            weights.customize(*metric);
            fleet.use(weights, *metric);
        }
        for (int i = 0; i < 4; ++i) {
            NearestQuery query;
            query.target = test::random_position(random, *graph);
            query.units = units;
            query.count_max = static_cast<std::uint32_t>(1 + random() % 21);
            query.limit_ms = static_cast<std::uint32_t>(1 + random() % reach_ms);
            const auto wanted = plain.run(*metric, query);
            const auto& found = fleet.nearest(query.target, query.count_max, query.limit_ms);
            std::size_t reached = 0;
            for (const RankedUnit& w : wanted) {
                if (w.reachability == Reachability::reached) {
                    EXPECT_LT(reached, found.size()) << "seed " << seed << " round " << round;
                    if (reached < found.size()) {
                        EXPECT_EQ(found[reached],
                                  (FleetIndex::Found{w.unit, w.total_ms, w.travel_ms}))
                            << "seed " << seed << " round " << round;
                    }
                    ++reached;
                }
            }
            EXPECT_EQ(found.size(), reached) << "seed " << seed << " round " << round;
            ++compared;
            if (testing::Test::HasFailure()) {
                return compared;
            }
        }
    }
    return compared;
}

TEST(FleetIndex, EqualsTheBoundedSearchOnRandomGraphsWithMovingUnitsAndClosures) {
    constexpr std::array kBlocksM{300.0, 60.0, 20.0};
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
        compared += compare_fleet(seed, kBlocksM[seed % kBlocksM.size()]);
    }
    EXPECT_GE(compared, 14'000);
}

} // namespace
} // namespace ems::map
