#include "telemetry/video/decoder_watch.h"

#include <gtest/gtest.h>

namespace ems::video {
namespace {

using namespace std::chrono_literals;

constexpr auto kStep = 200ms;

TEST(DecoderWatch, OneThatIsFedAndShowsNothingIsStalled) {
    DecoderWatch watch;
    Ticks now{10s};
    const Ticks built = now;
    while (now - built <= DecoderWatch::kStallLimit) {
        EXPECT_FALSE(watch.is_stalled(built, now, std::nullopt, now));
        now += kStep;
    }
    EXPECT_TRUE(watch.is_stalled(built, now, std::nullopt, now));
}

TEST(DecoderWatch, OneThatShowsPicturesIsNot) {
    DecoderWatch watch;
    for (Ticks now{10s}; now < Ticks{60s}; now += kStep) {
        EXPECT_FALSE(watch.is_stalled(Ticks{10s}, now, now - 1s, now));
    }
}

TEST(DecoderWatch, AnOutageLongerThanTheLimitDoesNotCountAgainstIt) {
    DecoderWatch watch;
    Ticks now{10s};
    const Ticks last = now; // packet and picture
    while (now < last + 20s) {
        EXPECT_FALSE(watch.is_stalled(Ticks{1s}, last, last, now));
        now += kStep;
    }
    const Ticks back = now;
    while (now - back <= DecoderWatch::kStallLimit) {
        EXPECT_FALSE(watch.is_stalled(Ticks{1s}, now, last, now));
        now += kStep;
    }
    EXPECT_TRUE(watch.is_stalled(Ticks{1s}, now, last, now));
}

} // namespace
} // namespace ems::video
