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

// A link narrower than its traffic: everything comes 90 s late, for a quarter of an hour.
TEST(ClockOffset, AQueueThatStandsLongerThanTheWindowIsNotTakenForAClock) {
    ClockOffset offset;
    offset.connected();
    for (int i = 0; i < 10; ++i) {
        offset.heard(kT0 + i * kS, kT0 + i * kS + kS / 10);
    }
    for (int i = 10; i < 910; ++i) {
        offset.heard(kT0 + i * kS, kT0 + (i + 90) * kS);
    }
    EXPECT_GE(offset.age_us(kT0 + 910 * kS, kT0 + 1'000 * kS), 87 * kS);
    EXPECT_LE(offset.age_us(kT0 + 910 * kS, kT0 + 1'000 * kS), 90 * kS);
}

TEST(ClockOffset, OfAClockThatWasSetWhileAwayANewConnectionLearns) {
    ClockOffset offset;
    offset.connected();
    offset.heard(kT0, kT0);
    offset.connected();
    for (int i = 0; i < 400; ++i) { // set back by an hour
        offset.heard(kT0 + i * kS, kT0 + (3'600 + i) * kS);
    }
    EXPECT_EQ(offset.us(), 3'600 * kS);
}

// No message came while it was set, so that none shows an earlier time than the one before it.
TEST(ClockOffset, AClockSetBackUnseenIsKnownByWhatTheVehicleBelieves) {
    ClockOffset offset;
    offset.connected();
    for (int i = 0; i < 20; ++i) {
        offset.heard(kT0 + i * kS, kT0 + i * kS + kS / 10);
        offset.told(kT0 + i * kS, kT0 + i * kS - kS / 5, kT0 + i * kS + kS / 10);
    }
    for (int i = 30; i < 60; ++i) { // by six seconds
        offset.heard(kT0 + (i - 6) * kS, kT0 + i * kS + kS / 10);
        offset.told(kT0 + (i - 6) * kS, kT0 + i * kS - kS / 5, kT0 + i * kS + kS / 10);
    }
    EXPECT_LE(offset.age_us(kT0 + 54 * kS, kT0 + 60 * kS), kS);
}

TEST(ClockOffset, AClockSetBackUnseenIsKnownAfterTwoHoursAtTheLatest) {
    ClockOffset offset;
    offset.connected();
    for (int i = 0; i < 20; ++i) {
        offset.heard(kT0 + i * kS, kT0 + i * kS + kS / 10);
    }
    for (int i = 30; i < 7'300; ++i) {
        offset.heard(kT0 + (i - 6) * kS, kT0 + i * kS + kS / 10);
    }
    EXPECT_LE(offset.age_us(kT0 + 7'294 * kS, kT0 + 7'300 * kS), kS);
}

TEST(ClockOffset, AServerBehindTheVehiclesBeliefLearnsTheOffsetAllTheSame) {
    ClockOffset offset;
    offset.connected();
    for (int i = 0; i < 20; ++i) {
        offset.heard(kT0 + i * kS, kT0 + i * kS);
        offset.told(kT0 + i * kS, kT0 + (i + 30) * kS, kT0 + i * kS);
    }
    EXPECT_EQ(offset.us(), 0);
}

TEST(ClockOffset, FollowsAClockThatDriftsForAWeek) {
    ClockOffset offset;
    offset.connected();
    for (std::int64_t i = 0; i < 7 * 24 * 360; ++i) { // each ten seconds, 50 ppm slow
        offset.heard(kT0 + i * 10 * kS - i * 500, kT0 + i * 10 * kS);
    }
    const std::int64_t week = std::int64_t{7} * 24 * 3'600 * kS;
    EXPECT_LE(offset.age_us(kT0 + week - week / 20'000, kT0 + week), kS / 10);
}

TEST(ClockOffset, AVehicleThatKnowsTheServersTimeTellsADelayFromTheFirstMessageOn) {
    ClockOffset offset;
    offset.connected();
    for (int i = 0; i < 20; ++i) { // an hour behind, 40 s on the way up, 0.2 s down
        offset.heard(kT0 + i * kS, kT0 + (3'640 + i) * kS);
        offset.told(kT0 + i * kS, kT0 + (3'600 + i) * kS - kS / 5, kT0 + (3'640 + i) * kS);
    }
    EXPECT_GE(offset.age_us(kT0 + 20 * kS, kT0 + 3'660 * kS), 40 * kS);
    EXPECT_LE(offset.age_us(kT0 + 20 * kS, kT0 + 3'660 * kS), 41 * kS);
    offset.told(kT0, 0, kT0);
    EXPECT_GE(offset.age_us(kT0 + 20 * kS, kT0 + 3'660 * kS), 40 * kS) << "0 says nothing";
}

} // namespace
} // namespace ems
