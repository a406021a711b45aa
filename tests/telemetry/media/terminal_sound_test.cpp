// Sound of terminals through the real decoders and encoder, into the real recorder's files.
#include "telemetry/media/sound_recorder.h"

#include <cmath>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gtest/gtest.h>
#include <mutex>
#include <numbers>

#include "telemetry/gateway/stream1078.h"
#include "telemetry/video/pipeline.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;

constexpr int kToneHz = 500;
constexpr std::uint64_t kBeganMs = 0x19D00D0FB40; // of the terminal's clock
constexpr std::int64_t kBeganUs = 1'790'000'000'000'000;
const CameraKey kCabin{"amb-1", "cabin"};

// ITU-T G.711 section 2, by its definition and not by a table.
std::uint8_t a_law(int sample) { // 13 bits
    const int sign = sample >= 0 ? 0x80 : 0;
    int size = std::min(sample >= 0 ? sample : -sample - 1, 4095);
    int segment = 0;
    for (int top = size >> 5; top != 0; top >>= 1) {
        ++segment;
    }
    const int step = segment < 2 ? size >> 1 : size >> segment;
    return static_cast<std::uint8_t>((sign | segment << 4 | (step & 0xf)) ^ 0x55);
}
std::uint8_t mu_law(int sample) { // 14 bits
    const int sign = sample < 0 ? 0x80 : 0;
    const int size = std::min(std::abs(sample), 8158) + 33;
    int segment = 0;
    for (int top = size >> 6; top != 0; top >>= 1) {
        ++segment;
    }
    return static_cast<std::uint8_t>(~(sign | segment << 4 | ((size >> (segment + 1)) & 0xf)));
}

std::string tone(std::uint8_t payload_type, int first, int count) {
    std::string out;
    for (int i = first; i < first + count; ++i) {
        const double value = std::sin(2 * std::numbers::pi * kToneHz * i / 8000.0);
        const auto byte = payload_type == gateway::payload::kG711A
                              ? a_law(static_cast<int>(value * 2000))
                              : mu_law(static_cast<int>(value * 4000));
        out.push_back(static_cast<char>(byte));
    }
    return out;
}

// Loudness and pitch of what a player makes of the file.
struct Heard {
    double rms{0};
    double hz{0};
    double seconds{0};
};
Heard play(const std::string& path) {
    auto pipeline = video::Pipeline::parse(
        "filesrc name=file ! oggdemux ! opusdec ! audioconvert ! audioresample ! "
        "audio/x-raw,format=S16LE,rate=8000,channels=1 ! appsink name=out sync=false");
    EXPECT_TRUE(pipeline);
    std::mutex mutex;
    std::vector<double> samples;
    (*pipeline)->set_text("file", "location", path);
    (*pipeline)->on_sample("out", [&](GstSample* sample) {
        GstMapInfo map;
        gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ);
        const std::lock_guard lock{mutex};
        for (std::size_t i = 0; i + 1 < map.size; i += 2) {
            samples.push_back(static_cast<std::int16_t>(map.data[i] | map.data[i + 1] << 8));
        }
        gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    });
    EXPECT_TRUE((*pipeline)->play());
    bool ended = false;
    EXPECT_TRUE(
        eventually([&] { return ended = ended || (*pipeline)->poll().ended; }, seconds{20}));
    pipeline->reset();
    Heard heard;
    heard.seconds = static_cast<double>(samples.size()) / 8000.0;
    double sum = 0;
    int rising = 0;
    for (std::size_t i = 1; i < samples.size(); ++i) {
        sum += samples[i] * samples[i];
        rising += samples[i - 1] < 0 && samples[i] >= 0 ? 1 : 0;
    }
    heard.rms = std::sqrt(sum / static_cast<double>(std::max<std::size_t>(samples.size(), 1)));
    heard.hz = rising / heard.seconds;
    return heard;
}

class SoundTest : public testing::Test {
  protected:
    // Three seconds of a tone in packets of 40 ms, as they come, `late_us` after they were spoken.
    void send(std::uint8_t payload_type, const std::string& before_each = "",
              std::int64_t late_us = 0) {
        for (int n = 0; n < 75; ++n) {
            time_ms_ += 40;
            now_ += milliseconds{40};
            sounds_.take(kCabin, payload_type, time_ms_,
                         before_each + tone(payload_type, n * 320, 320), now_,
                         spoken_us() + late_us);
        }
    }
    // When the newest packet was, by this server's clock.
    [[nodiscard]] std::int64_t spoken_us() const {
        return kBeganUs + static_cast<std::int64_t>(time_ms_ - kBeganMs) * 1'000;
    }
    bool encoded(std::size_t packets) {
        return eventually(
            [&] {
                sounds_.poll(now_, SystemClock{}.utc_us());
                return packets_ >= packets;
            },
            seconds{20});
    }
    std::vector<VoiceFile> files() {
        recorder_.end();
        return recorder_.poll();
    }

    test::TempDir dir_;
    VoiceRecorder recorder_{dir_.path().string()};
    std::size_t packets_{0};
    SoundRecorder sounds_{[this](SpokenPacket packet) {
        ++packets_;
        recorder_.push(std::move(packet));
    }};
    std::uint64_t time_ms_{kBeganMs};
    // Ahead of the recorder's own clock: nobody is silent to it however long the encoder takes.
    Ticks now_{SystemClock{}.ticks() + std::chrono::hours{1}};
};

class SoundOfEncoding : public SoundTest, public testing::WithParamInterface<std::uint8_t> {};

TEST_P(SoundOfEncoding, AToneIsHeardInTheRecordedFile) {
    send(GetParam());
    ASSERT_TRUE(encoded(140));
    const auto written = files();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_TRUE(written[0].closed);
    EXPECT_EQ(written[0].direction, VoiceDirection::from_cabin);
    EXPECT_EQ(written[0].speaker, "cabin");
    EXPECT_EQ(written[0].packets_lost, 0U);
    const Heard heard = play((dir_.path() / written[0].path).string());
    EXPECT_NEAR(heard.seconds, 3.0, 0.3);
    EXPECT_NEAR(heard.hz, kToneHz, 25);
    EXPECT_GT(heard.rms, 3000) << "half of full scale was sent";
}

INSTANTIATE_TEST_SUITE_P(G711, SoundOfEncoding,
                         testing::Values(gateway::payload::kG711A, gateway::payload::kG711U));

TEST_F(SoundTest, TheHeaderOfAChipIsNotPlayed) {
    send(gateway::payload::kG711A, std::string{"\0\1\xa0\0", 4});
    ASSERT_TRUE(encoded(140));
    const auto written = files();
    ASSERT_EQ(written.size(), 1U);
    const Heard heard = play((dir_.path() / written[0].path).string());
    EXPECT_NEAR(heard.seconds, 3.0, 0.3);
    EXPECT_NEAR(heard.hz, kToneHz, 10);
}

TEST_F(SoundTest, APauseBeginsAnotherFile) {
    send(gateway::payload::kG711A);
    ASSERT_TRUE(encoded(140));
    time_ms_ += 5000;
    send(gateway::payload::kG711A);
    ASSERT_TRUE(encoded(280));
    EXPECT_EQ(files().size(), 2U);
}

TEST_F(SoundTest, WhatComesLateIsFiledByTheTerminalsOwnClock) {
    send(gateway::payload::kG711A);
    ASSERT_TRUE(encoded(140));
    time_ms_ += 5000;
    const std::int64_t first_us = spoken_us() + 40'000;
    send(gateway::payload::kG711A, "", 3'000'000);
    ASSERT_TRUE(encoded(280));
    const auto written = files();
    ASSERT_EQ(written.size(), 2U);
    const VoiceFile& late = written[0].first_us < written[1].first_us ? written[1] : written[0];
    EXPECT_NEAR(static_cast<double>(late.first_us - first_us), 0, 40'000);
    EXPECT_GT(late.packets_received, 100U);
    EXPECT_NEAR(static_cast<double>(late.last_us - late.first_us),
                20'000 * static_cast<double>(late.packets_received - 1), 25'000);
}

TEST_F(SoundTest, OneChannelOfAVehicleIsHeardAtATime) {
    send(gateway::payload::kG711A);
    sounds_.take({"amb-1", "front"}, gateway::payload::kG711A, 1,
                 tone(gateway::payload::kG711A, 0, 320), now_, spoken_us());
    ASSERT_TRUE(encoded(140));
    EXPECT_EQ(files().size(), 1U);
    now_ += kSoundSilence + milliseconds{1};
    sounds_.poll(now_, 0);
    sounds_.take({"amb-1", "front"}, gateway::payload::kG711A, 1,
                 tone(gateway::payload::kG711A, 0, 3200), now_, spoken_us());
    EXPECT_TRUE(encoded(155)) << "the other was silent for long enough";
}

TEST_F(SoundTest, AnUnknownEncodingIsLeftOut) {
    EXPECT_EQ(TerminalSound::make(19).error().code, Code::unsupported_version);
    send(19);
    sounds_.poll(now_, 0);
    EXPECT_EQ(packets_, 0U);
}

TEST_F(SoundTest, AnotherEncodingBeginsAnotherFile) {
    send(gateway::payload::kG711A);
    ASSERT_TRUE(encoded(140));
    send(gateway::payload::kG711U);
    ASSERT_TRUE(encoded(280));
    EXPECT_EQ(files().size(), 2U);
    EXPECT_EQ(sounds_.figures().packets_dropped, 0U);
}

// By what such a terminal counts in 40 ms.
class SoundOfCount : public SoundTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(SoundOfCount, ACountOfOtherUnitsIsKeptInOneFileByArrival) {
    for (int n = 0; n < 75; ++n) {
        time_ms_ += GetParam();
        now_ += milliseconds{40};
        sounds_.take(kCabin, gateway::payload::kG711A, time_ms_,
                     tone(gateway::payload::kG711A, n * 320, 320), now_, kBeganUs + n * 40'000);
    }
    ASSERT_TRUE(encoded(140));
    EXPECT_EQ(sounds_.figures().turns, 1U);
    EXPECT_EQ(sounds_.figures().steps_ignored, 74U);
    const auto written = files();
    ASSERT_EQ(written.size(), 1U);
    EXPECT_NEAR(static_cast<double>(written[0].first_us - kBeganUs), 0, 40'000);
    EXPECT_NEAR(static_cast<double>(written[0].last_us - written[0].first_us),
                20'000 * static_cast<double>(written[0].packets_received - 1), 25'000);
    const Heard heard = play((dir_.path() / written[0].path).string());
    EXPECT_NEAR(heard.seconds, 3.0, 0.3);
    EXPECT_NEAR(heard.hz, kToneHz, 25);
}

INSTANTIATE_TEST_SUITE_P(MicrosecondsAndTicksOf90Khz, SoundOfCount,
                         testing::Values(40'000U, 3'600U));

TEST_F(SoundTest, EncodingsThatAlternateBeginATurnASecondAtMost) {
    for (int n = 0; n < 75; ++n) {
        const auto type = n % 2 == 0 ? gateway::payload::kG711A : gateway::payload::kG711U;
        time_ms_ += 40;
        now_ += milliseconds{40};
        sounds_.take(kCabin, type, time_ms_, tone(type, n * 320, 320), now_, spoken_us());
    }
    EXPECT_TRUE(encoded(5)) << "one of them is heard";
    EXPECT_GT(sounds_.figures().turns, 1U);
    EXPECT_LE(sounds_.figures().turns, 3U);
    EXPECT_GT(sounds_.figures().packets_dropped, 30U);
}

// As another implementation encodes it: half a byte a sample, the earlier one above.
std::string g726_tone() {
    auto pipeline = video::Pipeline::parse(
        "audiotestsrc freq=500 volume=0.5 samplesperbuffer=320 num-buffers=75 ! "
        "audio/x-raw,format=S16LE,rate=8000,channels=1 ! avenc_g726 bitrate=32000 ! "
        "appsink name=out sync=false");
    EXPECT_TRUE(pipeline) << pipeline.error().message();
    std::mutex mutex;
    std::string out;
    (*pipeline)->on_sample("out", [&](GstSample* sample) {
        GstMapInfo map;
        gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ);
        const std::lock_guard lock{mutex};
        out.append(reinterpret_cast<const char*>(map.data), map.size);
        gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
    });
    EXPECT_TRUE((*pipeline)->play());
    bool ended = false;
    EXPECT_TRUE(
        eventually([&] { return ended = ended || (*pipeline)->poll().ended; }, seconds{20}));
    pipeline->reset();
    return out;
}

TEST_F(SoundTest, AToneOfG726IsHeardInTheRecordedFile) {
    constexpr std::size_t kPacket = 160; // 40 ms
    const std::string tone = g726_tone();
    ASSERT_EQ(tone.size(), 75 * kPacket);
    for (std::size_t at = 0; at < tone.size(); at += kPacket) {
        sounds_.take(kCabin, gateway::payload::kG726, time_ms_ += 40, tone.substr(at, kPacket),
                     now_, spoken_us());
    }
    ASSERT_TRUE(encoded(140));
    const auto written = files();
    ASSERT_EQ(written.size(), 1U);
    const Heard heard = play((dir_.path() / written[0].path).string());
    EXPECT_NEAR(heard.seconds, 3.0, 0.3);
    EXPECT_NEAR(heard.hz, kToneHz, 25);
    EXPECT_GT(heard.rms, 3000) << "half of full scale was sent";
}

} // namespace
} // namespace ems::media
