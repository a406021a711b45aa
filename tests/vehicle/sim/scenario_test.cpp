#include "vehicle/sim/scenario.h"

#include <string>

#include <gtest/gtest.h>

namespace ems::sim {
namespace {

std::string fault_of(const std::string& text) {
    ScenarioBook book;
    const auto added = book.add(text, "file");
    EXPECT_FALSE(added);
    EXPECT_TRUE(book.all().empty());
    return added ? std::string{} : added.error().detail;
}

TEST(Scenario, IsReadAsItIsWritten) {
    ScenarioBook book;
    ASSERT_TRUE(book.add("scenario a # remark\r\n"
                         "complaint one|two words\n"
                         "\n"
                         "at 0 heart_rate 120\n"
                         "at 2.5 oxygen 80 over 30\n"
                         "at 3 rhythm torsades\n"
                         "at 4 ectopy bigeminy\n"
                         "at 5 infarction inferior\n"
                         "at 6 electrodes_off RA,C2\n"
                         "at 7 probe off\n"
                         "at 8 capnograph on\n",
                         "file"));
    const Scenario& a = *book.find("a");
    ASSERT_EQ(a.complaints.size(), 2U);
    EXPECT_EQ(a.complaints[1], "two words");
    ASSERT_EQ(a.steps.size(), 8U);
    EXPECT_EQ(a.steps[1].at_s, 2.5);
    const auto& ramp = std::get<Ramp>(a.steps[1].change);
    EXPECT_EQ(ramp.cause, Cause::oxygen);
    EXPECT_EQ(ramp.over_s, 30);
    EXPECT_EQ(std::get<Rhythm>(a.steps[2].change), Rhythm::torsades);
    EXPECT_EQ(std::get<ElectrodesOff>(a.steps[5].change).mask, 0b100001U);
}

TEST(Scenario, AFaultNamesItsLineAndNothingIsTaken) {
    EXPECT_EQ(fault_of("at 0 heart_rate 80\n"), "file:1: a scenario begins with 'scenario NAME'");
    EXPECT_EQ(fault_of("scenario a\nat 0 heart_rat 80\n"),
              "file:2: not understood: at 0 heart_rat 80");
    for (const char* step : {"at -1 oxygen 90", "at x oxygen 90", "at 0 oxygen 29",
                             "at 0 oxygen nan", "at 0 oxygen 90 over", "at 0 oxygen 90 over -3",
                             "at 0 rhythm happy", "at 0 electrodes_off C7", "at 0 probe maybe",
                             "at 0 rhythm sinus over 3", "at 0", "foo"}) {
        EXPECT_NE(fault_of(std::string{"scenario a\n"} + step).find("file:2:"), std::string::npos)
            << step;
    }
    EXPECT_NE(fault_of("scenario a\nat 5 oxygen 90\nat 4 oxygen 90").find("order of time"),
              std::string::npos);
}

TEST(Scenario, NumbersAreBounded) {
    std::string many = "scenario a\n";
    for (std::size_t i = 0; i <= kScenarioStepsMax; ++i) {
        many += "at 0 oxygen 90\n";
    }
    EXPECT_NE(fault_of(many).find("steps"), std::string::npos);
    many.clear();
    for (std::size_t i = 0; i <= kScenariosMax; ++i) {
        many += "scenario s" + std::to_string(i) + "\n";
    }
    EXPECT_NE(fault_of(many).find("scenarios"), std::string::npos);
}

TEST(Scenario, OneOfTheSameNameReplacesTheFormer) {
    ScenarioBook book = built_in_scenarios();
    const std::size_t count = book.all().size();
    ASSERT_TRUE(book.add("scenario chest_pain\ncomplaint 胸痛\n", "file"));
    EXPECT_EQ(book.all().size(), count);
    EXPECT_TRUE(book.for_complaint("胸痛").steps.empty());
}

TEST(Scenario, AComplaintChoosesItAndAnythingElseIsStable) {
    const ScenarioBook& book = built_in_scenarios();
    EXPECT_EQ(book.for_complaint("突发晕厥一次").name, "complete_heart_block");
    EXPECT_EQ(book.for_complaint("心脏骤停").name, "cardiac_arrest");
    EXPECT_EQ(book.for_complaint("腿部擦伤").name, "stable");
}

} // namespace
} // namespace ems::sim
