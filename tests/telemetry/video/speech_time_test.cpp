// When speech was spoken, told by marks in some of its packets.
#include "telemetry/video/speech_time.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <random>
#include <vector>

#include "telemetry/video/rtp.h"
#include "telemetry/video/voice_packets.h"

namespace ems::video {
namespace {

constexpr std::int64_t kBeganUs = 1'790'000'000'000'000;
constexpr std::uint32_t kFrame = 960;
constexpr std::int64_t kFrameUs = 20'000;

std::vector<std::uint8_t> packet(std::uint32_t timestamp, const std::optional<CaptureMark>& mark) {
    std::vector<std::uint8_t> out(kRtpHeaderSize + 60 + kCaptureMarkSize, 0);
    out[0] = 0x80;
    out[1] = kPayloadTypeOpus;
    set_timestamp(out, timestamp);
    const std::size_t plain = kRtpHeaderSize + 60;
    out.resize(mark ? add_capture_mark(out, plain, *mark).value() : plain);
    return out;
}

TEST(SpeechMarks, TheFirstPacketsOfEachStretchAndOneInFiveBearThem) {
    SpeechMarks marks;
    int marked = 0;
    std::uint32_t timestamp = 4'294'960'000; // wraps on the way
    for (std::uint32_t n = 0; n < 50; ++n, timestamp += kFrame) {
        const bool due = marks.is_due(timestamp);
        EXPECT_TRUE(due || n >= SpeechMarks::kAtFirst) << n;
        marked += due ? 1 : 0;
    }
    EXPECT_EQ(marked, 14);
    timestamp += 48'000; // the key was up for a second
    for (std::uint32_t n = 0; n < SpeechMarks::kAtFirst; ++n, timestamp += kFrame) {
        EXPECT_TRUE(marks.is_due(timestamp)) << n;
    }
}

// The worst that a way of 200 ms, its jitter and its losses make of ten seconds.
TEST(SpeechTime, EveryPacketIsOfTheMomentItWasSpokenAtBehindAJitteryWay) {
    SpeechMarks marks;
    SpeechTime time;
    std::mt19937 random{3};
    std::uniform_int_distribution<std::int64_t> way_us{200'000, 350'000};
    std::uniform_int_distribution<int> fate{0, 99};
    for (std::uint32_t n = 0; n < 500; ++n) {
        const std::int64_t spoken_us = kBeganUs + n * kFrameUs;
        const bool due = marks.is_due(n * kFrame);
        const auto bytes =
            packet(n * kFrame, due ? std::optional{CaptureMark{spoken_us}} : std::nullopt);
        if (fate(random) < 20) {
            continue;
        }
        const std::int64_t told_us = time.spoken_us(bytes, n * kFrame, spoken_us + way_us(random));
        EXPECT_LE(std::llabs(told_us - spoken_us), 1'000) << n;
    }
}

TEST(SpeechTime, WhoeverSaysNothingIsFiledByArrival) {
    SpeechTime time;
    EXPECT_EQ(time.spoken_us(packet(0, std::nullopt), 0, kBeganUs), kBeganUs);
}

TEST(SpeechTime, AClockThatIsFarFromTheCentresIsNotBelieved) {
    SpeechTime time;
    const std::int64_t wrong_us = kBeganUs - 2 * CaptureTrust::kSkewMaxUs;
    EXPECT_EQ(time.spoken_us(packet(0, CaptureMark{wrong_us}), 0, kBeganUs), kBeganUs);
}

TEST(SpeechTime, AMarkOfLongAgoTellsNothingOfTimeStampsThatBeganAnew) {
    SpeechTime time;
    time.spoken_us(packet(0, CaptureMark{kBeganUs}), 0, kBeganUs + 100'000);
    const std::int64_t arrived_us = kBeganUs + 1'000'000;
    EXPECT_EQ(time.spoken_us(packet(48'000 * 60, std::nullopt), 48'000 * 60, arrived_us), arrived_us);
}

} // namespace
} // namespace ems::video
