#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "map/app/inputs.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::map {
namespace {

using Json = nlohmann::json;

class ReachCli : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        dir_ = new ems::test::TempDir;
        std::string out;
        ASSERT_EQ(ems::test::run({program(), "synth", "--out", map()}, &out), 0) << out;
    }
    static void TearDownTestSuite() {
        delete dir_;
        dir_ = nullptr;
    }
    static std::string program() { return ems::test::program("ems-map"); }
    static std::string map() { return dir_->path() / "map"; }

    static int run(std::vector<std::string> command, std::string* out) {
        command.insert(command.begin(), program());
        command.insert(command.begin() + 2, {"--graph", map()});
        return ems::test::run(command, out);
    }
    static Json json(std::vector<std::string> command) {
        command.emplace_back("--json");
        std::string out;
        EXPECT_EQ(run(command, &out), 0) << out;
        return Json::parse(out);
    }
    static void expect_refused(const std::vector<std::string>& command, const std::string& word) {
        std::string out;
        EXPECT_NE(run(command, &out), 0);
        EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1) << out;
        EXPECT_NE(out.find(word), std::string::npos) << out;
    }
    static std::string file(const std::string& name, const std::string& text) {
        const std::string path = dir_->path() / name;
        std::ofstream{path} << text;
        return path;
    }
    static ems::test::TempDir* dir_;
};
ems::test::TempDir* ReachCli::dir_ = nullptr;

TEST_F(ReachCli, IsochronesAreGeoJsonTheWidestFirst) {
    const Json j = json({"isochrone", "--at", "35.144,110.971", "--minutes", "5,10,15"});
    EXPECT_EQ(j["type"], "FeatureCollection");
    ASSERT_EQ(j["features"].size(), 3U);
    EXPECT_EQ(j["features"][0]["properties"]["minutes"], 15.0);
    EXPECT_GT(j["features"][0]["properties"]["area_km2"],
              j["features"][2]["properties"]["area_km2"]);
    for (const Json& polygon : j["features"][2]["geometry"]["coordinates"]) {
        EXPECT_EQ(polygon[0].front(), polygon[0].back());
    }
}

TEST_F(ReachCli, CoverageFallsByWhatAStationCoversAlone) {
    const Json all = json({"coverage"});
    const auto station = std::find_if(all["stations"].begin(), all["stations"].end(),
                                      [](const Json& s) { return s["name"] == "席张急救站"; });
    ASSERT_NE(station, all["stations"].end());
    const Json less = json({"coverage", "--without", "席张急救站"});
    EXPECT_EQ(less["whole"]["villages_covered"].get<int>(),
              all["whole"]["villages_covered"].get<int>() -
                  (*station)["covers_alone_villages"].get<int>());
    EXPECT_EQ(less["gaps"].size() + less["whole"]["villages_covered"].get<std::size_t>(),
              less["whole"]["villages"].get<std::size_t>());
}

TEST_F(ReachCli, ZonesTakeTheirOwnOutputBackAsEdits) {
    const Json drawn = json({"zones"});
    const std::string edits = file("edits.geojson", drawn.dump());
    const Json again = json({"zones", "--edits", edits});
    ASSERT_EQ(again["villages"].size(), drawn["villages"].size());
    std::size_t same = 0;
    for (std::size_t v = 0; v < drawn["villages"].size(); ++v) {
        same += drawn["villages"][v]["station"] == again["villages"][v]["station"] ? 1U : 0U;
    }
    EXPECT_GE(same + 2, drawn["villages"].size()) << "villages beside a border may change sides";
}

TEST_F(ReachCli, AVillageOfAZoneSaysWhoIsThereFirst) {
    for (const Json& village : json({"zones"})["villages"]) {
        if (!village["station"].is_null()) {
            EXPECT_EQ(village["quickest_station"], village["station"]) << "no edit gives it away";
            EXPECT_EQ(village["quickest_seconds"], village["seconds"]);
        }
    }
}

TEST_F(ReachCli, TheTurnoutCountsFromStationsAndIsSaidEverywhere) {
    const std::vector<std::string> place{"isochrone", "--at", "35.144,110.971", "--minutes", "5"};
    std::vector<std::string> asked = place;
    asked.insert(asked.end(), {"--turnout-s", "60"});
    const Json without = json(place);
    const Json with = json(asked);
    EXPECT_EQ(without["turnout_s"], 0.0);
    EXPECT_EQ(with["turnout_s"], 60.0);
    EXPECT_GT(without["features"][0]["properties"]["area_km2"],
              with["features"][0]["properties"]["area_km2"]);
    EXPECT_EQ(json({"isochrone", "--minutes", "5"})["turnout_s"], 60.0);
    for (const char* command : {"coverage", "zones"}) {
        EXPECT_EQ(json({command})["turnout_s"], 60.0) << command;
    }
    EXPECT_EQ(json({"site", "--stations", "1", "--turnout-s", "75"})["turnout_s"], 75.0);
    const std::vector<std::string> nearest{
        "nearest", "--to", "35.144,110.971", "--unit", "35.0275,110.9905", "--minutes", "60"};
    std::vector<std::string> late = nearest;
    late.insert(late.end(), {"--turnout-s", "75"});
    const Json now = json(nearest);
    EXPECT_EQ(now["turnout_s"], 0.0);
    EXPECT_NEAR(json(late)["units"][0]["seconds"].get<double>(),
                now["units"][0]["seconds"].get<double>() + 75, 0.01);
}

TEST_F(ReachCli, AFileOfClosuresTurnsTheRouteAway) {
    const std::vector<std::string> route{"route", "--from", "35.0275,110.9905", "--to",
                                         "35.144,110.971"};
    const Json open = json(route);
    const Json& middle = open["geometry"][open["geometry"].size() / 2];
    const std::string at = middle[0].dump() + "," + middle[1].dump();
    std::vector<std::string> closed = route;
    closed.insert(closed.end(), {"--closures", file("shut.csv", "id,lat,lon\nx," + at + "\n")});
    EXPECT_GT(json(closed)["seconds"].get<double>(), open["seconds"].get<double>());
    expect_refused({"route", "--from", "35.0275,110.9905", "--to", "35.144,110.971", "--closures",
                    file("sea.csv", "id,lat,lon\nsea,0,0\n")},
                   "sea");
}

TEST_F(ReachCli, RainNightAndNoSirenCountByTheProfile) {
    const auto seconds = [](std::vector<std::string> more) {
        std::vector<std::string> all{"route", "--from", "35.0275,110.9905", "--to",
                                     "35.144,110.971"};
        all.insert(all.end(), more.begin(), more.end());
        return json(all)["seconds"].get<double>();
    };
    const double dry = seconds({});
    EXPECT_NEAR(seconds({"--driving", "rain"}), dry / 0.85, 1);
    EXPECT_NEAR(seconds({"--driving", "without_siren"}), dry / 0.8, 1);
    EXPECT_NEAR(seconds({"--driving", "rain,without_siren"}), dry / 0.85 / 0.8, 1);
    EXPECT_GT(json({"coverage"})["whole"]["villages_covered"],
              json({"coverage", "--driving", "snow"})["whole"]["villages_covered"]);
}

TEST_F(ReachCli, MoreStationsCloseMoreOfTheGap) {
    const Json one = json({"site", "--stations", "1"});
    const Json three = json({"site", "--stations", "3"});
    EXPECT_EQ(three["proposals"].size(), 3U);
    EXPECT_TRUE(three["exact"].get<bool>());
    EXPECT_GT(three["closes_population"], one["closes_population"]);
    EXPECT_LE(three["closes_population"], three["gap_population"]);
}

TEST_F(ReachCli, TheMatrixSaysNothingWhereNoRoadLeads) {
    const std::string points =
        file("points.csv", "id,lat,lon\na,35.0275,110.9905\nsea,0,0\nb,35.144,110.971\n");
    const Json j = json({"matrix", "--from", points, "--to", points});
    EXPECT_EQ(j["seconds"][0][0], 0.0);
    EXPECT_TRUE(j["seconds"][0][1].is_null());
    EXPECT_GT(j["seconds"][0][2], 60.0);
}

TEST_F(ReachCli, NearestTakesItsUnitsFromAFileAndStopsAtTheBoundAndAtK) {
    const std::string units =
        file("units.csv", "id,lat,lon\nfar,35.2452,110.9353\nnear,35.0275,110.9905\nsea,0,0\n");
    const Json j = json(
        {"nearest", "--to", "35.144,110.971", "--units", units, "--minutes", "15", "--k", "1"});
    ASSERT_EQ(j["units"].size(), 3U);
    EXPECT_EQ(j["units"][0]["unit"], "near");
    EXPECT_EQ(j["units"][0]["status"], "reached");
    EXPECT_GT(j["units"][0]["metres"], 10'000.0);
    const Json wide = json(
        {"nearest", "--to", "35.144,110.971", "--units", units, "--minutes", "60", "--k", "5"});
    EXPECT_EQ(wide["units"][1]["unit"], "far");
    EXPECT_EQ(wide["units"][1]["status"], "reached");
    EXPECT_EQ(wide["units"][2]["status"], "off_map");
    expect_refused({"nearest", "--to", "35.144,110.971"}, "--units");
    expect_refused(
        {"nearest", "--to", "35.144,110.971", "--units", file("none.csv", "id,lat,lon\n")},
        "none.csv");
}

TEST_F(ReachCli, WrongInputIsOneSentence) {
    expect_refused({"isochrone", "--at", "110.9,35.0"}, "swapped");
    expect_refused({"isochrone", "--at", "0,0"}, "0,0");
    expect_refused({"coverage", "--without", "无站"}, "无站");
    expect_refused({"coverage", "--station", "a=35.0275,110.9905", "--station", "a=35.03,110.99"},
                   "two stations");
    expect_refused({"coverage", "--population", file("p.csv", "name\n")}, "p.csv");
    expect_refused({"zones", "--edits", file("e.geojson", "{")}, "e.geojson");
    expect_refused(
        {"matrix", "--from", file("m.csv", "id,lat,lon\n"), "--to", file("m.csv", "id,lat,lon\n")},
        "m.csv");
    expect_refused({"site", "--stations", "0"}, "--stations");
}

} // namespace
} // namespace ems::map
