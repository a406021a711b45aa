// The intercom's arithmetic: packets, joined streams, jitter, loudness.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "telemetry/video/rtp.h"
#include "telemetry/video/voice_grants.h"
#include "telemetry/video/voice_level.h"
#include "telemetry/video/voice_packets.h"
#include "telemetry/video/voice_stream.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;

constexpr Ticks kStart{std::chrono::hours{1}};

TEST(VoicePackets, AReportAndAStateComeBackAsTheyWere) {
    const VoiceReport report{7, Talk::emergency, 65'535, LineWish::closed, 3, 123'456};
    const auto read = parse_voice_report(make_voice_report(256, std::nullopt, report));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->generation, 7);
    EXPECT_EQ(read->talk, Talk::emergency);
    EXPECT_EQ(read->press, 65'535);
    EXPECT_EQ(read->line, LineWish::closed);
    EXPECT_EQ(read->line_number, 3);
    EXPECT_EQ(read->sent_ms, 123'456U);
    LineState state;
    state.mode = FloorMode::open_line;
    state.speaker = Speaker::console;
    state.speaker_role = SpeakerRole::physician;
    state.speaker_is_you = true;
    state.yours = {FloorVerdict::denied, FloorReason::line_open, 9};
    state.consoles = 2;
    state.crew_present = true;
    state.left_ms = 59'000;
    state.name = "王医生";
    const auto told = parse_line_state(make_line_state(512, state));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->mode, FloorMode::open_line);
    EXPECT_EQ(told->speaker_role, SpeakerRole::physician);
    EXPECT_EQ(told->yours, state.yours);
    EXPECT_TRUE(told->speaker_is_you);
    EXPECT_TRUE(told->crew_present);
    EXPECT_EQ(told->left_ms, 59'000U);
    EXPECT_EQ(told->name, state.name);
}

TEST(VoicePackets, WhatNoVersionSaysIsRefused) {
    std::vector<std::uint8_t> packet = make_voice_report(256, std::nullopt, {});
    const std::size_t talk = packet.size() - 11;
    packet[talk] = 3;
    EXPECT_FALSE(parse_voice_report(packet));
    std::vector<std::uint8_t> state = make_line_state(256, {});
    for (std::size_t size = 0; size < state.size(); ++size) {
        EXPECT_FALSE(parse_line_state(std::span{state}.first(size))) << size;
    }
    state[state.size() - 4] = 49; // a name longer than the packet
    EXPECT_FALSE(parse_line_state(state));
    EXPECT_FALSE(parse_line_state(make_voice_report(256, std::nullopt, {})));
}

TEST(VoicePackets, ARoleOfALaterVersionIsUnknownAndTheStateIsTaken) {
    LineState state;
    state.speaker = Speaker::console;
    state.speaker_role = static_cast<SpeakerRole>(9);
    const auto told = parse_line_state(make_line_state(512, state));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->speaker_role, SpeakerRole::unknown);
}

RtpView packet(std::uint16_t seq, std::uint32_t timestamp) {
    RtpView view;
    view.seq = seq;
    view.timestamp = timestamp;
    return view;
}

TEST(VoiceSplice, TurnsOfTwoSpeakersBecomeOneStreamWithOneGap) {
    VoiceSplice splice;
    EXPECT_EQ(splice.next(packet(900, 5'000), 1, kStart)->seq, 1);
    EXPECT_EQ(splice.next(packet(901, 5'960), 1, kStart + milliseconds{20})->seq, 2);
    EXPECT_EQ(splice.next(packet(903, 7'880), 1, kStart + milliseconds{60})->seq, 4) << "one is lost";
    const auto other = splice.next(packet(65'535, 4'000'000'000U), 2, kStart + milliseconds{1'060});
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->first);
    EXPECT_EQ(other->seq, 5);
    EXPECT_EQ(other->timestamp, 7'880U + 48'000U);
    EXPECT_EQ(splice.next(packet(0, 4'000'000'960U), 2, kStart + milliseconds{1'080})->seq, 6);
    EXPECT_FALSE(splice.next(packet(65'534, 3'999'999'040U), 2, kStart + milliseconds{1'081}))
        << "its number is the former speaker's";
}

TEST(JitterTarget, FollowsTheLatenessOfPacketsWithinItsRange) {
    JitterTarget quiet;
    JitterTarget rough;
    std::mt19937_64 random{3};
    for (std::uint32_t n = 0; n < 400; ++n) {
        const Ticks due = kStart + milliseconds{20 * n};
        quiet.received(960 * n, due + milliseconds{random() % 5});
        rough.received(960 * n, due + milliseconds{random() % 70});
    }
    EXPECT_EQ(quiet.target(), JitterTarget::kLeast);
    EXPECT_EQ(rough.target(), JitterTarget::kMost);
    for (std::uint32_t n = 400; n < 1'700; ++n) {
        rough.received(960 * n, kStart + milliseconds{20 * n});
        static_cast<void>(rough.target());
    }
    EXPECT_EQ(rough.target(), JitterTarget::kLeast);
}

std::vector<std::int16_t> tone(double dbfs, std::size_t count) {
    std::vector<std::int16_t> out(count);
    const double amplitude = 32'767 * std::pow(10.0, dbfs / 20) * std::numbers::sqrt2;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = amplitude * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / 48'000);
        out[i] = static_cast<std::int16_t>(std::lround(std::clamp(value, -32'768.0, 32'767.0)));
    }
    return out;
}

double level_after(double dbfs, double seconds) {
    SpeechLeveller leveller{48'000};
    double out = kSilenceDbfs;
    for (int n = 0; n < static_cast<int>(seconds * 100); ++n) {
        std::vector<std::int16_t> samples = tone(dbfs, 480);
        leveller.apply(samples);
        out = loudness_of(samples).rms_dbfs;
    }
    return out;
}

TEST(SpeechLeveller, WhisperAndShoutArriveAtOneLoudness) {
    EXPECT_NEAR(loudness_of(tone(-20, 4'800)).rms_dbfs, -20, 0.1);
    EXPECT_NEAR(level_after(-40, 4), -20, 1);
    EXPECT_NEAR(level_after(-10, 4), -20, 1);
    EXPECT_NEAR(level_after(-60, 4), -60, 0.5) << "noise is not lifted";
}

TEST(SpeechLeveller, NoSampleOfASuddenShoutPassesTheCeiling) {
    SpeechLeveller leveller{48'000};
    for (int n = 0; n < 400; ++n) { // a whisper, until the gain is high
        std::vector<std::int16_t> samples = tone(-44, 480);
        leveller.apply(samples);
    }
    EXPECT_GT(leveller.gain_db(), 20);
    std::vector<std::int16_t> shout = tone(-4, 480);
    leveller.apply(shout);
    EXPECT_LE(loudness_of(shout).peak_dbfs, -0.99);
}

TEST(VoiceGrant, KeysOpenOnlyUnderTheirOwnRow) {
    const VoiceGrant grant = VoiceGrant::make();
    EXPECT_NE(grant.up_key.reveal(), grant.down_key.reveal());
    EXPECT_EQ(grant.up_ssrc & 0xFFU, 0U);
    EXPECT_EQ(grant.down_ssrc & 0xFFU, 0U);
}

} // namespace
} // namespace ems::video
