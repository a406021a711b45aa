// A desk with a loudspeaker beside its microphone, on an open line: what the crew says does not
// come back to it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "telemetry/video/voice_endpoint.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wav_file.h"
#include "tests/telemetry/media/running_line.h"

namespace ems::media {
namespace {

constexpr std::size_t kSecond = 48'000;

// Syllables of noise, about as speech comes and goes.
std::vector<std::int16_t> babble(std::size_t seconds) {
    std::mt19937 random{4};
    std::normal_distribution<double> noise{0, 1};
    std::vector<std::int16_t> out(seconds * kSecond);
    double low = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(kSecond);
        low += 0.15 * (noise(random) - low);
        const double loud = std::max(0.0, std::sin(2 * std::numbers::pi * 3.1 * t));
        out[i] = static_cast<std::int16_t>(std::clamp(6'000 * loud * low, -32'768.0, 32'767.0));
    }
    return out;
}

// The microphone hears the loudspeaker after 18 ms and what the sound card holds beyond what its
// driver says, half as loud; by second how much of that is left.
class Room {
  public:
    explicit Room(std::size_t untold_ms = 0) : past_((18 + untold_ms) * 48, 0) {}
    std::vector<std::int16_t> echo(std::span<const std::int16_t> played) {
        std::vector<std::int16_t> out;
        for (const std::int16_t sample : played) {
            past_[at_] = sample;
            at_ = (at_ + 1) % past_.size();
            out.push_back(static_cast<std::int16_t>(past_[at_] / 2));
        }
        return out;
    }
    void captured(std::span<const std::int16_t> samples) {
        const std::lock_guard lock{mutex_};
        add(samples, echo_);
        count_ += samples.size();
        if (count_ >= kSecond) {
            if (echo_ > kLoud * static_cast<double>(count_)) {
                best_db_ = std::max(best_db_, 10 * std::log10(echo_ / (left_ + 1)));
            }
            count_ = 0;
            echo_ = left_ = 0;
        }
    }
    void spoken(std::span<const std::int16_t> samples) {
        const std::lock_guard lock{mutex_};
        add(samples, left_);
    }
    double best_db() {
        const std::lock_guard lock{mutex_};
        return best_db_;
    }

  private:
    static constexpr double kLoud = 10'000; // mean square, -40 dBFS
    static void add(std::span<const std::int16_t> samples, double& to) {
        for (const std::int16_t sample : samples) {
            to += static_cast<double>(sample) * sample;
        }
    }
    std::mutex mutex_;
    std::vector<std::int16_t> past_;
    std::size_t at_{0};
    std::size_t count_{0};
    double echo_{0};
    double left_{0};
    double best_db_{0};
};

// The best second of a crew that speaks to a desk in that room, or the first above `enough_db`.
double best_db(Room& room, double enough_db) {
    const test::TempDir dir;
    const std::string wav = (dir.path() / "babble.wav").string();
    test::write_wav(wav, babble(25));
    test::RunningLine line;
    video::VoiceOptions options;
    options.side = video::Side::crew;
    options.devices.source = "file:" + wav;
    const auto crew = std::move(*video::VoiceEndpoint::make(std::move(options)));
    std::unique_ptr<video::VoiceEndpoint> desk;
    options = {};
    options.devices.source = "feed";
    options.devices.echo = video::EchoCancel::on;
    options.captured = [&](std::span<const std::int16_t> samples, Ticks) {
        room.captured(samples);
    };
    options.spoken = [&](std::span<const std::int16_t> samples, Ticks) { room.spoken(samples); };
    options.played = [&](std::span<const std::int16_t> samples, Ticks) {
        desk->feed(room.echo(samples));
    };
    desk = std::move(*video::VoiceEndpoint::make(std::move(options)));
    EXPECT_TRUE(crew->join(line.crew()));
    EXPECT_TRUE(desk->join(line.physician()));
    desk->wish(video::LineWish::open);
    test::eventually([&] { return room.best_db() > enough_db; }, std::chrono::seconds{20});
    desk->leave();
    return room.best_db();
}

TEST(VoiceEcho, WhatADesksLoudspeakerPlaysDoesNotComeBackToTheCrew) {
    Room room;
    EXPECT_GT(best_db(room, 20), 20) << "dB at best of a second";
}

TEST(VoiceEcho, ASoundCardThatHoldsATwentiethOfASecondUntoldDoesNotBringItBackEither) {
    Room room{50};
    EXPECT_GT(best_db(room, 25), 25) << "dB at best of a second";
}

TEST(VoiceEcho, ASoundCardThatHoldsATenthOfASecondUntoldDoesNotBringItBackEither) {
    Room room{100};
    EXPECT_GT(best_db(room, 20), 20) << "dB at best of a second";
}

} // namespace
} // namespace ems::media
