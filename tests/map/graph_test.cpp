#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "map/graph/metric.h"
#include "map/graph/road_graph.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"
#include "tests/support/temp_dir.h"

namespace ems::map {
namespace {

using test::AsciiMap;

std::string read(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::string& path, const std::string& bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

TEST(RoadGraph, CutsWaysAtJunctionsAndPairsTwins) {
    const AsciiMap map{{"a--b--c", "   |", "   d->e"}};
    const RoadGraph graph = map.graph();
    EXPECT_EQ(graph.node_count(), 5U);
    EXPECT_EQ(graph.arc_count(), 7U);
    const ArcId ab = map.on(graph, 'a', 'b', 0).arc;
    EXPECT_EQ(graph.twin(ab), map.on(graph, 'b', 'a', 0).arc);
    EXPECT_EQ(graph.twin(map.on(graph, 'd', 'e', 0).arc), kNoArc);
    EXPECT_NEAR(graph.travel_ms(ab), 30'000, 50);
    EXPECT_NEAR(graph.length_dm(ab), 3'000, 5);
    EXPECT_EQ(graph.name(ab), "ab");
    EXPECT_EQ(to_e7(graph.shape(ab).front()), to_e7(map.at('a')));
    EXPECT_EQ(to_e7(graph.shape(graph.twin(ab)).front()), to_e7(map.at('b')));
}

TEST(RoadGraph, NothingDrivesOverABlockedNode) {
    AsciiMap map{{"a--b--c"}};
    map.network.blocked.assign(map.network.nodes.size(), 0);
    map.network.blocked[1] = 1;
    const RoadGraph graph = map.graph();
    EXPECT_EQ(graph.node_count(), 4U);
    EXPECT_FALSE(
        Metric{graph}.can_reach(map.on(graph, 'a', 'b', 0).arc, map.on(graph, 'b', 'c', 0).arc));
}

TEST(RoadGraph, MainPartIsTheLargestInWhichAllReachAll) {
    // e can be left but not entered, f entered but not left, x-y is an island
    const AsciiMap map{{"a--b<-e", "|  |   ", "c--d->f", "", "x-y"}};
    const RoadGraph graph = map.graph();
    EXPECT_TRUE(graph.is_main(map.on(graph, 'a', 'b', 0).arc));
    const auto eb = graph.flags(map.on(graph, 'e', 'b', 0).arc);
    EXPECT_EQ(eb & (kArcMain | kArcReachesMain | kArcFromMain), kArcReachesMain);
    const auto df = graph.flags(map.on(graph, 'd', 'f', 0).arc);
    EXPECT_EQ(df & (kArcMain | kArcReachesMain | kArcFromMain), kArcFromMain);
    EXPECT_EQ(graph.flags(map.on(graph, 'x', 'y', 0).arc) & kArcReachesMain, 0);
}

TEST(RoadGraphFile, ComesBackEqualAndByteIdentical) {
    std::mt19937_64 random{5};
    const RoadNetwork net = test::random_network(random, 12);
    const RoadGraph graph = std::move(*assemble(net));
    const ems::test::TempDir dir;
    const std::string one = dir.path() / "one.graph";
    const std::string two = dir.path() / "two.graph";
    ASSERT_TRUE(graph.save(one));
    ASSERT_TRUE(assemble(net)->save(two));
    EXPECT_EQ(read(one), read(two));
    const auto back = RoadGraph::open(one);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->arc_count(), graph.arc_count());
    EXPECT_EQ(back->ban_count(), graph.ban_count());
    EXPECT_EQ(back->checksum(), graph.checksum());
}

TEST(RoadGraphFile, RefusesWhatIsForeignOldCutOrDamaged) {
    const AsciiMap map{{"a--b--c"}};
    const ems::test::TempDir dir;
    const std::string path = dir.path() / "roads.graph";
    ASSERT_TRUE(map.graph().save(path));
    const std::string good = read(path);
    const auto error = [&](std::string bytes) {
        write(path, bytes);
        const auto graph = RoadGraph::open(path);
        EXPECT_FALSE(graph);
        return graph ? std::string{} : graph.error().detail;
    };
    EXPECT_NE(error("").find("not a road graph"), std::string::npos);
    EXPECT_NE(error("PK" + good).find("not a road graph"), std::string::npos);
    EXPECT_NE(error(good.substr(0, good.size() - 8)).find("cut"), std::string::npos);
    EXPECT_NE(error(good.substr(0, 20)).find("not a road graph"), std::string::npos);
    std::string old = good;
    old[8] = 0;
    EXPECT_NE(error(old).find("format 0"), std::string::npos);
    for (std::size_t at = 24; at < good.size(); at += 13) {
        std::string damaged = good;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        EXPECT_NE(error(damaged).find("damaged"), std::string::npos) << at;
    }
    EXPECT_FALSE(RoadGraph::open(dir.path() / "absent"));
}

TEST(RoadGraphFile, RefusesArraysThatPointOutside) {
    const RoadGraph graph = AsciiMap{{"a--b--c"}}.graph();
    std::vector<std::uint32_t> head(graph.arrays().arc_head.begin(), graph.arrays().arc_head.end());
    head[0] = 99;
    GraphArrays arrays = graph.arrays();
    arrays.arc_head = head;
    EXPECT_FALSE(RoadGraph::from_arrays(arrays));
}

// Two arcs that end at one node, of which one stands there twice and the other nowhere.
TEST(RoadGraphFile, RefusesAnArcThatStandsTwiceAtTheNodeWhereItEnds) {
    std::mt19937_64 random{3};
    const RoadGraph graph = *assemble(test::random_network(random, 40));
    GraphArrays arrays = graph.arrays();
    std::vector<std::uint32_t> in_arc(arrays.in_arc.begin(), arrays.in_arc.end());
    std::size_t node = 0;
    while (arrays.first_in[node + 1] - arrays.first_in[node] < 2) {
        ++node;
    }
    in_arc[arrays.first_in[node] + 1] = in_arc[arrays.first_in[node]];
    arrays.in_arc = in_arc;
    EXPECT_FALSE(RoadGraph::from_arrays(arrays));
}

TEST(RoadGraphFile, RefusesCopiesOfAnotherRoad) {
    AsciiMap map{{"a--b--c--d", "   |  |   ", "   e  f   "}};
    map.restrict_turn("abcf", false);
    const RoadGraph graph = map.graph();
    ASSERT_EQ(graph.copy_count(), 1U);
    const ArcId of = graph.arrays().copy_of[0];
    for (const ArcId other : {of + 1, of - 1, graph.arrays().copy_arc[0]}) {
        const std::vector<std::uint32_t> changed{other};
        GraphArrays arrays = graph.arrays();
        arrays.copy_of = changed;
        EXPECT_FALSE(RoadGraph::from_arrays(arrays)) << other;
    }
}

} // namespace
} // namespace ems::map
