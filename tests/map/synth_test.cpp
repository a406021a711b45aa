#include <algorithm>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "map/geo/polyline.h"
#include "map/hierarchy/node_order.h"
#include "map/import/map_folder.h"
#include "map/match/snap.h"
#include "map/route/router.h"
#include "map/sites/sites.h"
#include "map/synth/county.h"
#include "map/synth/region.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::map {
namespace {

class YanhuTest : public testing::Test {
  protected:
    County county{std::move(*make_yanhu(kCountySeed))};
    RoadGraph graph{std::move(*assemble(county.network))};

    [[nodiscard]] std::size_t count(PlaceKind kind) const {
        return static_cast<std::size_t>(
            std::count_if(county.places.begin(), county.places.end(),
                          [kind](const Place& p) { return p.kind == kind; }));
    }
};

TEST_F(YanhuTest, HoldsTheSeatsTheHospitalAndThreeSubStations) {
    EXPECT_EQ(count(PlaceKind::hospital), 1U);
    EXPECT_EQ(count(PlaceKind::station), 4U); // the centre's own and three sub-stations
    EXPECT_EQ(count(PlaceKind::town), 13U);
    EXPECT_GT(count(PlaceKind::village), 130U);
    EXPECT_TRUE(county.info.demonstration);
    EXPECT_FALSE(county.info.note.empty());
}

TEST_F(YanhuTest, EveryPlaceCanBeReachedByRoad) {
    const SnapIndex index{graph};
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        EXPECT_TRUE(graph.is_main(a));
    }
    for (const Place& p : county.places) {
        const auto snap = index.snap(p.at);
        ASSERT_TRUE(snap) << p.name;
        EXPECT_LT(snap->distance_m, 800) << p.name;
    }
}

TEST_F(YanhuTest, VillageNamesDoNotRepeat) {
    std::set<std::string> names;
    for (const Place& p : county.places) {
        EXPECT_TRUE(names.insert(p.name).second) << p.name;
    }
}

TEST_F(YanhuTest, NoRoadCrossesTheLake) {
    const auto lake =
        std::find_if(county.areas.begin(), county.areas.end(),
                     [](const SceneArea& a) { return a.kind == SceneAreaKind::water; });
    ASSERT_NE(lake, county.areas.end());
    std::vector<Wgs84> ring;
    for (const PointE7 p : lake->ring) {
        ring.push_back(from_e7(p));
    }
    for (const PointE7 p : graph.arrays().shape_point) {
        EXPECT_FALSE(inside_ring(from_e7(p), ring)) << format_lat_lon(from_e7(p));
    }
}

TEST_F(YanhuTest, TheCallersNearestOnTheMapIsNotTheNearestByRoad) {
    const SnapIndex index{graph};
    const auto choice = choose_sites(graph, index, county.places, county.info, 3);
    ASSERT_TRUE(choice) << choice.error().message();
    EXPECT_EQ(choice->hospital.name, "盐湖区人民医院");
    ASSERT_EQ(choice->stations.size(), 3U);
    EXPECT_EQ(choice->stations[0].name, "席张急救站");
    EXPECT_EQ(choice->stations[1].name, "上郭急救站");
    EXPECT_EQ(choice->stations[2].name, "冯村急救站");
    EXPECT_EQ(choice->caller.place.name, "杨家沟村");
    EXPECT_EQ(choice->caller.busy, 3U);
    const auto& ranking = choice->caller.ranking;
    ASSERT_EQ(ranking.size(), 3U);
    EXPECT_EQ(ranking[0].site, 0U);
    EXPECT_GT(ranking[0].travel_ms, 480'000U);
    EXPECT_LT(ranking[0].travel_ms, 840'000U);
    EXPECT_EQ(ranking[1].site, 2U);
    EXPECT_GT(ranking[1].travel_ms, 900'000U); // beyond the 15 minutes
    EXPECT_LT(ranking[1].line_m + 500, ranking[0].line_m);
    EXPECT_TRUE(choice->caller.is_other_by_line);
}

TEST_F(YanhuTest, RanksTwoHundredUnitsFromEveryPlaceOfTheDistrict) {
    const SnapIndex index{graph};
    const auto router = make_dijkstra_router(graph);
    std::vector<NearestUnit> units;
    for (std::size_t i = 0; i < 200; ++i) {
        units.push_back({index.snap(county.places[i].at)->at, 75'000});
    }
    NearestQuery query;
    query.units = units;
    query.count_max = 200;
    query.limit_ms = 7'200'000;
    for (const Place& p : county.places) {
        query.target = index.snap(p.at)->at;
        const auto ranked = router->nearest(query);
        EXPECT_EQ(ranked.size(), units.size());
        EXPECT_EQ(ranked.back().reachability, Reachability::reached);
    }
}

TEST(Yanhu, TheSameSeedGivesTheSameBytes) {
    const auto checksum = [](std::uint64_t seed) {
        return assemble(make_yanhu(seed)->network)->checksum();
    };
    EXPECT_EQ(checksum(1), checksum(1));
    EXPECT_NE(checksum(1), checksum(2));
}

TEST(Yanhu, IsDrivenAtTheSpeedsOfTheProfile) {
    AmbulanceProfile slow;
    for (double& kmh : slow.kmh) {
        kmh /= 2;
    }
    const RoadGraph usual = assemble(make_yanhu(1)->network).value();
    const RoadGraph late = assemble(make_yanhu(1, slow)->network).value();
    ASSERT_EQ(late.arc_count(), usual.arc_count());
    for (ArcId a = 0; a < usual.arc_count(); ++a) {
        ASSERT_NEAR(late.travel_ms(a), 2.0 * usual.travel_ms(a), 2) << a;
    }
}

TEST(Yanhu, TheStoryHoldsForOtherSeedsToo) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const County county = std::move(*make_yanhu(seed));
        const RoadGraph graph = std::move(*assemble(county.network));
        const SnapIndex index{graph};
        const auto choice = choose_sites(graph, index, county.places, county.info, 3);
        ASSERT_TRUE(choice);
        EXPECT_TRUE(choice->caller.is_other_by_line) << seed;
        EXPECT_EQ(choice->caller.ranking[0].site, 0U) << seed;
    }
}

TEST(EmsMap, SynthRouteNearestAndSitesAnswerAndErrorsAreOneSentence) {
    const ems::test::TempDir dir;
    const std::string map = dir.path() / "map";
    const std::string program = ems::test::program("ems-map");
    std::string out;
    ASSERT_EQ(ems::test::run({program, "synth", "--out", map}, &out), 0) << out;
    const auto graph = RoadGraph::open(map + "/roads.graph");
    ASSERT_TRUE(graph);
    EXPECT_TRUE(load_node_order(*graph, map + "/roads.order")) << "made beside the graph";
    ASSERT_EQ(ems::test::run({program, "route", "--graph", map, "--from", "35.0275,110.9905",
                              "--to", "35.144,110.971", "--json"},
                             &out),
              0)
        << out;
    EXPECT_NE(out.find("\"geometry\""), std::string::npos);
    ASSERT_EQ(
        ems::test::run({program, "nearest", "--graph", map, "--to", "35.144,110.971", "--unit",
                        "a=35.2452,110.9353", "--unit", "b=35.0275,110.9905", "--unit", "sea=0,0"},
                       &out),
        0)
        << out;
    EXPECT_LT(out.find("\nb "), out.find("\na ")) << out;
    EXPECT_EQ(out.rfind("turnout 0 s counted", 0), 0U) << out;
    EXPECT_NE(out.find("too_far"), std::string::npos) << out;
    EXPECT_NE(out.find("off_map"), std::string::npos) << out;
    ASSERT_EQ(ems::test::run({program, "sites", "--graph", map, "--json"}, &out), 0) << out;
    EXPECT_NE(out.find("杨家沟村"), std::string::npos);

    EXPECT_EQ(ems::test::run({program, "info", "--graph", dir.path() / "absent"}, &out), 1);
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1) << out;
    EXPECT_EQ(
        ems::test::run(
            {program, "route", "--graph", map, "--from", "110.9,35.0", "--to", "35.1,110.9"}, &out),
        2);
    EXPECT_NE(out.find("swapped"), std::string::npos) << out;
    EXPECT_EQ(ems::test::run({program, "rout"}, &out), 2);
}

TEST(EmsMap, SearchAndWhereAnswerFromTheNamesAndNamesMakesThemAnew) {
    const ems::test::TempDir dir;
    const std::string map = dir.path() / "map";
    const std::string program = ems::test::program("ems-map");
    std::string out;
    ASSERT_EQ(ems::test::run({program, "synth", "--out", map}, &out), 0) << out;
    const auto search = [&](const char* query) {
        EXPECT_EQ(ems::test::run({program, "search", "--graph", map, query, "--near",
                                  "35.165,110.98", "--count", "1", "--json"},
                                 &out),
                  0)
            << out;
        return out;
    };
    EXPECT_NE(search("fcxzxxx").find("冯村乡中心小学"), std::string::npos) << out;
    EXPECT_NE(search("haizhou").find("hai zhou zhen"), std::string::npos) << out;
    EXPECT_NE(search("封村小学").find("homophone"), std::string::npos) << out;
    EXPECT_NE(search("G522 X818").find("G522与X818路口"), std::string::npos) << out;
    ASSERT_EQ(ems::test::run({program, "where", "--graph", map, "--at", "35.1445,110.9712"}, &out),
              0);
    EXPECT_EQ(out, "冯村乡 杨家沟村\n");
    EXPECT_EQ(ems::test::run({program, "where", "--graph", map, "--at", "nan,110"}, &out), 2)
        << out;
    EXPECT_EQ(ems::test::run({program, "search", "--graph", dir.path() / "absent", "x"}, &out), 1);

    const std::string readings = dir.path() / "readings.csv";
    std::ofstream{readings} << "冯村,peng cun\n";
    ASSERT_EQ(ems::test::run({program, "names", "--graph", map, "--readings", readings}, &out), 0)
        << out;
    EXPECT_NE(search("pengcun").find("peng cun xiang"), std::string::npos) << out;
    std::ofstream{readings} << "冯村,peng\n";
    EXPECT_EQ(ems::test::run({program, "names", "--graph", map, "--readings", readings}, &out), 1);
    EXPECT_NE(out.find("row 1"), std::string::npos) << out;
}

TEST(Region, IsTheSameForASeedAboutAsLargeAsAskedAndMostlyOnePart) {
    const auto region = make_region(25'000, 3);
    ASSERT_TRUE(region);
    const auto graph = assemble(region->network);
    ASSERT_TRUE(graph);
    EXPECT_EQ(graph->checksum(), assemble(make_region(25'000, 3)->network)->checksum());
    EXPECT_NE(graph->checksum(), assemble(make_region(25'000, 4)->network)->checksum());
    EXPECT_NEAR(graph->node_count(), 25'000, 2'500);
    std::uint32_t main_arcs = 0;
    for (ArcId a = 0; a < graph->arc_count(); ++a) {
        main_arcs += graph->is_main(a) ? 1U : 0U;
    }
    EXPECT_GT(main_arcs, graph->arc_count() * 0.95);
}

TEST(Region, RefusesSizesThatMakeNoSense) {
    EXPECT_EQ(make_region(0, 1).error().code, Code::invalid_argument);
    EXPECT_EQ(make_region(kRegionNodesMax + 1, 1).error().code, Code::invalid_argument);
}

} // namespace
} // namespace ems::map
