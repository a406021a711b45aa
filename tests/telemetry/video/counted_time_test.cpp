// When sound was spoken that tells a clock of its own and nothing else.
#include "telemetry/video/counted_time.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace ems::video {
namespace {

constexpr std::int64_t kBeganUs = 1'790'000'000'000'000;
constexpr std::uint64_t kCount = 1'700'000'000'000; // of the terminal, when it began
constexpr std::int64_t kPacketMs = 40;

TEST(CountedTime, TheFirstPacketWasSpokenWhenItCame) {
    CountedTime time;
    EXPECT_EQ(time.spoken_us(kCount, kBeganUs), kBeganUs);
}

TEST(CountedTime, WhatComesLateIsOfTheMomentItsCountTells) {
    CountedTime time;
    time.spoken_us(kCount, kBeganUs);
    for (std::int64_t n = 1; n < 500; ++n) {
        const std::int64_t spoken_us = kBeganUs + n * kPacketMs * 1'000;
        const std::int64_t arrived_us = std::max(spoken_us, kBeganUs + 20'000'000); // a stalled way
        EXPECT_EQ(time.spoken_us(kCount + static_cast<std::uint64_t>(n * kPacketMs), arrived_us), spoken_us);
    }
}

TEST(CountedTime, AFirstPacketThatCameLateIsMendedByQuickerOnes) {
    CountedTime time;
    std::mt19937 random{3};
    std::uniform_int_distribution<std::int64_t> jitter_us{0, 150'000};
    std::int64_t arrived_us = kBeganUs + 2'000'000;
    time.spoken_us(kCount, arrived_us);
    for (std::int64_t n = 1; n < 2'000; ++n) {
        const std::int64_t spoken_us = kBeganUs + n * kPacketMs * 1'000;
        arrived_us = std::max(arrived_us, spoken_us + jitter_us(random)); // in order, as by TCP
        const std::int64_t told_us = time.spoken_us(kCount + static_cast<std::uint64_t>(n * kPacketMs), arrived_us);
        if (n > 250) {
            EXPECT_LE(std::llabs(told_us - spoken_us), 20'000) << n;
        }
    }
}

// Half a second in a thousand is what no clock does.
class CountedTimeOfClock : public testing::TestWithParam<int> {};

TEST_P(CountedTimeOfClock, ADriftIsFollowedForHours) {
    CountedTime time;
    for (std::int64_t n = 0; n < 4 * 3'600'000 / kPacketMs; ++n) {
        const std::int64_t arrived_us = kBeganUs + n * kPacketMs * 1'000;
        const std::int64_t count_ms = n * kPacketMs + n * kPacketMs * GetParam() / 1'000'000;
        const std::int64_t told_us = time.spoken_us(kCount + static_cast<std::uint64_t>(count_ms), arrived_us);
        ASSERT_LE(std::llabs(told_us - arrived_us), 40'000) << n;
    }
}

INSTANTIATE_TEST_SUITE_P(Ppm, CountedTimeOfClock, testing::Values(-500, 500));

TEST(CountedTime, ACountThatJumpsIsMappedAnew) {
    CountedTime time;
    std::int64_t at_us = kBeganUs;
    for (const std::uint64_t count_ms : {kCount, kCount - 10'000, kCount + 3'600'000, std::uint64_t{0}, std::uint64_t{1} << 62U,
                                         std::uint64_t{1} << 63U, ~std::uint64_t{0}, kCount}) {
        at_us += 200'000;
        EXPECT_EQ(time.spoken_us(count_ms, at_us), at_us) << count_ms;
        EXPECT_EQ(time.spoken_us(count_ms + 40, at_us + 90'000), at_us + 40'000) << "and goes on: " << count_ms;
    }
}

TEST(CountedTime, MoreThanAMinuteOfWayIsNotBelieved) {
    CountedTime time;
    time.spoken_us(kCount, kBeganUs);
    time.spoken_us(kCount + 20'000, kBeganUs + 20'000'000);
    const std::int64_t arrived_us = kBeganUs + 85'000'000;
    EXPECT_EQ(time.spoken_us(kCount + 20'040, arrived_us), arrived_us);
}

} // namespace
} // namespace ems::video
