#include "telemetry/app/ecg/news2_verb.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ems::ecg {
namespace {

// What the verb prints for a command line.
std::string printed(const std::string& options) {
    CLI::App app{"test", "ems-ecg"};
    app.require_subcommand(1);
    add_news2(app);
    testing::internal::CaptureStdout();
    try {
        app.parse("news2 " + options);
    } catch (const CLI::ParseError& error) {
        testing::internal::GetCapturedStdout();
        return "usage";
    }
    return testing::internal::GetCapturedStdout();
}

TEST(News2Verb, PrintsEachItemTheTotalAndTheRisk) {
    EXPECT_EQ(printed("--rr 24 --spo2 92 --oxygen air --sbp 111 --pulse 91 --consciousness A "
                      "--temp 36.0"),
              "NEWS2 scale 1 (RCP 2017)\nRR 24: 2\nSpO2 92: 2\nair or oxygen air: 0\nSBP 111: 0\n"
              "pulse 91: 1\nconsciousness A: 0\ntemperature 36.0: 1\ntotal 6\nrisk medium\n");
}

TEST(News2Verb, SaysWhatIsMissing) {
    EXPECT_EQ(printed("--rr 25"),
              "NEWS2 scale 1 (RCP 2017)\nRR 25: 3\nSpO2: missing\nair or oxygen: missing\n"
              "SBP: missing\npulse: missing\nconsciousness: missing\ntemperature: missing\n"
              "total >= 3, incomplete (missing: SpO2, air or oxygen, SBP, pulse, consciousness, "
              "temperature)\nrisk at least low-medium (total 3 to 20)\n");
}

TEST(News2Verb, TakesTheSecondScaleOnlyWhenTold) {
    const std::string rest = " --rr 20 --spo2 90 --oxygen oxygen --sbp 130 --pulse 88 "
                             "--consciousness A --temp 37.0";
    EXPECT_NE(printed("--scale 2" + rest).find("total 2\nrisk low\n"), std::string::npos);
    EXPECT_NE(printed(rest).find("total 5\nrisk medium\n"), std::string::npos);
}

TEST(News2Verb, PrintsOneJsonObject) {
    const auto json = nlohmann::json::parse(printed("--json --rr 30 --temp 34"));
    EXPECT_EQ(json["total"], 6);
    EXPECT_EQ(json["at_most"], 20);
    EXPECT_EQ(json["complete"], false);
    EXPECT_EQ(json["risk"], "medium");
    EXPECT_EQ(json["missing"].size(), 5U);
    EXPECT_EQ(json["items"][0]["points"], 3);
    EXPECT_TRUE(json["items"][1]["points"].is_null());
}

TEST(News2Verb, RefusesWhatNoMonitorShowsAndWordsItDoesNotKnow) {
    for (const char* wrong :
         {"--rr -100", "--rr 201", "--spo2 101", "--temp 51", "--temp nan", "--oxygen yes",
          "--consciousness a", "--scale 3", "--rr", "--hr 80"}) {
        EXPECT_EQ(printed(wrong), "usage") << wrong;
    }
}

} // namespace
} // namespace ems::ecg
