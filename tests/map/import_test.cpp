#include "map/import/checked_protozero.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <protozero/pbf_writer.hpp>

#include "map/import/osm_import.h"
#include "map/import/osm_profile.h"
#include "map/import/osm_values.h"
#include "map/match/snap.h"
#include "map/route/router.h"
#include "map/sites/sites.h"
#include "tests/map/osm_file.h"
#include "tests/map/slow_dijkstra.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::map {
namespace {

using test::NodeForm;
using test::OsmFile;
using test::Packing;

std::string read(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

class ImportTest : public testing::Test {
  protected:
    Result<OsmExtract> import(const std::string& bytes) {
        const std::string path = dir.path() / "x.osm.pbf";
        std::ofstream{path, std::ios::binary} << bytes;
        return read_osm(path, {}, {});
    }
    std::string error(const std::string& bytes) {
        const auto extract = import(bytes);
        return extract ? "" : extract.error().detail;
    }

    ems::test::TempDir dir;
};

// A crossing: 1-2-3 from west to east, 4-2-5 from north to south; 100 m arms about.
OsmFile crossing() {
    return {{{1, 35.0, 111.000, {}},
             {2, 35.0, 111.001, {}},
             {3, 35.0, 111.002, {{"place", "village"}, {"name", "冯村"}, {"population", "812"}}},
             {4, 35.001, 111.001, {}},
             {5, 34.999, 111.001, {}},
             {9, 35.5, 111.5, {}}},
            {{10, {1, 2}, {{"highway", "primary"}, {"ref", "G209"}, {"name", "运城路"}}},
             {11, {2, 3}, {{"highway", "primary"}}},
             {12, {4, 2, 5}, {{"highway", "residential"}}},
             {13, {1, 4, 3}, {{"highway", "footway"}}}},
            {}};
}

TEST_F(ImportTest, ReadsEveryFormOfTheSameFileAlike) {
    for (const Packing packing : {Packing::raw, Packing::zlib}) {
        for (const NodeForm form : {NodeForm::plain, NodeForm::dense}) {
            const auto extract = import(crossing().bytes(packing, form));
            ASSERT_TRUE(extract) << extract.error().message();
            EXPECT_EQ(extract->counts.nodes, 6U);
            EXPECT_EQ(extract->counts.roads, 3U);
            ASSERT_EQ(extract->places.size(), 1U);
            EXPECT_EQ(extract->places[0].name, "冯村");
            EXPECT_EQ(extract->places[0].population, 812U);
            const auto graph = assemble(extract->network);
            ASSERT_TRUE(graph);
            EXPECT_EQ(graph->node_count(), 5U);
            EXPECT_EQ(graph->arc_count(), 8U);
            const SnapIndex index{*graph};
            const auto snap = index.snap({35.0, 111.0005});
            EXPECT_EQ(graph->name(snap->at.arc), "G209 运城路");
            EXPECT_EQ(graph->road_class(snap->at.arc), RoadClass::provincial);
        }
    }
}

TEST_F(ImportTest, TurnRestrictionsBindExceptThoseThatExemptEmergencies) {
    const auto travel = [this](const std::string& rule, test::Tags more) {
        OsmFile file = crossing();
        file.turns.push_back({10, 2, 11, rule, std::move(more)});
        const auto extract = import(file.bytes(Packing::zlib, NodeForm::dense));
        const RoadGraph graph = std::move(*assemble(extract->network));
        const SnapIndex index{graph};
        return test::slow_travel_ms(graph, index.snap({35.0, 111.0005})->at,
                                    index.snap({35.0, 111.0015})->at)
            .value();
    };
    EXPECT_LT(travel("no_u_turn_ahead", {{"except", "emergency"}}), 6'000U);
    EXPECT_LT(travel("only_straight_on", {}), 6'000U);
    EXPECT_GT(travel("no_straight_on", {}), 20'000U); // round at the end of a side street
}

TEST_F(ImportTest, CountsTheRestrictionsItLeavesOut) {
    const auto counts = [this](const std::string& rule, test::Tags more) {
        OsmFile file = crossing();
        file.turns.push_back({10, 2, 11, rule, std::move(more)});
        const auto extract = import(file.bytes(Packing::zlib, NodeForm::dense));
        return std::pair{extract->counts.restrictions, extract->counts.restrictions_not_read};
    };
    using Counts = std::pair<std::uint64_t, std::uint64_t>; // used, not read
    const std::string at_rush = "no_left_turn @ (Mo-Fr 07:00-09:00)";
    EXPECT_EQ(counts("no_straight_on", {}), (Counts{1, 0}));
    EXPECT_EQ(counts("", {{"restriction:conditional", at_rush}}), (Counts{0, 1}));
    EXPECT_EQ(counts("no_straight_on", {{"restriction:conditional", at_rush}}), (Counts{1, 1}));
    EXPECT_EQ(counts("", {{"restriction:hgv", "no_straight_on"}}), (Counts{0, 1}));
    EXPECT_EQ(counts("give_way", {}), (Counts{0, 1}));
    EXPECT_EQ(counts("", {{"restriction:conditional", at_rush}, {"except", "emergency"}}),
              (Counts{0, 0}));
}

// Two crossings in a row: 1-2-3-4-5 from west to east, 6-2 and 7-4 from the south. 100 m arms
// about.
OsmFile two_crossings(std::vector<test::OsmRelation::Member> members, const std::string& rule) {
    const test::Tags street{{"highway", "residential"}};
    return {{{1, 35.0, 111.000, {}},
             {2, 35.0, 111.001, {}},
             {3, 35.0, 111.002, {}},
             {4, 35.0, 111.003, {}},
             {5, 35.0, 111.004, {}},
             {6, 34.999, 111.001, {}},
             {7, 34.999, 111.003, {}}},
            {{10, {1, 2}, street},
             {11, {2, 3}, street},
             {12, {4, 3}, street},
             {13, {4, 5}, street},
             {14, {6, 2}, street},
             {15, {7, 4}, street}},
            {},
            {{std::move(members), {{"type", "restriction"}, {"restriction", rule}}}}};
}

TEST_F(ImportTest, ARestrictionOverWaysBindsInWhicheverOrderTheyAreNamed) {
    using Members = std::vector<test::OsmRelation::Member>;
    const auto import_two = [this](Members members, const std::string& rule) {
        auto extract =
            import(two_crossings(std::move(members), rule).bytes(Packing::zlib, NodeForm::dense));
        EXPECT_TRUE(extract);
        return std::move(*extract);
    };
    for (const Members& members :
         {Members{{1, 10, "from"}, {1, 11, "via"}, {1, 12, "via"}, {1, 15, "to"}},
          Members{{1, 15, "to"}, {1, 12, "via"}, {1, 11, "via"}, {1, 10, "from"}}}) {
        const auto extract = import_two(members, "no_right_turn");
        EXPECT_EQ(extract.counts.restrictions, 1U);
        EXPECT_EQ(extract.counts.restrictions_not_read, 0U);
        AssemblyReport report;
        const RoadGraph graph = std::move(*assemble(extract.network, &report));
        EXPECT_EQ(report.restrictions_over_ways, 1U);
        const SnapIndex index{graph};
        const RoadPosition to = index.snap({34.9995, 111.003})->at;
        const auto from = [&](Wgs84 p) {
            RoadPosition at = index.snap(p)->at;
            at.facing = Facing::along;
            return at;
        };
        EXPECT_GT(test::slow_travel_ms(graph, from({35.0, 111.0005}), to), 60'000U);
        EXPECT_LT(test::slow_travel_ms(graph, from({34.9995, 111.001}), to), 60'000U);
    }
}

TEST_F(ImportTest, ARestrictionOverManyWaysBetweenTheSameTwoNodesDoesNotHoldUpTheImport) {
    std::vector<test::OsmRelation::Member> members{{1, 10, "from"}, {1, 15, "to"}};
    OsmFile file = two_crossings({}, "no_right_turn");
    for (std::int64_t id = 100; id < 116; ++id) { // 16! orders
        file.ways.push_back({id, {2, 3}, {{"highway", "residential"}}});
        members.push_back({1, id, "via"});
    }
    file.relations.front().members = members;
    const auto extract = import(file.bytes(Packing::zlib, NodeForm::dense));
    ASSERT_TRUE(extract);
    EXPECT_EQ(extract->counts.restrictions_not_read, 1U);
}

TEST_F(ImportTest, ARestrictionOverWaysThatDoNotJoinIsCountedAndForbidsNothing) {
    const auto extract =
        import(two_crossings({{1, 10, "from"}, {1, 12, "via"}, {1, 15, "to"}}, "no_right_turn")
                   .bytes(Packing::zlib, NodeForm::dense));
    ASSERT_TRUE(extract);
    EXPECT_EQ(extract->counts.restrictions, 0U);
    EXPECT_EQ(extract->counts.restrictions_not_read, 1U);
    EXPECT_EQ(assemble(extract->network)->ban_count(), 0U);
}

TEST_F(ImportTest, TheOrderOfBlobsAndNumbersDoesNotMatter) {
    // relations, ways, then nodes, each in a blob of its own and the nodes from high to low
    const OsmFile all = crossing();
    OsmFile ways = all;
    ways.nodes.clear();
    OsmFile nodes = all;
    nodes.ways.clear();
    std::reverse(nodes.nodes.begin(), nodes.nodes.end());
    const auto usual = import(all.bytes(Packing::zlib, NodeForm::dense));
    const auto other =
        import(all.header(Packing::zlib) + ways.block(Packing::zlib, NodeForm::dense) +
               nodes.block(Packing::zlib, NodeForm::dense));
    ASSERT_TRUE(usual && other);
    EXPECT_EQ(other->counts.nodes, usual->counts.nodes);
    EXPECT_EQ(assemble(other->network)->checksum(), assemble(usual->network)->checksum());
}

TEST_F(ImportTest, NodeNumbersMayLieAnyDistanceApart) {
    constexpr std::int64_t kFar = std::int64_t{1} << 61;
    OsmFile file;
    file.nodes = {{-kFar - 9, 35.0, 111.000, {}}, // which nothing uses
                  {-kFar, 35.0, 111.000, {}},     {-5, 35.0, 111.001, {}},
                  {7, 35.0, 111.002, {}},         {kFar, 35.0, 111.003, {}},
                  {kFar + 9, 35.0, 111.003, {}}};
    file.ways = {{10, {kFar, -5, 7, -kFar, 8}, {{"highway", "primary"}}}};
    const auto extract = import(file.bytes(Packing::zlib, NodeForm::dense));
    ASSERT_TRUE(extract) << extract.error().message();
    EXPECT_EQ(extract->counts.nodes_missing, 1U);
    EXPECT_EQ(extract->network.refs, (std::vector<std::uint32_t>{4, 1, 2, 0}));
}

TEST_F(ImportTest, ANodeOutsideOfTheEarthIsRefused) {
    for (const auto& [lat, lon] : {std::pair{90.1, 111.0},
                                   {-90.1, 111.0},
                                   {35.0, 180.1},
                                   {35.0, -180.1},
                                   {4e11, 111.0},
                                   {35.0, -9e11}}) {
        OsmFile file = crossing();
        file.nodes[2].lat = lat;
        file.nodes[2].lon = lon;
        EXPECT_NE(error(file.bytes(Packing::zlib, NodeForm::dense)).find("outside of the earth"),
                  std::string::npos)
            << lat << ' ' << lon;
    }
}

// A data blob of what zlib would never make, with the length that its head and itself state.
std::string lying_blob(std::int64_t size_bytes, std::int64_t unpacked_bytes) {
    std::string blob;
    protozero::pbf_writer b{blob};
    b.add_int64(2, unpacked_bytes);
    b.add_bytes(3, "x");
    std::string head;
    protozero::pbf_writer h{head};
    h.add_string(1, "OSMData");
    h.add_int64(3, size_bytes == 0 ? static_cast<std::int64_t>(blob.size()) : size_bytes);
    return std::string{0, 0, 0, static_cast<char>(head.size())} + head + blob;
}

TEST_F(ImportTest, ALengthThatLiesIsRefused) {
    constexpr std::int64_t kTooMuch = (std::int64_t{32} << 20) + 1;
    const std::string header = crossing().header(Packing::raw);
    for (const auto& [blob, word] : {std::pair{lying_blob(-1, 5), "its header is damaged"},
                                     {lying_blob(kTooMuch, 5), "its header is damaged"},
                                     {lying_blob(kTooMuch - 1, 5), "the file is cut"},
                                     {lying_blob(0, -1), "or too much"},
                                     {lying_blob(0, kTooMuch), "or too much"},
                                     {lying_blob(0, 5), "its zlib data is damaged"},
                                     {std::string{"\x7f\xff\xff\xff"}, "impossible"}}) {
        const std::string what = error(header + blob);
        EXPECT_NE(what.find(word), std::string::npos) << word << ": " << what;
        EXPECT_NE(what.find("blob at offset " + std::to_string(header.size())), std::string::npos)
            << what;
    }
    const std::string honest = test::osm_blob("OSMData", std::string(1'000, '\0'), Packing::zlib);
    const std::size_t at = honest.find("\x10\xe8\x07"); // says 1000
    ASSERT_NE(at, std::string::npos);
    for (const char* says : {"\x10\x8a\x01", "\x10\xe7\x07", "\x10\xe9\x07"}) { // 138, 999, 1001
        std::string lying = honest;
        lying.replace(at, 3, says);
        EXPECT_NE(error(header + lying).find("its zlib data is damaged"), std::string::npos);
    }
}

TEST_F(ImportTest, BollardsCutTheRoad) {
    OsmFile file = crossing();
    file.nodes[1].tags = {{"barrier", "bollard"}};
    const RoadGraph graph =
        std::move(*assemble(import(file.bytes(Packing::zlib, NodeForm::dense))->network));
    const SnapIndex index{graph};
    const SnapOptions any{.part = SnapPart::any};
    const auto west = index.snap({35.0, 111.0002}, any);
    const auto east = index.snap({35.0, 111.0018}, any);
    EXPECT_EQ(make_dijkstra_router(graph)->route(west->at, east->at).error().code,
              Code::unreachable);
}

TEST_F(ImportTest, ARoadThatLeavesTheExtractEndsThere) {
    OsmFile file = crossing();
    file.ways.push_back({14, {3, 77, 78}, {{"highway", "primary"}}});
    file.ways.push_back({15, {5, 9, 79}, {{"highway", "primary"}}});
    const auto extract = import(file.bytes(Packing::zlib, NodeForm::dense));
    ASSERT_TRUE(extract);
    EXPECT_EQ(extract->counts.nodes_missing, 3U);
    EXPECT_EQ(assemble(extract->network)->arc_count(), 10U);
}

WayProfile profile(const test::Tags& tags, const AmbulanceProfile& ambulance = {}) {
    OsmTags t;
    for (const auto& [k, v] : tags) {
        t.add(k, v);
    }
    return profile_way(t, ambulance).value_or(WayProfile{});
}

TEST(OsmProfile, KnowsOneWaysAccessLimitsAndSurfaces) {
    EXPECT_EQ(profile({{"highway", "motorway"}}).backward_kmh, 0);
    EXPECT_EQ(profile({{"highway", "residential"}, {"oneway", "-1"}}).forward_kmh, 0);
    EXPECT_GT(profile({{"highway", "residential"}, {"oneway", "-1"}}).backward_kmh, 0);
    EXPECT_EQ(profile({{"highway", "tertiary"}, {"junction", "roundabout"}}).backward_kmh, 0);
    EXPECT_GT(profile({{"highway", "tertiary"}, {"oneway", "yes"}, {"oneway:emergency", "no"}})
                  .backward_kmh,
              0);
    EXPECT_EQ(profile({{"highway", "residential"}, {"access", "no"}}).forward_kmh, 0);
    EXPECT_GT(profile({{"highway", "service"}, {"access", "no"}, {"emergency", "yes"}}).forward_kmh,
              0);
    EXPECT_TRUE(profile({{"highway", "track"}, {"motor_vehicle", "agricultural"}}).restricted);
    EXPECT_FLOAT_EQ(profile({{"highway", "primary"}, {"maxspeed", "50"}}).forward_kmh, 47.5F);
    EXPECT_FLOAT_EQ(profile({{"highway", "primary"}, {"maxspeed", "none"}}).forward_kmh, 70);
    EXPECT_LT(profile({{"highway", "track"}, {"surface", "mud"}}).forward_kmh, 6);
    EXPECT_EQ(profile({{"highway", "steps"}}).forward_kmh, 0);
    EXPECT_EQ(profile({{"route", "ferry"}, {"motor_vehicle", "yes"}}).road_class, RoadClass::ferry);
    for (const char* open : {"destination", "delivery", "yes"}) {
        EXPECT_FALSE(profile({{"highway", "residential"}, {"motor_vehicle", open}}).restricted)
            << open;
    }
    for (const char* shut : {"customers", "permit", "private"}) {
        EXPECT_TRUE(profile({{"highway", "residential"}, {"motor_vehicle", shut}}).restricted)
            << shut;
    }
}

NodeBarrier barrier(const test::Tags& tags) {
    OsmTags t;
    for (const auto& [k, v] : tags) {
        t.add(k, v);
    }
    return barrier_of(t, {});
}

TEST(OsmProfile, WhereAVehicleIsTooHighWideOrHeavyItDoesNotDrive) {
    for (const auto& [key, value] : {std::pair{"maxheight", "2.2"},
                                     {"maxheight", "2.2 m"},
                                     {"maxheight", "220 cm"},
                                     {"maxheight", "7'6\""},
                                     {"maxheight", "2,75"},
                                     {"maxheight:physical", "2.5"},
                                     {"maxwidth", "2"},
                                     {"maxweight", "3"},
                                     {"maxweight", "3,4 t"},
                                     {"maxweight", "20;2.8"},
                                     {"maxweight", "3,000 kg"}}) {
        EXPECT_EQ(profile({{"highway", "residential"}, {key, value}}).forward_kmh, 0) << value;
        EXPECT_EQ(barrier({{key, value}}), kNodeBlocked) << value;
    }
    for (const auto& [key, value] : {std::pair{"maxheight", "4.5"},
                                     {"maxheight", "none"},
                                     {"maxheight", "default"},
                                     {"maxheight", "2,8"},
                                     {"maxwidth", "2.5"},
                                     {"maxweight", "3.5"},
                                     {"maxweight", "3,5 t"},
                                     {"maxweight", "3500 kg"},
                                     {"maxweight", "20"}}) {
        EXPECT_GT(profile({{"highway", "residential"}, {key, value}}).forward_kmh, 0) << value;
        EXPECT_EQ(barrier({{key, value}}), kNodeOpen) << value;
    }
    AmbulanceProfile low;
    low.height_m = 2;
    EXPECT_GT(profile({{"highway", "residential"}, {"maxheight", "2.2"}}, low).forward_kmh, 0);
}

TEST(OsmProfile, AFleetOnLightTrucksStatesItsWeightAndIsKeptOffRoadsOf3AndAHalfTonnes) {
    AmbulanceProfile heavy;
    heavy.weight_t = 4.5;
    EXPECT_EQ(profile({{"highway", "residential"}, {"maxweight", "3.5"}}, heavy).forward_kmh, 0);
    EXPECT_GT(profile({{"highway", "residential"}, {"maxweight", "4,5"}}, heavy).forward_kmh, 0);
}

TEST(OsmValues, AreReadWithTheirUnitsAndCommas) {
    static constexpr double kNothing = 0;
    const auto metres = [](std::string_view text) { return parse_metres(text).value_or(kNothing); };
    EXPECT_DOUBLE_EQ(metres("2,2"), 2.2);
    EXPECT_DOUBLE_EQ(metres("2,20 m"), 2.2);
    EXPECT_DOUBLE_EQ(metres("220 cm"), 2.2);
    EXPECT_NEAR(metres("7'6\""), 2.286, 1e-9);
    EXPECT_NEAR(metres("7' 6\""), 2.286, 1e-9);
    EXPECT_NEAR(metres("7 ft 6 in"), 2.286, 1e-9);
    EXPECT_NEAR(metres("7'-6\""), 2.286, 1e-9);
    EXPECT_NEAR(metres("7 ft"), 2.1336, 1e-9);
    EXPECT_NEAR(metres("90\""), 2.286, 1e-9);
    EXPECT_NEAR(metres("90 in"), 2.286, 1e-9);
    for (const char* none : {"", "none", "default", "2.2 lanes", ",5", "-2", "nan", "inf", "1e9"}) {
        EXPECT_EQ(metres(none), kNothing) << none;
    }
    const auto tonnes = [](std::string_view text) { return parse_tonnes(text).value_or(kNothing); };
    EXPECT_DOUBLE_EQ(tonnes("3,5"), 3.5);
    EXPECT_DOUBLE_EQ(tonnes("3,500 t"), 3.5);
    EXPECT_DOUBLE_EQ(tonnes("3,500 kg"), 3.5);
    EXPECT_DOUBLE_EQ(tonnes("12,500 kg"), 12.5);
    EXPECT_DOUBLE_EQ(tonnes("3500kg"), 3.5);
    EXPECT_NEAR(tonnes("7716 lbs"), 3.49992, 1e-5);
    EXPECT_NEAR(tonnes("5 st"), 4.536, 1e-3);
    EXPECT_DOUBLE_EQ(tonnes("7.5; 3,5 t"), 3.5);
    EXPECT_EQ(tonnes("3.5 axles"), kNothing);
    EXPECT_FLOAT_EQ(parse_kmh("37,5"), 37.5F);
    EXPECT_FLOAT_EQ(parse_kmh("60 km/h"), 60);
    EXPECT_NEAR(parse_kmh("40 mph"), 64.37, 0.01);
    EXPECT_NEAR(parse_kmh("40mph"), 64.37, 0.01);
    EXPECT_NEAR(parse_kmh("5 knots"), 9.26, 0.01);
    EXPECT_FLOAT_EQ(parse_kmh("walk"), 0);
    EXPECT_FLOAT_EQ(parse_kmh("60 lanes"), 0);
}

TEST(OsmProfile, BarsChainsAndGatesAreWhatTheyAreToAnAmbulance) {
    EXPECT_EQ(barrier({{"barrier", "height_restrictor"}}), kNodeBlocked) << "2.2 m as a rule";
    EXPECT_EQ(barrier({{"barrier", "height_restrictor"}, {"maxheight", "3.2"}}), kNodeOpen);
    EXPECT_EQ(barrier({{"barrier", "height_restrictor"}, {"maxheight", "2.2"}, {"access", "yes"}}),
              kNodeBlocked);
    EXPECT_EQ(barrier({{"barrier", "chain"}}), kNodeBlocked);
    EXPECT_EQ(barrier({{"barrier", "chain"}, {"emergency", "yes"}}), kNodeOpen);
    EXPECT_EQ(barrier({{"barrier", "bollard"}, {"access", "yes"}}), kNodeBlocked);
    EXPECT_EQ(barrier({{"barrier", "gate"}}), kNodeOpen);
    EXPECT_EQ(barrier({{"barrier", "gate"}, {"access", "no"}}), kNodeBlocked);
    EXPECT_EQ(barrier({{"barrier", "gate"}, {"locked", "yes"}}), kNodeBlocked);
    EXPECT_EQ(barrier({{"barrier", "lift_gate"}, {"access", "private"}}), kNodeGate);
    EXPECT_EQ(barrier({{"barrier", "toll_booth"}}), kNodeOpen);
}

TEST_F(ImportTest, APrivateGateCostsItsTimeOnceHoweverTheRoadIsCut) {
    const auto travel = [this](std::size_t node) {
        OsmFile file = crossing();
        if (node < file.nodes.size()) {
            file.nodes[node].tags = {{"barrier", "gate"}, {"access", "private"}};
        }
        file.nodes.push_back({6, 35.0, 111.0005, {}});
        if (node == 6) {
            file.nodes[6].tags = {{"barrier", "gate"}, {"access", "private"}};
        }
        file.ways[0].refs = {1, 6, 2};
        const RoadGraph graph =
            std::move(*assemble(import(file.bytes(Packing::zlib, NodeForm::dense))->network));
        const SnapIndex index{graph};
        return make_dijkstra_router(graph)
            ->route(index.snap({35.0, 111.0})->at, index.snap({35.0, 111.002})->at)
            ->travel_ms;
    };
    const std::uint32_t open_ms = travel(99);
    EXPECT_NEAR(travel(1), open_ms + 30'000, 2) << "at the crossing";
    EXPECT_NEAR(travel(6), open_ms + 30'000, 2) << "within a piece";
}

TEST_F(ImportTest, AFerryTakesItsTimetableAndTheWaitForIt) {
    const auto seconds = [this](test::Tags tags) -> std::uint32_t {
        OsmFile file = crossing();
        tags.emplace("route", "ferry");
        file.ways.push_back({20, {3, 9}, tags});
        file.ways.push_back({21, {9, 10}, {{"highway", "primary"}}});
        file.nodes.push_back({10, 35.5, 111.501, {}});
        const RoadGraph graph =
            std::move(*assemble(import(file.bytes(Packing::zlib, NodeForm::dense))->network));
        const SnapIndex index{graph};
        const SnapOptions any{.part = SnapPart::any};
        const auto way = make_dijkstra_router(graph)->route(index.snap({35.0, 111.002}, any)->at,
                                                            index.snap({35.5, 111.501}, any)->at);
        return way ? way->travel_ms / 1'000 : 0;
    };
    EXPECT_EQ(seconds({}), 0U) << "most ferries carry people alone";
    const std::uint32_t timed = seconds({{"motor_vehicle", "yes"}, {"duration", "00:20"}});
    EXPECT_NEAR(timed, 1'200 + 900, 30);
    EXPECT_EQ(seconds({{"motor_vehicle", "yes"}, {"duration", "20"}}), timed);
    EXPECT_EQ(seconds({{"motor_vehicle", "yes"}, {"duration", "PT20M"}}), timed);
    EXPECT_GT(seconds({{"motor_vehicle", "yes"}, {"duration", "soon"}}), timed) << "by its speed";
}

TEST_F(ImportTest, OneWaysThatChangeByTheHourAreCounted) {
    OsmFile file = crossing();
    file.ways[0].tags["oneway"] = "reversible";
    file.ways[1].tags["oneway"] = "alternating";
    EXPECT_EQ(import(file.bytes(Packing::zlib, NodeForm::dense))->counts.oneways_that_change, 2U);
}

TEST(OsmProfile, BuswaysAndPedestrianStreetsAreRestrictedUntilATagOpensThem) {
    for (const char* highway : {"busway", "pedestrian"}) {
        EXPECT_TRUE(profile({{"highway", highway}}).restricted) << highway;
        EXPECT_FALSE(profile({{"highway", highway}, {"motor_vehicle", "yes"}}).restricted)
            << highway;
        EXPECT_FALSE(profile({{"highway", highway}, {"emergency", "yes"}}).restricted) << highway;
        EXPECT_TRUE(profile({{"highway", highway}, {"access", "private"}}).restricted) << highway;
    }
    EXPECT_FALSE(profile({{"highway", "residential"}}).restricted);
    EXPECT_FLOAT_EQ(profile({{"highway", "busway"}}).forward_kmh, 24);
    EXPECT_FLOAT_EQ(profile({{"highway", "busway"}, {"emergency", "designated"}}).forward_kmh, 40);
}

TEST(OsmProfile, EveryKindOfAClassMovesWithTheSpeedOfTheClass) {
    AmbulanceProfile slow;
    slow.kmh[static_cast<std::size_t>(RoadClass::expressway)] = 84; // four fifths
    EXPECT_FLOAT_EQ(profile({{"highway", "motorway"}}, slow).forward_kmh, 84);
    EXPECT_FLOAT_EQ(profile({{"highway", "motorway_link"}}, slow).forward_kmh, 44);
    EXPECT_FLOAT_EQ(profile({{"highway", "primary"}}, slow).forward_kmh, 70);
}

TEST(OsmProfile, TheProfileSaysWhatARestrictedRoadCosts) {
    AmbulanceProfile ambulance;
    ambulance.restricted = 0.5;
    EXPECT_FLOAT_EQ(profile({{"highway", "primary"}, {"access", "private"}}, ambulance).forward_kmh,
                    35);
}

TEST(OsmProfile, AgainstOneWaysOnlyWhereTheProfilePermitsIt) {
    AmbulanceProfile daring;
    daring.wrong_way = 0.5; // from township down
    const auto against = [&](test::Tags tags, const AmbulanceProfile& ambulance) {
        tags.emplace("oneway", "yes");
        return profile(tags, ambulance).backward_kmh;
    };
    const test::Tags street{{"highway", "residential"}};
    EXPECT_EQ(against(street, {}), 0);
    EXPECT_FLOAT_EQ(against(street, daring), 15);
    EXPECT_FLOAT_EQ(against({{"highway", "tertiary"}}, daring), 24);
    EXPECT_EQ(against({{"highway", "secondary"}}, daring), 0) << "a class above";
    EXPECT_FLOAT_EQ(profile({{"highway", "residential"}, {"oneway", "-1"}}, daring).forward_kmh,
                    15);
    daring.wrong_way_from = RoadClass::expressway;
    EXPECT_EQ(against({{"highway", "motorway"}}, daring), 0);
    EXPECT_EQ(against({{"highway", "motorway_link"}}, daring), 0);
    EXPECT_EQ(against({{"highway", "residential"}, {"junction", "roundabout"}}, daring), 0);
    EXPECT_EQ(against({{"route", "ferry"}, {"motor_vehicle", "yes"}}, daring), 0);
}

TEST_F(ImportTest, NamesTheOffsetOfTheBlobThatIsWrong) {
    const OsmFile file = crossing();
    const std::string good = file.bytes(Packing::zlib, NodeForm::dense);
    const std::size_t second =
        test::osm_blob("OSMHeader", std::string("\x22\x0eOsmSchema-V0.6", 16), Packing::zlib)
            .size();
    const std::string at = "offset " + std::to_string(second) + ":";
    EXPECT_NE(error(good.substr(0, good.size() - 5)).find(at + " the file is cut"),
              std::string::npos);
    std::string damaged = good;
    damaged[good.size() - 20] = static_cast<char>(damaged[good.size() - 20] ^ 1);
    EXPECT_NE(error(damaged).find(at + " its zlib data is damaged"), std::string::npos);
    EXPECT_NE(error("").find("empty"), std::string::npos);
    EXPECT_NE(error("PK\x03\x04 not a map at all").find("offset 0: not an OpenStreetMap PBF file"),
              std::string::npos);
    EXPECT_NE(error(good.substr(second)).find("no header"), std::string::npos);
    EXPECT_NE(
        error(good.substr(0, second) + test::osm_blob("OSMData", "\xff\xff\xff", Packing::raw))
            .find(at),
        std::string::npos);
    EXPECT_NE(
        error(good.substr(0, second) + test::osm_blob("Surprise", "x", Packing::raw)).find(at),
        std::string::npos);
    OsmFile other = file;
    other.feature = "HistoricalInformation";
    EXPECT_NE(error(other.bytes(Packing::zlib, NodeForm::dense)).find("HistoricalInformation"),
              std::string::npos);
    EXPECT_EQ(read_osm(dir.path() / "absent", {}, {}).error().code, Code::io);
}

TEST_F(ImportTest, ABlobMayNotUnpackToMoreThanItSays) {
    std::string blob;
    const std::string bomb(40U << 20, '\0'); // packs to 40 kB
    blob = test::osm_blob("OSMData", bomb, Packing::zlib);
    OsmFile empty = crossing();
    const std::string header = test::osm_blob("OSMHeader", "", Packing::raw);
    EXPECT_NE(error(header + blob).find("too much"), std::string::npos);
}

// Each packs to a thousandth: what they unpack to together is the danger.
TEST_F(ImportTest, ManySmallBlobsMayNotFillMemoryTogether) {
    OsmFile bomb;
    for (std::int64_t id = 1; id <= 20; ++id) {
        bomb.ways.push_back({id, std::vector<std::int64_t>(5'000), {{"highway", "primary"}}});
        for (std::size_t i = 0; i < bomb.ways.back().refs.size(); ++i) {
            bomb.ways.back().refs[i] = 1 + static_cast<std::int64_t>(i % 2);
        }
    }
    const std::string blob = bomb.block(Packing::zlib, NodeForm::dense);
    ASSERT_LT(blob.size(), 2'000U);
    std::string bytes = bomb.header(Packing::zlib);
    for (int i = 0; i < 200; ++i) {
        bytes += blob;
    }
    const std::string path = dir.path() / "x.osm.pbf";
    std::ofstream{path, std::ios::binary} << bytes;
    const auto refused = read_osm(path, {}, {}, {.held_freely = 1'000'000, .held_per_byte = 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::pbf);
    EXPECT_NE(refused.error().detail.find("more than so large a file"), std::string::npos);
    EXPECT_NE(refused.error().detail.find("offset "), std::string::npos);
}

TEST(Population, IsReadWithItsSeparatorsOrNotAtAll) {
    for (const auto& [text, people] : {std::pair{"812", 812U},
                                       {"12,345", 12'345U},
                                       {"1 234 567", 1'234'567U},
                                       {"12.345", 12'345U},
                                       {"~900", 900U},
                                       {"", 0U},
                                       {"12,34", 0U},
                                       {"1,2345", 0U},
                                       {"about 900", 0U},
                                       {"-5", 0U},
                                       {"99999999999", 0U},
                                       {"12;13", 0U},
                                       {"1234,567", 0U}}) {
        EXPECT_EQ(population_of(text), people) << text;
    }
}

TEST_F(ImportTest, DamageAnywhereIsAnErrorOrHarmless) {
    const std::string good = crossing().bytes(Packing::zlib, NodeForm::dense);
    const auto sum = assemble(import(good)->network)->checksum();
    for (std::size_t i = 0; i < good.size(); i += 2) {
        for (const int bit : {static_cast<int>(i / 2 % 8), 7}) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            const auto extract = import(bad);
            if (extract) {
                EXPECT_EQ(assemble(extract->network)->checksum(), sum) << i;
            } else {
                EXPECT_NE(extract.error().detail.find("offset "), std::string::npos) << i;
            }
        }
        EXPECT_FALSE(import(good.substr(0, i)) && i > 60) << i;
    }
}

TEST_F(ImportTest, HostileContentIsRefusedNotFollowed) {
    // raw blobs have no checksum: any damage reaches the decoder
    const std::string good = crossing().bytes(Packing::raw, NodeForm::dense);
    std::mt19937_64 random{23};
    for (int i = 0; i < 500; ++i) {
        std::string bad = good;
        for (int k = 0; k < 3; ++k) {
            bad[random() % bad.size()] = static_cast<char>(random());
        }
        const auto extract = import(bad);
        if (extract) {
            const auto graph = assemble(extract->network);
            EXPECT_TRUE(graph || !graph.error().detail.empty());
        }
    }
}

class LiechtensteinTest : public testing::Test {
  protected:
    void SetUp() override {
        path = ems::test::shared_data("osm/liechtenstein-20150727.osm.pbf");
        if (path.empty()) {
            GTEST_SKIP() << "osm/liechtenstein-20150727.osm.pbf is absent";
        }
    }
    std::string path;
};

TEST_F(LiechtensteinTest, ImportsAndAnswersLikeTheSlowWay) {
    const auto extract = read_osm(path, {}, {});
    ASSERT_TRUE(extract) << extract.error().message();
    EXPECT_EQ(extract->counts.ways, 15'247U);
    const RoadGraph graph = std::move(*assemble(extract->network));
    EXPECT_GT(graph.node_count(), 4'000U);
    EXPECT_TRUE(std::any_of(extract->places.begin(), extract->places.end(), [](const Place& p) {
        return p.kind == PlaceKind::hospital && p.name == "Liechtensteinisches Landesspital";
    }));
    const SnapIndex index{graph};
    const auto router = make_dijkstra_router(graph);
    const auto vaduz = index.snap({47.1410, 9.5215});
    const auto schaan = index.snap({47.1650, 9.5087});
    ASSERT_TRUE(vaduz && schaan);
    const auto route = router->route(vaduz->at, schaan->at);
    ASSERT_TRUE(route);
    EXPECT_EQ(route->travel_ms, test::slow_travel_ms(graph, vaduz->at, schaan->at));
    EXPECT_GT(route->length_dm, 25'000U);
    EXPECT_LT(route->length_dm, 45'000U);
}

TEST_F(LiechtensteinTest, ImportingAgainGivesTheSameBytes) {
    const ems::test::TempDir dir;
    const std::string program = ems::test::program("ems-map");
    std::string out;
    for (const char* name : {"one", "two"}) {
        ASSERT_EQ(ems::test::run(
                      {program, "import", path, "--out", dir.path() / name, "--name", "LI"}, &out),
                  0)
            << out;
    }
    for (const char* file : {"roads.graph", "roads.order", "places.csv", "landmarks.csv",
                             "names.bin", "scene.bin", "profile.toml", "info.json"}) {
        EXPECT_EQ(read(dir.path() / "one" / file), read(dir.path() / "two" / file)) << file;
        EXPECT_FALSE(read(dir.path() / "one" / file).empty()) << file;
    }
    ASSERT_EQ(ems::test::run({program, "sites", "--graph", dir.path() / "one", "--json"}, &out), 0);
    EXPECT_NE(out.find("Landesspital"), std::string::npos);
    EXPECT_NE(out.find("\"nearest_by_line_differs\": true"), std::string::npos);
}

TEST_F(LiechtensteinTest, TheProfileIsUsedAndKeptWithTheMap) {
    const ems::test::TempDir dir;
    const std::string program = ems::test::program("ems-map");
    const std::string toml = dir.path() / "p.toml";
    std::ofstream{toml} << "kmh.street = 15\n";
    std::string out;
    ASSERT_EQ(ems::test::run(
                  {program, "import", path, "--out", dir.path() / "slow", "--profile", toml}, &out),
              0)
        << out;
    const auto kept = load_profile(dir.path() / "slow" / "profile.toml");
    ASSERT_TRUE(kept) << kept.error().message();
    EXPECT_EQ(kept->kmh_of(RoadClass::street), 15);
    const RoadGraph graph = RoadGraph::open(dir.path() / "slow" / "roads.graph").value();
    double kmh_most = 0;
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (graph.road_class(a) == RoadClass::street && graph.arrays().arc_dm[a] > 1'000) {
            kmh_most = std::max(kmh_most, graph.arrays().arc_dm[a] * 360.0 / graph.travel_ms(a));
        }
    }
    EXPECT_LT(kmh_most, 15 * 1.25 + 0.1) << "what a generous limit allows";

    EXPECT_EQ(ems::test::run({program, "import", path, "--out", dir.path() / "m", "--profile",
                              dir.path() / "absent.toml"},
                             &out),
              1);
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "m" / "roads.graph"));
}

TEST_F(LiechtensteinTest, APointWrittenLongitudeFirstIsNamedWhereItIsOneToo) {
    const ems::test::TempDir dir;
    const std::string program = ems::test::program("ems-map");
    const std::string map = dir.path() / "m";
    std::string out;
    ASSERT_EQ(ems::test::run({program, "import", path, "--out", map}, &out), 0) << out;
    EXPECT_EQ(
        ems::test::run(
            {program, "route", "--graph", map, "--from", "9.51,47.16", "--to", "47.14,9.52"}, &out),
        1);
    EXPECT_NE(out.find("swapped"), std::string::npos) << out;
    EXPECT_EQ(ems::test::run(
                  {program, "route", "--graph", map, "--from", "0,0", "--to", "47.14,9.52"}, &out),
              1);
    EXPECT_EQ(out.find("swapped"), std::string::npos) << out;
}

TEST_F(LiechtensteinTest, ACutFileGivesOneSentenceWithTheOffset) {
    const ems::test::TempDir dir;
    const std::string cut = dir.path() / "cut.osm.pbf";
    std::filesystem::copy_file(path, cut);
    std::filesystem::resize_file(cut, 700'000);
    std::string out;
    EXPECT_EQ(ems::test::run(
                  {ems::test::program("ems-map"), "import", cut, "--out", dir.path() / "m"}, &out),
              1);
    EXPECT_NE(out.find("blob at offset "), std::string::npos) << out;
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1) << out;
    EXPECT_FALSE(std::filesystem::exists(dir.path() / "m" / "roads.graph"));
}

} // namespace
} // namespace ems::map
