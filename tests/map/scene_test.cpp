#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "map/gazetteer/csv.h"
#include "map/gazetteer/place.h"
#include "map/import/scene_builder.h"
#include "map/synth/county.h"
#include "tests/map/ascii_map.h"

namespace ems::map {
namespace {

Scene county_scene() {
    const County county = std::move(*make_yanhu(kCountySeed));
    const RoadGraph graph = std::move(*assemble(county.network));
    return build_scene(graph, county.places, {county.areas, {}}, county.info.note);
}

TEST(Scene, ComesBackEqual) {
    const Scene scene = county_scene();
    const auto bytes = print_scene(scene);
    const auto back = parse_scene(bytes, "scene");
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(print_scene(*back), bytes);
    EXPECT_EQ(back->note, scene.note);
    ASSERT_EQ(back->bands.size(), scene.bands.size());
    EXPECT_EQ(back->bands[0].lines[3].box.low, scene.bands[0].lines[3].box.low);
    EXPECT_EQ(back->labels.front().text, "运城");
    EXPECT_EQ(back->roads, scene.roads);
    ASSERT_FALSE(scene.bands[1].names.empty());
    EXPECT_EQ(back->bands[1].names[0].box.low, scene.bands[1].names[0].box.low);
}

TEST(Scene, CoarserBandsHoldLess) {
    const Scene scene = county_scene();
    for (std::size_t i = 1; i < scene.bands.size(); ++i) {
        EXPECT_LT(scene.bands[i].points.size(), scene.bands[i - 1].points.size());
        EXPECT_FALSE(scene.bands[i].lines.empty());
    }
    EXPECT_EQ(&scene.band_for(1), &scene.bands.front());
    EXPECT_EQ(&scene.band_for(80), &scene.bands[3]);
    EXPECT_EQ(&scene.band_for(1e6), &scene.bands.back());
}

TEST(Scene, RoadsAreNamedByNumberAndNameWhereTheBandHasRoom) {
    test::AsciiMap map{{"a-----------b----------c"}};
    map.network.names = {"", "G209 运城路", "X818"};
    map.network.ways[0].name = map.network.ways[1].name = 1;
    const auto names = [&map](std::size_t band) {
        const Scene scene = build_scene(map.graph(), {}, {}, "");
        std::vector<SceneRoad> out;
        for (const SceneRoadName& name : scene.bands[band].names) {
            out.push_back(scene.roads[name.road]);
        }
        return out;
    };
    EXPECT_EQ(names(0), (std::vector<SceneRoad>{{"G209", "运城路"}})) << "one road, one course";
    map.network.ways[1].name = 2;
    EXPECT_EQ(names(0), (std::vector<SceneRoad>{{"G209", "运城路"}, {"X818", ""}}));
    EXPECT_TRUE(names(2).empty()) << "2 km of street are nothing at 50 m a pixel";
}

TEST(Scene, PiecesOfOneClassBecomeOneLine) {
    const RoadGraph graph = test::AsciiMap{{"a--b--c--d"}}.graph();
    const Scene scene = build_scene(graph, {}, {}, "");
    EXPECT_EQ(scene.bands[0].lines.size(), 1U);
    const Scene ring = build_scene(test::AsciiMap{{"a--b", "|  |", "c--d"}}.graph(), {}, {}, "");
    EXPECT_EQ(ring.bands[0].lines.size(), 1U);
}

TEST(Scene, RefusesDamageWithoutReadingPastTheEnd) {
    const auto good = print_scene(county_scene());
    std::mt19937_64 random{9};
    for (int i = 0; i < 200; ++i) {
        auto bad = good;
        bad[random() % bad.size()] ^= std::byte{0x40};
        EXPECT_FALSE(parse_scene(bad, "scene") && bad != good);
        bad = good;
        bad.resize(random() % bad.size());
        EXPECT_FALSE(parse_scene(bad, "scene"));
    }
}

TEST(Scene, OfAnotherFormatIsRefusedWithWhatToDo) {
    auto older = print_scene(county_scene());
    older[8] = std::byte{1};
    const auto scene = parse_scene(older, "scene.bin");
    ASSERT_FALSE(scene);
    EXPECT_EQ(scene.error().code, Code::unsupported_version);
    EXPECT_NE(scene.error().detail.find("format 1, this program reads format 3: import it again"),
              std::string::npos)
        << scene.error().detail;
}

TEST(Places, ComeBackEqualWithCommasAndQuotes) {
    const std::vector<Place> places{
        {PlaceKind::village, "a, \"b\"", {35.1, 110.9}, 12, "冯村乡"},
        {PlaceKind::hospital, "盐湖区人民医院", {35.0275, 110.9905}, 0, ""}};
    const auto back = parse_places(print_places(places), "places");
    ASSERT_TRUE(back) << back.error().message();
    ASSERT_EQ(back->size(), 2U);
    EXPECT_EQ((*back)[0].name, "a, \"b\"");
    EXPECT_EQ((*back)[0].population, 12U);
    EXPECT_EQ((*back)[1].kind, PlaceKind::hospital);
    EXPECT_EQ(print_places(*back), print_places(places));
}

TEST(Places, NamesTheRowThatIsWrong) {
    for (const char* row : {"castle,x,35,111,0", "village,x,111,35,0", "village,x,35,111,many",
                            "village,x", "village,,35,111,0"}) {
        const auto places =
            parse_places(std::string{"kind,name,lat,lon,population\n"} + row, "p.csv");
        ASSERT_FALSE(places) << row;
        EXPECT_NE(places.error().detail.find("row 2"), std::string::npos);
    }
}

} // namespace
} // namespace ems::map
