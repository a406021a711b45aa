#include <fstream>

#include <gtest/gtest.h>

#include "map/import/osm_ground.h"
#include "map/import/osm_import.h"
#include "map/import/scene_builder.h"
#include "tests/map/osm_file.h"
#include "tests/support/temp_dir.h"

namespace ems::map {
namespace {

using test::NodeForm;
using test::OsmFile;
using test::Packing;
using Chains = std::vector<std::vector<std::int64_t>>;

Chains join(const Chains& ways, std::size_t nodes_max = 0) {
    const std::vector<std::span<const std::int64_t>> spans{ways.begin(), ways.end()};
    return join_ways(spans, nodes_max);
}

TEST(JoinWays, InAnyOrderAndDirectionToRings) {
    EXPECT_EQ(join({{1, 2, 3}, {5, 4, 3}, {5, 6, 1}}), (Chains{{1, 2, 3, 4, 5, 6, 1}}));
    EXPECT_EQ(join({{1, 2, 1}, {7, 8, 9, 7}}), (Chains{{1, 2, 1}, {7, 8, 9, 7}}));
}

TEST(JoinWays, ToLinesFromTheMiddleBothWays) {
    EXPECT_EQ(join({{3, 4}, {2, 3}, {4, 5}, {1, 2}}), (Chains{{1, 2, 3, 4, 5}}));
    EXPECT_EQ(join({{1, 2}, {8, 9}}).size(), 2U);
    EXPECT_EQ(join({{1, 2}, {2, 3}, {3, 4}, {4, 5}}, 3).size(), 2U) << "bounded";
    EXPECT_TRUE(join({{}, {1}}).empty());
}

TEST(JoinWays, ManyWaysAtOneNodeTakeNoTime) {
    Chains star;
    for (std::int64_t i = 1; i <= 200'000; ++i) {
        star.push_back({0, i});
    }
    EXPECT_EQ(join(star).size(), 100'000U);
}

// A road for the network, and a square of nodes 1..4 with a smaller one, 5..8, within.
class GroundTest : public testing::Test {
  protected:
    GroundTest() {
        file.nodes = {{1, 35.00, 111.00, {}}, {2, 35.00, 111.04, {}}, {3, 35.04, 111.04, {}},
                      {4, 35.04, 111.00, {}}, {5, 35.01, 111.01, {}}, {6, 35.01, 111.02, {}},
                      {7, 35.02, 111.02, {}}, {8, 35.02, 111.01, {}}};
        file.ways = {{10, {1, 2}, {{"highway", "primary"}}}};
    }

    SceneGround ground() {
        const std::string path = dir.path() / "x.osm.pbf";
        std::ofstream{path, std::ios::binary} << file.bytes(Packing::zlib, NodeForm::dense);
        auto extract = read_osm(path, {}, {});
        EXPECT_TRUE(extract) << extract.error().message();
        network = extract->network;
        return extract->ground;
    }

    ems::test::TempDir dir;
    OsmFile file;
    RoadNetwork network;
};

TEST_F(GroundTest, ALakeOfSeveralWaysHasItsIsland) {
    file.ways.push_back({11, {1, 2, 3}, {}});
    file.ways.push_back({12, {1, 4, 3}, {}});
    file.ways.push_back({13, {5, 6, 7, 8, 5}, {{"natural", "wood"}}});
    file.relations.push_back({{{1, 11, "outer"}, {1, 12, "outer"}, {1, 13, "inner"}},
                              {{"type", "multipolygon"}, {"natural", "water"}, {"name", "盐湖"}}});
    const SceneGround got = ground();
    ASSERT_EQ(got.areas.size(), 2U);
    EXPECT_EQ(got.areas[0].kind, SceneAreaKind::forest);
    EXPECT_EQ(got.areas[1].kind, SceneAreaKind::water);
    EXPECT_EQ(got.areas[1].name, "盐湖");
    EXPECT_EQ(got.areas[1].ring.size(), 4U);
    ASSERT_EQ(got.areas[1].holes.size(), 1U);
    EXPECT_EQ(got.areas[1].holes[0].size(), 4U);
}

TEST_F(GroundTest, AnOutlineThatTheExtractDoesNotCloseIsLeftOut) {
    file.ways.push_back({11, {1, 2, 3}, {}});
    file.relations.push_back(
        {{{1, 11, "outer"}, {1, 99, "outer"}}, {{"type", "multipolygon"}, {"landuse", "forest"}}});
    EXPECT_TRUE(ground().areas.empty());
}

TEST_F(GroundTest, AnOutlineWithItsRelationsTagsIsDrawnOnce) {
    file.ways.push_back({11, {1, 2, 3, 4, 1}, {{"landuse", "residential"}}});
    file.ways.push_back({12, {5, 6, 7, 8, 5}, {}});
    file.relations.push_back({{{1, 11, "outer"}, {1, 12, "inner"}},
                              {{"type", "multipolygon"}, {"landuse", "residential"}}});
    const SceneGround got = ground();
    ASSERT_EQ(got.areas.size(), 1U);
    EXPECT_EQ(got.areas[0].kind, SceneAreaKind::town);
    EXPECT_EQ(got.areas[0].holes.size(), 1U);
}

TEST_F(GroundTest, RiversRailwaysAndTheCountysBoundaryAreLines) {
    file.ways.push_back({11, {1, 5}, {{"waterway", "river"}}});
    file.ways.push_back({12, {7, 5}, {{"waterway", "river"}}});
    file.ways.push_back({13, {2, 6}, {{"railway", "rail"}}});
    file.ways.push_back({14, {3, 7}, {{"railway", "rail"}, {"tunnel", "yes"}}});
    file.ways.push_back({15, {3, 4, 77}, {}});
    file.ways.push_back({16, {1, 2}, {}});
    file.relations.push_back(
        {{{1, 15, "outer"}},
         {{"type", "boundary"}, {"boundary", "administrative"}, {"admin_level", "6"}}});
    file.relations.push_back(
        {{{1, 16, "outer"}},
         {{"type", "boundary"}, {"boundary", "administrative"}, {"admin_level", "8"}}});
    const SceneGround got = ground();
    ASSERT_EQ(got.lines.size(), 3U);
    EXPECT_EQ(got.lines[0].kind, SceneLineKind::river);
    EXPECT_EQ(got.lines[0].points.size(), 3U) << "two ways, one line";
    EXPECT_EQ(got.lines[1].kind, SceneLineKind::railway);
    EXPECT_EQ(got.lines[2].kind, SceneLineKind::boundary);
    EXPECT_EQ(got.lines[2].points.size(), 2U) << "to where the extract ends";
}

TEST_F(GroundTest, ARelationOfTooManyMembersIsLeftOut) {
    file.ways.push_back({11, {1, 2, 3, 4, 1}, {}});
    test::OsmRelation huge{{}, {{"type", "multipolygon"}, {"natural", "water"}}};
    huge.members.assign(GroundCollector::kMembersMax + 1, {1, 11, "outer"});
    file.relations.push_back(huge);
    EXPECT_TRUE(ground().areas.empty());
}

TEST_F(GroundTest, ASceneKeepsItAndWiderBandsDropWhatIsSmall) {
    file.ways.push_back({11, {1, 2, 3, 4, 1}, {{"natural", "water"}}});
    file.ways.push_back({12, {5, 6, 7, 8, 5}, {{"landuse", "forest"}}});
    file.ways.push_back({13, {4, 8}, {{"waterway", "stream"}}});
    const SceneGround got = ground();
    const Scene scene = build_scene(assemble(network).value(), {}, got, "");
    EXPECT_EQ(scene.bands.front().areas.size(), 2U);
    EXPECT_EQ(scene.bands.back().areas.size(), 1U);
    EXPECT_EQ(scene.bands.front().lines.front().kind, SceneLineKind::stream);
    EXPECT_EQ(scene.bands.back().lines.size(), 1U) << "the road";
    const auto bytes = print_scene(scene);
    const auto back = parse_scene(bytes, "scene");
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(print_scene(*back), bytes);
    EXPECT_EQ(back->bands.front().areas[1].box.high, scene.bands.front().areas[1].box.high);
}

} // namespace
} // namespace ems::map
