#include "telemetry/base/clock_offset.h"

#include <gtest/gtest.h>

namespace ems {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kT0 = 1'773'830'536 * kS;

TEST(ClockOffset, TheMessageWithTheLeastDelayTellsTheOffset) {
    ClockOffset offset;
    EXPECT_FALSE(offset.us());
    offset.heard(kT0, kT0 + 7 * kS);
    offset.heard(kT0 + kS, kT0 + 4 * kS);
    offset.heard(kT0 + 2 * kS, kT0 + 11 * kS);
    EXPECT_EQ(offset.us(), 3 * kS);
    EXPECT_EQ(offset.age_us(kT0, kT0 + 2'400 * kS), 2'397 * kS);
    EXPECT_EQ(offset.age_us(kT0 + 5 * kS, kT0 + 6 * kS), 0) << "never below 0";
}

TEST(ClockOffset, WorksForAClockThatRunsAhead) {
    ClockOffset offset;
    offset.heard(kT0 + 3'600 * kS, kT0);
    EXPECT_EQ(offset.us(), -3'600 * kS);
    EXPECT_EQ(offset.age_us(kT0 + 3'590 * kS, kT0), 10 * kS);
}

TEST(ClockOffset, ForgetsAfterFiveMinutesAndStaysSmall) {
    ClockOffset offset;
    offset.heard(kT0, kT0 + kS);
    for (int i = 1; i <= 4'000; ++i) {
        const std::int64_t at = kT0 + i * kS / 2;
        offset.heard(at, at + 2 * kS);
        EXPECT_EQ(offset.us(), at + kS < kT0 + ClockOffset::kWindowUs ? kS : 2 * kS) << i;
        ASSERT_LE(offset.size(), 31U);
    }
}

TEST(ClockOffset, LeavesNothingOfTheFutureWhenTheServersClockIsSetBack) {
    ClockOffset offset;
    offset.heard(kT0, kT0 - 5 * kS);
    offset.heard(kT0, kT0 - 600 * kS);
    EXPECT_EQ(offset.us(), -600 * kS);
    offset.heard(kT0 + kS, kT0 - 590 * kS);
    EXPECT_LE(offset.size(), 2U);
}

} // namespace
} // namespace ems
