#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "map/hierarchy/cch_router.h"
#include "map/hierarchy/hierarchy_search.h"
#include "map/hierarchy/live_roads.h"
#include "map/import/osm_import.h"
#include "map/route/path_search.h"
#include "map/synth/region.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/map/slow_dijkstra.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

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
            ASSERT_TRUE(!metric.is_closed(a) || i + 1 == drive.arcs.size()) << where;
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

TEST(Hierarchy, RoutesEqualDijkstraOnAGeneratedRegionWithTurnRestrictions) {
    const auto region = make_region(25'000, 5);
    ASSERT_TRUE(region);
    const auto graph = assemble(region->network);
    ASSERT_TRUE(graph);
    EXPECT_GT(graph->ban_count(), 20U);
    std::mt19937_64 random{5};
    compare_routes(*graph, random, 3, 40, "region");
}

TEST(Hierarchy, RoutesEqualDijkstraOnTheRealExtracts) {
    int extracts = 0;
    for (const char* name : {"liechtenstein-20150727.osm.pbf", "north-bayreuth-2014.osm.pbf"}) {
        const std::string path = ems::test::source_path("../shared/data/osm/" + std::string{name});
        if (!std::filesystem::exists(path)) {
            std::cout << "left out: " << path << " is not there\n";
            continue;
        }
        const auto extract = read_osm(path, {}, {});
        ASSERT_TRUE(extract);
        const auto graph = assemble(extract->network);
        ASSERT_TRUE(graph);
        std::mt19937_64 random{11};
        EXPECT_EQ(compare_routes(*graph, random, 5, 200, name), 1'000);
        ++extracts;
    }
    std::cout << extracts << " real extracts compared\n";
}

TEST(Hierarchy, PartialCustomizationEqualsAFullOne) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::mt19937_64 random{seed};
        const auto graph =
            assemble(test::random_network(random, 10, kBlocksM[seed % kBlocksM.size()]));
        ASSERT_TRUE(graph);
        const Hierarchy hierarchy = build(*graph);
        HierarchyWeights partial{hierarchy};
        auto metric = std::make_shared<const Metric>(*graph);
        partial.customize(*metric);
        for (int round = 0; round < 10; ++round) {
            const auto changes = test::random_weights(random, *graph, 6);
            std::vector<ArcId> arcs;
            for (const ArcWeight& w : changes) {
                arcs.push_back(w.arc);
            }
            metric = *with_weights(*metric, changes);
            partial.update(*metric, arcs);
            HierarchyWeights full{hierarchy};
            full.customize(*metric);
            ASSERT_TRUE(std::equal(partial.all().begin(), partial.all().end(), full.all().begin()))
                << "seed " << seed << " round " << round;
        }
    }
}

// A node contracted first makes all its neighbours neighbours of each other.
TEST(Hierarchy, AnOrderThatBeginsWithTheSeparatorsIsRefusedBeforeItFillsMemory) {
    constexpr std::uint32_t kSpokes = 1'000;
    RoadNetwork network;
    const std::uint32_t hub = network.add_node({35.1, 111.0});
    for (std::uint32_t i = 0; i < kSpokes; ++i) {
        const std::uint32_t end = network.add_node({35.2, 111.0 + 0.0001 * i});
        network.add_way({hub, end}, {.forward_kmh = 36, .backward_kmh = 36});
    }
    const auto graph = assemble(network);
    ASSERT_TRUE(graph);
    NodeOrder order = find_node_order(*graph);
    EXPECT_TRUE(Hierarchy::build(*graph, order));
    std::reverse(order.begin(), order.end());
    const auto refused = Hierarchy::build(*graph, order);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::graph_file);
    EXPECT_NE(refused.error().detail.find("order it again"), std::string::npos);
}

TEST(CchRouter, AnswersLikeTheDijkstraRouterUnderClosures) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::mt19937_64 random{seed};
        const auto graph = assemble(test::random_network(
            random, 4 + static_cast<std::uint32_t>(seed % 8), kBlocksM[seed % kBlocksM.size()]));
        ASSERT_TRUE(graph);
        const Hierarchy hierarchy = build(*graph);
        const auto fast = make_cch_router(hierarchy);
        const auto plain = make_dijkstra_router(*graph);
        auto metric = std::make_shared<const Metric>(*graph);
        for (int round = 0; round < 5; ++round) {
            std::vector<NearestUnit> units(12);
            for (NearestUnit& u : units) {
                u = {test::random_position(random, *graph),
                     static_cast<std::uint32_t>(random() % 90'000)};
            }
            units[3].at = {}; // on no road
            for (const std::size_t u : {2U, 3U, 7U}) {
                units[u].beside = test::random_position(random, *graph);
                units[u].beside_ms = static_cast<std::uint32_t>(random() % 90'000);
            }
            units[8].at = {};
            NearestQuery query;
            query.target = test::random_position(random, *graph);
            query.units = units;
            query.count_max = static_cast<std::uint32_t>(1 + random() % 14);
            // Above half an hour the hierarchy answers; a lead makes such a limit bind.
            units[5].lead_ms = 1'790'000;
            query.limit_ms = random() % 2 == 0 ? 1'810'000 : 300'000;
            const auto wanted = plain->nearest(query);
            const auto ranked = fast->nearest(query);
            ASSERT_EQ(ranked.size(), wanted.size());
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                ASSERT_EQ(ranked[i].unit, wanted[i].unit) << "seed " << seed;
                ASSERT_EQ(ranked[i].reachability, wanted[i].reachability) << "seed " << seed;
                ASSERT_EQ(ranked[i].total_ms, wanted[i].total_ms) << "seed " << seed;
                ASSERT_EQ(ranked[i].travel_ms, wanted[i].travel_ms) << "seed " << seed;
                ASSERT_EQ(ranked[i].from_beside, wanted[i].from_beside) << "seed " << seed;
            }
            const auto a = fast->route(units[0].at, query.target);
            const auto b = plain->route(units[0].at, query.target);
            ASSERT_EQ(a.has_value(), b.has_value()) << "seed " << seed;
            if (a) {
                ASSERT_EQ(a->travel_ms, b->travel_ms) << "seed " << seed;
            } else {
                ASSERT_EQ(a.error().code, b.error().code) << "seed " << seed;
            }
            metric = *with_weights(*metric, test::random_weights(random, *graph, 4));
            fast->use(metric);
            plain->use(metric);
        }
    }
}

TEST(LiveRoads, WhoeverHoldsTheOldTimesKeepsThem) {
    const AsciiMap map{
        {"p----s----a---------b----t----q", "          |         |", "          c---------d"}};
    const RoadGraph graph = map.graph();
    const Hierarchy hierarchy = build(graph);
    LiveRoads live{hierarchy};
    HierarchySearch search{hierarchy};
    const RoadPosition from = map.on(graph, 'p', 's', 0);
    const RoadPosition to = map.on(graph, 't', 'q', 1);
    const auto ms = [&](const RoadsNow& roads) {
        return search.travel_ms(*roads.weights, *roads.metric, from, to).value_or(0);
    };
    const RoadsNow open = live.now();
    const std::uint32_t open_ms = ms(open);
    const std::vector<ArcWeight> closure{
        {map.on(graph, 'a', 'b', 0).arc, ArcWeight::Kind::closed, 0}};
    const auto closed = *with_weights(*open.metric, closure);
    for (int turn = 0; turn < 4; ++turn) {
        EXPECT_GT(ms(live.use(closed)), open_ms);
        EXPECT_GT(ms(live.use(*with_weights(*closed, closure))), open_ms); // in the spare set
        EXPECT_EQ(ms(open), open_ms);
        EXPECT_EQ(ms(live.use(open.metric)), open_ms);
    }
}

TEST(NodeOrder, HoldsEveryNodeOnceAndIsTheSameEachTime) {
    std::mt19937_64 random{3};
    const auto graph = assemble(test::random_network(random, 14));
    ASSERT_TRUE(graph);
    const NodeOrder order = find_node_order(*graph);
    EXPECT_EQ(order, find_node_order(*graph));
    NodeOrder sorted = order;
    std::sort(sorted.begin(), sorted.end());
    NodeOrder wanted(graph->node_count());
    std::iota(wanted.begin(), wanted.end(), 0U);
    EXPECT_EQ(sorted, wanted);
}

TEST(NodeOrder, AFileIsReadBackAndADamagedCutOrForeignOneRefused) {
    std::mt19937_64 random{3};
    const auto graph = assemble(test::random_network(random, 6));
    const auto other = assemble(test::random_network(random, 6));
    ASSERT_TRUE(graph && other);
    const NodeOrder order = find_node_order(*graph);
    const ems::test::TempDir dir;
    const std::string path = dir.path() / "roads.order";
    ASSERT_TRUE(save_node_order(*graph, order, path));
    EXPECT_EQ(*load_node_order(*graph, path), order);
    EXPECT_EQ(load_node_order(*graph, dir.path() / "absent").error().code, Code::io);

    const std::vector<std::byte> good = pack_node_order(*graph, order);
    const auto refusal = [&](const RoadGraph& g, std::vector<std::byte> bytes) {
        const auto parsed = parse_node_order(g, bytes, "x");
        return parsed ? "none" : parsed.error().detail;
    };
    auto bytes = good;
    bytes.resize(bytes.size() - 1);
    EXPECT_NE(refusal(*graph, bytes).find("cut"), std::string::npos);
    bytes = good;
    bytes.back() ^= std::byte{1};
    EXPECT_NE(refusal(*graph, bytes).find("damaged"), std::string::npos);
    bytes = good;
    bytes[8] ^= std::byte{2};
    EXPECT_NE(refusal(*graph, bytes).find("format 3"), std::string::npos);
    EXPECT_NE(refusal(*other, good).find("another road graph"), std::string::npos);
    NodeOrder twice = order;
    twice[0] = twice[1];
    EXPECT_NE(refusal(*graph, pack_node_order(*graph, twice)).find("inconsistent"),
              std::string::npos);
    EXPECT_NE(refusal(*graph, {}).find("not an order"), std::string::npos);
}

} // namespace
} // namespace ems::map
