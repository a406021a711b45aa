#include "dispatch/core/database_time.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kThen = 1'800'000'000 * kS;

TEST(DatabaseTime, RunsWithTheSteadyClockFromTheMiddleOfTheQuestion) {
    DatabaseTime time;
    EXPECT_FALSE(time.is_known());
    EXPECT_FALSE(time.told(kThen, Ticks{10s}, Ticks{12s}));
    ASSERT_TRUE(time.is_known());
    EXPECT_EQ(time.us(Ticks{11s}), kThen);
    EXPECT_EQ(time.us(Ticks{41s}), kThen + 30 * kS);
    EXPECT_EQ(time.error_us(Ticks{12s}), kS);
}

TEST(DatabaseTime, ASlowAnswerDoesNotReplaceAQuickOne) {
    DatabaseTime time;
    time.told(kThen, Ticks{10s}, Ticks{10s});
    EXPECT_FALSE(time.told(kThen + 2 * kS, Ticks{11s}, Ticks{12s}));
    EXPECT_EQ(time.us(Ticks{20s}), kThen + 10 * kS);
}

TEST(DatabaseTime, AQuickAnswerReplacesASlowOne) {
    DatabaseTime time;
    time.told(kThen, Ticks{10s}, Ticks{12s});
    EXPECT_FALSE(time.told(kThen + 500'000, Ticks{11s}, Ticks{11s}));
    EXPECT_EQ(time.us(Ticks{11s}), kThen + 500'000);
}

TEST(DatabaseTime, WhatItHeldGrowsUnsureSoThatLaterReadingsAreTaken) {
    DatabaseTime time;
    time.told(kThen, Ticks{0s}, Ticks{0s});
    EXPECT_FALSE(time.told(kThen + 100'000 * kS + 10 * kS, Ticks{100'000s}, Ticks{100'000s}))
        << "100 ppm in a day";
    EXPECT_EQ(time.us(Ticks{100'000s}), kThen + 100'010 * kS);
}

TEST(DatabaseTime, AClockThatWasSetIsFollowedAndToldOf) {
    DatabaseTime time;
    time.told(kThen, Ticks{10s}, Ticks{10s});
    EXPECT_TRUE(time.told(kThen - 3'600 * kS, Ticks{11s}, Ticks{13s})) << "however slow the answer";
    EXPECT_EQ(time.us(Ticks{12s}), kThen - 3'600 * kS);
}

} // namespace
} // namespace ems::dispatch
