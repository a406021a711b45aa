#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "map/hierarchy/hierarchy_search.h"
#include "map/import/osm_import.h"
#include "map/route/path_search.h"
#include "map/synth/region.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/map/slow_dijkstra.h"
#include "tests/support/child_process.h"

namespace ems::map {
namespace {

using test::AsciiMap;
using Kind = ArcWeight::Kind;

Hierarchy build(const RoadGraph& graph) {
    auto hierarchy = Hierarchy::build(graph, find_node_order(graph));
    EXPECT_TRUE(hierarchy);
    return std::move(*hierarchy);
}

// The way is one, and takes the time it says.
void check_drive(const Metric& metric, const Drive& drive, const std::string& where) {
    const RoadGraph& graph = metric.graph();
    ASSERT_EQ(drive.arcs.front(), drive.start.arc) << where;
    std::uint64_t ms =
        drive.start.extra_ms - part_ms(metric, drive.start.arc, drive.start.fraction);
    for (std::size_t i = 0; i < drive.arcs.size(); ++i) {
        const ArcId a = drive.arcs[i];
        if (i > 0) {
            ASSERT_EQ(graph.head(drive.arcs[i - 1]), graph.tail(a)) << where;
            ASSERT_NE(graph.turn_ms(drive.arcs[i - 1], a), kForbiddenMs) << where;
            ASSERT_FALSE(metric.is_closed(a)) << where;
            ms += graph.turn_ms(drive.arcs[i - 1], a);
        }
        ms += i + 1 == drive.arcs.size() ? part_ms(metric, a, drive.goal_fraction)
                                         : metric.drive_off_ms(a);
    }
    ASSERT_EQ(static_cast<std::uint32_t>(ms), drive.total_ms) << where;
}

// Random ways on one graph, under the profile and then under random weights laid over each other,
// brought in by update(). Returns how many were compared.
int compare_routes(const RoadGraph& graph, std::mt19937_64& random, int rounds, int queries,
                   const std::string& where) {
    const Hierarchy hierarchy = build(graph);
    auto metric = std::make_shared<const Metric>(graph);
    HierarchyWeights weights{hierarchy};
    weights.customize(*metric);
    HierarchySearch search{hierarchy};
    PathSearch plain{graph};
    int compared = 0;
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < queries; ++i) {
            const RoadPosition from = test::random_position(random, graph);
            const RoadPosition to = test::random_position(random, graph);
            const auto drive = search.run(weights, *metric, from, to);
            const auto wanted = plain.run(*metric, from, to);
            EXPECT_EQ(drive.has_value(), wanted.has_value()) << where << " round " << round;
            if (drive && wanted) {
                EXPECT_EQ(drive->total_ms, wanted->total_ms)
                    << where << " round " << round << " query " << i << " from " << from.arc << " "
                    << from.fraction << " to " << to.arc << " " << to.fraction;
                check_drive(*metric, *drive, where);
            }
            ++compared;
            if (testing::Test::HasFailure()) {
                return compared;
            }
        }
        const auto changes = test::random_weights(random, graph, 1 + graph.arc_count() / 40);
        const auto next = with_weights(*metric, changes);
        EXPECT_TRUE(next);
        std::vector<ArcId> arcs;
        std::transform(changes.begin(), changes.end(), std::back_inserter(arcs),
                       [](const ArcWeight& w) { return w.arc; });
        metric = *next;
        weights.update(*metric, arcs);
    }
    return compared;
}

// Long blocks, and some so short that driving round them or back is cheaper than turning round.
constexpr std::array kBlocksM{300.0, 60.0, 20.0};

TEST(Hierarchy, RoutesEqualDijkstraOnRandomGraphsUnderRandomWeights) {
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= 600 && !HasFailure(); ++seed) {
        std::mt19937_64 random{seed};
        const auto graph = assemble(test::random_network(
            random, 3 + static_cast<std::uint32_t>(seed % 12), kBlocksM[seed % kBlocksM.size()]));
        ASSERT_TRUE(graph);
        compared += compare_routes(*graph, random, 4, 10, "seed " + std::to_string(seed));
    }
    EXPECT_GE(compared, 20'000);
}

} // namespace
} // namespace ems::map
