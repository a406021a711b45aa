#include <gtest/gtest.h>

#include "telemetry/base/log.h"
#include "tests/soak/pure_sim.h"

namespace ems::soak {
namespace {

using namespace std::chrono_literals;

class PureSim : public testing::Test {
  protected:
    void SetUp() override { log::set_level(log::Level::error); }
    void TearDown() override { log::set_level(log::Level::info); }
};

TEST_F(PureSim, IsTheSameRunForASeedBitForBit) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const SimOutcome first = simulate(seed, 20min);
        const SimOutcome second = simulate(seed, 20min);
        EXPECT_EQ(first.trace, second.trace) << seed;
        EXPECT_EQ(first.steps, second.steps) << seed;
        EXPECT_NE(first.trace, simulate(seed + 10, 20min).trace) << seed;
    }
}

// A run that finds nothing is only worth what it could have found.
TEST_F(PureSim, FindsEveryPlantedBug) {
    for (std::size_t i = 1; i < kBugs; ++i) {
        const Bug bug = static_cast<Bug>(i);
        std::uint64_t seed = 1;
        while (seed <= 60 && simulate(seed, 20min, bug).violation.empty()) {
            ++seed;
        }
        EXPECT_LE(seed, 60U) << name_of(bug);
        RecordProperty(std::string{"seed of "} + std::to_string(i), static_cast<int>(seed));
    }
}

} // namespace
} // namespace ems::soak
