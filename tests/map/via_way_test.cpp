#include <array>
#include <filesystem>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "map/graph/arc_copies.h"
#include "map/hierarchy/fleet_index.h"
#include "map/hierarchy/hierarchy_search.h"
#include "map/import/osm_import.h"
#include "map/route/nearest_search.h"
#include "map/route/path_search.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/map/slow_dijkstra.h"
#include "tests/map/slow_rules.h"
#include "tests/support/child_process.h"

namespace ems::map {
namespace {

using test::AsciiMap;

// Ten seconds a character; turning round takes twenty.
const std::vector<std::string> kTwoCrossings{"a--b--c--d", //
                                             "   |  |   ", //
                                             "   e  f   "};

std::uint32_t drive_s(const AsciiMap& map, const std::string& from, const std::string& to) {
    const RoadGraph graph = map.graph();
    PathSearch search{graph};
    const auto drive =
        search.run(Metric{graph}, {map.on(graph, from[0], from[1], 0.5).arc, 0.5, Facing::along},
                   map.on(graph, to[0], to[1], 0.5));
    return drive ? (drive->total_ms + 500) / 1000 : 0;
}

TEST(RestrictionOverWays, ForbidsTheTurnToThoseWhoCameFromItsBeginningAlone) {
    AsciiMap map{kTwoCrossings};
    EXPECT_EQ(drive_s(map, "ab", "cf"), 55U);
    map.restrict_turn("abcf", false);
    EXPECT_EQ(drive_s(map, "ab", "cf"), 55U + 40 + 20) << "round at e, so from another road";
    EXPECT_EQ(drive_s(map, "eb", "cf"), 50U);
    EXPECT_EQ(drive_s(map, "ab", "cd"), 60U);
}

TEST(RestrictionOverWays, PermitsOneTurnAloneToThoseWhoDroveAllOfIt) {
    AsciiMap map{kTwoCrossings};
    map.restrict_turn("abcd", true);
    EXPECT_EQ(drive_s(map, "ab", "cf"), 55U + 40 + 20);
    EXPECT_EQ(drive_s(map, "ab", "be"), 25U) << "it may be left on the way";
    EXPECT_EQ(drive_s(map, "eb", "cf"), 50U);
}

TEST(RestrictionOverWays, OneThatBeginsWithinAnotherBindsToo) {
    AsciiMap map{{"a--b--c--d--e", //
                  "   |  |  |   ", //
                  "   f  g  h   "}};
    map.restrict_turn("abcdh", false);
    map.restrict_turn("bcdh", false); // whoever drives abcd has driven this as well
    map.restrict_turn("bcdcg", false);
    EXPECT_EQ(drive_s(map, "fb", "dh"), drive_s(map, "ab", "dh") - 5);
    EXPECT_GT(drive_s(map, "fb", "dh"), 100U);
    EXPECT_EQ(drive_s(map, "gc", "dh"), 50U);
}

TEST(RestrictionOverWays, AHostileNumberOverOneRoadIsBounded) {
    // A star of roads 0 -> 1 that all lead into the one road 1 -> 2, and on to 3.
    constexpr std::uint32_t kRoads = 5'000;
    std::vector<std::uint32_t> first_out{0, kRoads, kRoads + 1, kRoads + 2, kRoads + 2};
    std::vector<std::uint32_t> heads(kRoads, 1);
    heads.push_back(2);
    heads.push_back(3);
    TurnRules rules;
    for (ArcId a = 0; a < kRoads; ++a) {
        rules.sequences.push_back({a, kRoads, kRoads + 1});
    }
    const CopiedArcs copied = copy_arcs(first_out, heads, rules);
    EXPECT_EQ(copied.copy_arc.size(), kArcCopiesMax);
    EXPECT_EQ(copied.sequences_dropped, kRoads - kArcCopiesMax);
    EXPECT_LE(copied.bans.size(), (kRoads + 1) * (kArcCopiesMax + 1));
}

TEST(RestrictionOverWays, AClosureOfTheWayClosesItForEverybody) {
    AsciiMap map{kTwoCrossings};
    map.restrict_turn("abcf", false);
    const RoadGraph graph = map.graph();
    ASSERT_EQ(graph.copy_count(), 1U);
    const ArcId bc = map.on(graph, 'b', 'c', 0).arc;
    const std::vector<ArcWeight> closed{{bc}};
    const auto metric = with_weights(Metric{graph}, closed).value();
    PathSearch search{graph};
    for (const char* from : {"ab", "eb"}) {
        EXPECT_EQ(
            search.run(*metric, map.on(graph, from[0], from[1], 0.5), map.on(graph, 'c', 'd', 0.5))
                .error()
                .code,
            Code::unreachable);
    }
}

TEST(RestrictionOverWays, APlaceWithinItIsReachedAndLeftBothWays) {
    AsciiMap map{kTwoCrossings};
    map.restrict_turn("abcf", false);
    EXPECT_EQ(drive_s(map, "ab", "bc"), 30U);
    EXPECT_EQ(drive_s(map, "eb", "bc"), 25U);
    EXPECT_EQ(drive_s(map, "bc", "cf"), 25U) << "nobody knows where it came from";
}

// Every search against the slow way, under the profile and under random weights.
void compare(const RoadNetwork& network, std::mt19937_64& random, int rounds, int queries,
             const std::string& where, int& differing) {
    AssemblyReport report;
    const RoadGraph graph = std::move(*assemble(network, &report));
    ASSERT_EQ(graph.checksum(), assemble(network)->checksum()) << where;
    const test::SlowRules slow{network};
    ASSERT_EQ(report.restrictions_over_ways, slow.rule_count()) << where;
    RoadNetwork free = network;
    std::erase_if(free.restrictions, [](const auto& r) { return !r.via_ways.empty(); });
    const test::SlowRules unbound{free};
    const auto hierarchy = Hierarchy::build(graph, find_node_order(graph));
    ASSERT_TRUE(hierarchy) << where;
    auto metric = std::make_shared<const Metric>(graph);
    HierarchyWeights weights{*hierarchy};
    weights.customize(*metric);
    HierarchySearch fast{*hierarchy};
    PathSearch plain{graph};
    NearestSearch bounded{graph};
    constexpr std::uint32_t kReachMs = 3'000'000;
    for (int round = 0; round < rounds; ++round) {
        FleetIndex fleet{weights, *metric, kReachMs};
        std::vector<NearestUnit> units(4);
        for (std::uint32_t u = 0; u < units.size(); ++u) {
            units[u] = {test::random_position(random, graph), 0};
            fleet.place(u, units[u].at, 0);
        }
        for (int i = 0; i < queries; ++i) {
            const RoadPosition to = test::random_position(random, graph);
            const std::string at = where + " round " + std::to_string(round);
            std::vector<std::pair<std::uint32_t, std::uint32_t>> wanted;
            for (std::uint32_t u = 0; u < units.size(); ++u) {
                const auto ms = slow.travel_ms(*metric, units[u].at, to);
                const auto by_arcs = plain.run(*metric, units[u].at, to);
                const auto by_hierarchy = fast.run(weights, *metric, units[u].at, to);
                differing +=
                    round == 0 && unbound.travel_ms(*metric, units[u].at, to) != ms ? 1 : 0;
                ASSERT_EQ(by_arcs.has_value(), ms.has_value()) << at;
                ASSERT_EQ(by_hierarchy.has_value(), ms.has_value()) << at;
                ASSERT_EQ(has_road(*metric, units[u].at, to), ms.has_value()) << at;
                if (ms) {
                    ASSERT_EQ(by_arcs->total_ms, *ms) << at;
                    ASSERT_EQ(by_hierarchy->total_ms, *ms) << at;
                    ASSERT_TRUE(slow.is_permitted(graph, by_arcs->arcs)) << at;
                    ASSERT_TRUE(slow.is_permitted(graph, by_hierarchy->arcs)) << at;
                }
                if (ms && *ms <= kReachMs) {
                    wanted.emplace_back(*ms, u);
                }
            }
            std::sort(wanted.begin(), wanted.end());
            NearestQuery query{to, units, 4, kReachMs};
            const auto ranked = bounded.run(*metric, query);
            const auto& found = fleet.nearest(to, 4, kReachMs);
            ASSERT_EQ(found.size(), wanted.size()) << at;
            for (std::size_t k = 0; k < wanted.size(); ++k) {
                ASSERT_EQ(std::pair(ranked[k].total_ms, ranked[k].unit), wanted[k]) << at;
                ASSERT_EQ(std::pair(found[k].total_ms, found[k].unit), wanted[k]) << at;
            }
        }
        const auto changes = test::random_weights(random, graph, 1 + graph.arc_count() / 40);
        metric = with_weights(*metric, changes).value();
        std::vector<ArcId> arcs;
        for (const ArcWeight& w : changes) {
            arcs.push_back(w.arc);
        }
        weights.update(*metric, arcs);
    }
}

TEST(RestrictionOverWays, EverySearchEqualsTheSlowWayOnRandomGraphsUnderRandomWeights) {
    constexpr std::array kBlocksM{300.0, 60.0, 20.0};
    int differing = 0;
    for (std::uint64_t seed = 1; seed <= 150 && !HasFailure(); ++seed) {
        std::mt19937_64 random{seed};
        const auto side = 3 + static_cast<std::uint32_t>(seed % 6);
        const RoadNetwork network =
            test::random_network(random, side, kBlocksM[seed % kBlocksM.size()]);
        compare(network, random, 3, 6, "seed " + std::to_string(seed), differing);
    }
    EXPECT_GT(differing, 30) << "the restrictions change too little to say anything";
}

// Chains of whole ways as the extract has them, most of them in several arcs.
void add_rules(std::mt19937_64& random, RoadNetwork& net, std::uint32_t count) {
    std::vector<std::vector<std::uint32_t>> ways_at(net.nodes.size());
    const auto end = [&net](std::uint32_t way, bool last) {
        const NetworkWay& w = net.ways[way];
        return net.refs[w.ref_first + (last ? w.ref_count - 1 : 0)];
    };
    for (std::uint32_t w = 0; w < net.ways.size(); ++w) {
        ways_at[end(w, false)].push_back(w);
        ways_at[end(w, true)].push_back(w);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        std::vector<std::uint32_t> ways{static_cast<std::uint32_t>(random() % net.ways.size())};
        std::uint32_t node = end(ways[0], random() % 2 == 0);
        const std::uint32_t via = node;
        for (const std::size_t length = 3 + random() % 2; ways.size() < length;) {
            const auto& next = ways_at[node];
            const std::uint32_t way = next[random() % next.size()];
            if (way == ways.back() || end(way, false) == end(way, true)) {
                break;
            }
            ways.push_back(way);
            node = end(way, end(way, false) == node);
        }
        if (ways.size() >= 3) {
            net.restrictions.push_back({ways.front(),
                                        via,
                                        ways.back(),
                                        random() % 3 == 0,
                                        {ways.begin() + 1, ways.end() - 1}});
        }
    }
}

TEST(RestrictionOverWays, EverySearchEqualsTheSlowWayOnTheRealExtracts) {
    for (const char* name : {"liechtenstein-20150727.osm.pbf", "north-bayreuth-2014.osm.pbf"}) {
        const std::string path = ems::test::source_path("../shared/data/osm/" + std::string{name});
        if (!std::filesystem::exists(path)) {
            std::cout << "left out: " << path << " is not there\n";
            continue;
        }
        auto extract = read_osm(path, {}, {});
        ASSERT_TRUE(extract);
        std::mt19937_64 random{21};
        add_rules(random, extract->network, 2'000);
        int differing = 0;
        compare(extract->network, random, 2, 15, name, differing);
        std::cout << name << ": " << differing << " of 60 ways differ by the restrictions\n";
    }
}

} // namespace
} // namespace ems::map
