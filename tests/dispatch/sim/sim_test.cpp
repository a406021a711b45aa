#include <gtest/gtest.h>

#include <array>

#include "telemetry/base/log.h"
#include "tests/dispatch/sim/simulation.h"

namespace ems::dispatch::sim {
namespace {

class DispatchSim : public testing::Test {
  protected:
    void SetUp() override { log::set_level(log::Level::error); }
    void TearDown() override { log::set_level(log::Level::info); }
};

TEST_F(DispatchSim, EverySeedKeepsItsPromises) {
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        const Outcome outcome = simulate({seed, {}, {}, nullptr});
        ASSERT_EQ(outcome.violation, "") << "seed " << seed << ": " << draw_dials(seed).to_line();
        ASSERT_GE(outcome.events, 500U) << "seed " << seed;
    }
}

TEST_F(DispatchSim, IsTheSameRunForASeedBitForBit) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Outcome first = simulate({seed, {}, {}, nullptr});
        const Outcome second = simulate({seed, {}, {}, nullptr});
        EXPECT_EQ(first.trace, second.trace) << seed;
        EXPECT_EQ(first.steps, second.steps) << seed;
        EXPECT_NE(first.trace, simulate({seed + 100, {}, {}, nullptr}).trace) << seed;
    }
}

// A run that finds nothing is only worth what it could have found.
class PlantedBug : public testing::TestWithParam<std::size_t> {
  protected:
    void SetUp() override { log::set_level(log::Level::error); }
    void TearDown() override { log::set_level(log::Level::info); }
};
TEST_P(PlantedBug, IsFound) {
    const Bug bug = static_cast<Bug>(GetParam());
    std::uint64_t seed = 1;
    while (seed <= 2'000 && simulate({seed, {}, {}, nullptr}, bug).violation.empty()) {
        ++seed;
    }
    EXPECT_LE(seed, 2'000U) << name_of(bug);
}
std::string in_camel_case(const testing::TestParamInfo<std::size_t>& info) {
    std::string out;
    bool upper = true;
    for (const char* c = name_of(static_cast<Bug>(info.param)); *c != '\0'; ++c) {
        if (*c == ' ') {
            upper = true;
        } else {
            out += upper ? static_cast<char>(*c - 'a' + 'A') : *c;
            upper = false;
        }
    }
    return out;
}
INSTANTIATE_TEST_SUITE_P(DispatchSim, PlantedBug, testing::Range<std::size_t>(1, kBugs),
                         in_camel_case);

TEST_F(DispatchSim, ShrinksAFailingRunToTheFaultsThatItNeeds) {
    std::uint64_t seed = 1;
    while (simulate({seed, {}, {}, nullptr}, Bug::acts_before_storing).violation.empty()) {
        ++seed;
    }
    const Outcome whole = simulate({seed, {}, {}, nullptr}, Bug::acts_before_storing);
    const Scenario small = shrink({seed, {}, {}, nullptr}, Bug::acts_before_storing);
    const Outcome outcome = simulate(small, Bug::acts_before_storing);
    EXPECT_NE(outcome.violation, "");
    EXPECT_LT(outcome.faults.size(), whole.faults.size());
    EXPECT_EQ(simulate(small).violation, "");
}

TEST_F(DispatchSim, AScenarioIsReadBackFromItsLine) {
    const Scenario scenario{17, std::set<std::uint32_t>{3, 9}, 4, nullptr};
    const auto back = Scenario::parse(scenario.to_line());
    ASSERT_TRUE(back);
    EXPECT_EQ(back->to_line(), "seed=17 acts=4 faults=3,9");
    EXPECT_FALSE(Scenario::parse("seed=x"));
    EXPECT_FALSE(Scenario::parse("sneed=1"));
    const auto none = Scenario::parse("seed=17 faults=");
    ASSERT_TRUE(none);
    EXPECT_TRUE(none->faults && none->faults->empty());
    EXPECT_TRUE(simulate(*none).faults.empty());
}

} // namespace
} // namespace ems::dispatch::sim
