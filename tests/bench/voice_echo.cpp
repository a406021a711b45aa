#include "tests/bench/voice_parts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <numbers>
#include <random>
#include <span>
#include <utility>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wav_file.h"
#include "tests/telemetry/media/running_line.h"

namespace ems::bench {

std::unique_ptr<video::VoiceEndpoint> endpoint(video::VoiceOptions options) {
    auto made = video::VoiceEndpoint::make(std::move(options));
    if (!made) {
        std::fprintf(stderr, "voice bench: %s\n", made.error().message().c_str());
        std::exit(1);
    }
    return std::move(*made);
}

namespace {

using std::chrono::seconds;

// A room: the loudspeaker reaches the microphone after 8 ms and by 60 later ways over 120 ms.
class Room {
  public:
    Room() : past_(kLength, 0) {
        std::mt19937 random{11};
        std::uniform_int_distribution<std::size_t> when{384, kLength - 1};
        std::normal_distribution<double> how{0, 1};
        taps_.emplace_back(384, 0.5);
        for (int n = 0; n < 60; ++n) {
            const std::size_t at = when(random);
            taps_.emplace_back(at, 0.12 * how(random) * std::exp(-static_cast<double>(at) / 1'500));
        }
    }
    double echo(std::int16_t played) {
        at_ = (at_ + 1) % kLength;
        past_[at_] = played;
        double sum = 0;
        for (const auto& [delay, gain] : taps_) {
            sum += gain * past_[(at_ + kLength - delay) % kLength];
        }
        return sum;
    }

  private:
    static constexpr std::size_t kLength = 5'760;
    std::vector<double> past_;
    std::size_t at_{0};
    std::vector<std::pair<std::size_t, double>> taps_;
};

// Of a signal, and of what of it lies above about 8 kHz (two poles, 12 dB an octave).
class Energy {
  public:
    struct Bands {
        double all{1};
        double high{1};
    };
    void add(std::span<const std::int16_t> samples) {
        const std::lock_guard lock{mutex_};
        for (const std::int16_t sample : samples) {
            double rest = sample;
            for (double& low : low_) {
                low += kPole * (rest - low);
                rest -= low;
            }
            sum_.all += static_cast<double>(sample) * sample;
            sum_.high += rest * rest;
        }
    }
    Bands take() {
        const std::lock_guard lock{mutex_};
        return std::exchange(sum_, Bands{});
    }

  private:
    static constexpr double kPole = 0.65; // 1 - exp(-2 pi 8,000 / 48,000)
    std::mutex mutex_;
    std::array<double, 2> low_{};
    Bands sum_;
};

double decibels(double before, double after) {
    return 10 * std::log10(before / after);
}

// Syllables of noise with pauses, about as speech comes and goes.
std::vector<std::int16_t> babble(int length_s, unsigned seed, double syllables_per_s) {
    std::mt19937 random{seed};
    std::normal_distribution<double> noise{0, 1};
    std::vector<std::int16_t> out(static_cast<std::size_t>(length_s * kVoiceRate));
    double low = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / kVoiceRate;
        const double envelope =
            std::max(0.0, std::sin(2 * std::numbers::pi * syllables_per_s * t)) *
            (std::fmod(t, 4) < 3 ? 1 : 0);
        low += 0.15 * (noise(random) - low);
        out[i] = static_cast<std::int16_t>(
            std::lround(std::clamp(9'000 * envelope * low, -32'768.0, 32'767.0)));
    }
    return out;
}

// The desk's room: what the loudspeaker plays comes back into the microphone, beside a speaker.
class Desk {
  public:
    explicit Desk(int untold_ms)
        : card_(static_cast<std::size_t>(untold_ms) * 48 + 1, 0), near_(babble(20, 9, 2.3)) {
        for (std::int16_t& sample : near_) {
            sample =
                static_cast<std::int16_t>(sample / 2); // about as loud as the echo: a hard case
        }
    }
    // What the microphone takes in while that is played.
    std::vector<std::int16_t> hears(std::span<const std::int16_t> played) {
        const std::lock_guard lock{mutex_};
        std::vector<std::int16_t> out;
        for (const std::int16_t sample : played) {
            card_[card_at_] = sample;
            card_at_ = (card_at_ + 1) % card_.size();
            double sum = room_.echo(card_[card_at_]);
            if (speaks_) {
                sum += near_[said_++ % near_.size()];
            }
            out.push_back(
                static_cast<std::int16_t>(std::lround(std::clamp(sum, -32'768.0, 32'767.0))));
        }
        return out;
    }
    void speak() {
        const std::lock_guard lock{mutex_};
        speaks_ = true;
        said_ = 0;
    }
    [[nodiscard]] const std::vector<std::int16_t>& near() const { return near_; }

  private:
    std::mutex mutex_;
    Room room_;
    std::vector<std::int16_t> card_; // as a ring
    std::size_t card_at_{0};
    std::vector<std::int16_t> near_;
    bool speaks_{false};
    std::size_t said_{0};
};

// What comes out while the desk's speaker speaks.
class Output {
  public:
    void add(std::span<const std::int16_t> samples) {
        const std::lock_guard lock{mutex_};
        if (on_) {
            samples_.insert(samples_.end(), samples.begin(), samples.end());
        }
    }
    void begin() {
        const std::lock_guard lock{mutex_};
        on_ = true;
        samples_.clear();
    }
    std::vector<std::int16_t> end() {
        const std::lock_guard lock{mutex_};
        on_ = false;
        return std::exchange(samples_, {});
    }

  private:
    std::mutex mutex_;
    bool on_{false};
    std::vector<std::int16_t> samples_;
};

// By how many dB what was said is quieter in what came out: the output's part that is the
// speaker's, at the delay (to 200 ms) where it is greatest.
double near_attenuation_db(const std::vector<std::int16_t>& said,
                           const std::vector<std::int16_t>& out) {
    constexpr std::size_t kDelayMost = 9'600;
    constexpr std::size_t kStep = 4; // of the delay looked at; the babble lies below 3 kHz
    if (out.size() < 2 * kDelayMost) {
        return -1;
    }
    const std::size_t count = std::min(said.size(), out.size() - kDelayMost);
    double own = 1;
    for (std::size_t i = 0; i < count; i += kStep) {
        own += static_cast<double>(said[i]) * said[i];
    }
    double best = 1;
    for (std::size_t delay = 0; delay < kDelayMost; delay += kStep) {
        double dot = 0;
        for (std::size_t i = 0; i < count; i += kStep) {
            dot += static_cast<double>(said[i]) * out[i + delay];
        }
        best = std::max(best, dot);
    }
    return -20 * std::log10(best / own);
}

} // namespace

void measure_echo(int untold_ms) {
    constexpr int kLearnS = 8;
    constexpr int kMeasureS = 12;
    constexpr int kDoubleS = 8;
    constexpr int kAloneS = 8;
    const test::TempDir dir;
    const std::string wav = (dir.path() / "babble.wav").string();
    std::vector<std::int16_t> far = babble(kLearnS + kMeasureS + kDoubleS, 4, 3.1);
    far.resize(far.size() + static_cast<std::size_t>((kAloneS + 4) * kVoiceRate), 0);
    test::write_wav(wav, far);
    test::RunningLine line;
    video::VoiceOptions options;
    options.side = video::Side::crew;
    options.devices.source = "file:" + wav;
    const auto crew = endpoint(options);
    Desk room{untold_ms};
    Energy microphone;
    Energy left;
    Output output;
    std::unique_ptr<video::VoiceEndpoint> desk;
    video::VoiceOptions desk_options;
    desk_options.side = video::Side::console;
    desk_options.devices.source = "feed";
    desk_options.devices.echo = video::EchoCancel::on;
    desk_options.captured = [&](std::span<const std::int16_t> samples, Ticks) {
        microphone.add(samples);
    };
    desk_options.spoken = [&](std::span<const std::int16_t> samples, Ticks) {
        left.add(samples);
        output.add(samples);
    };
    desk_options.played = [&](std::span<const std::int16_t> samples, Ticks) {
        desk->feed(room.hears(samples));
    };
    desk = endpoint(desk_options);
    if (!crew->join(line.crew()) || !desk->join(line.physician())) {
        std::exit(1);
    }
    desk->wish(video::LineWish::open);
    const Ticks began = SystemClock{}.ticks();
    Energy::Bands before;
    Energy::Bands after;
    for (int second = 1; second <= kLearnS + kMeasureS; ++second) {
        test::eventually([&] { return SystemClock{}.ticks() - began >= seconds{second}; },
                         seconds{60});
        const Energy::Bands heard = microphone.take();
        const Energy::Bands kept = left.take();
        std::fprintf(stderr,
                     "second %d: echo %.1f dB, of it above 8 kHz %.1f dB; left %.1f dB, %.1f dB\n",
                     second, decibels(heard.all, 1), decibels(heard.high, 1), decibels(kept.all, 1),
                     decibels(kept.high, 1));
        if (second > kLearnS) {
            before.all += heard.all;
            before.high += heard.high;
            after.all += kept.all;
            after.high += kept.high;
        }
    }
    std::fprintf(stderr, "echo return loss above 8 kHz: %.1f dB\n",
                 decibels(before.high, after.high));
    std::printf("voice_echo_return_loss_db %.1f\n", decibels(before.all, after.all));
    const auto speak_until = [&](int second) {
        output.begin();
        room.speak();
        test::eventually([&] { return SystemClock{}.ticks() - began >= seconds{second}; },
                         seconds{60});
        return near_attenuation_db(room.near(), output.end());
    };
    const double both = speak_until(kLearnS + kMeasureS + kDoubleS);
    // The crew's silence reaches the room a moment later.
    test::eventually(
        [&] {
            return SystemClock{}.ticks() - began >= seconds{kLearnS + kMeasureS + kDoubleS + 1};
        },
        seconds{60});
    const double alone = speak_until(kLearnS + kMeasureS + kDoubleS + 1 + kAloneS);
    std::fprintf(stderr, "the desk's speech is %.1f dB quieter alone, %.1f dB while both speak\n",
                 alone, both);
    std::printf("voice_double_talk_attenuation_db %.1f\n", both - alone);
    const auto delay = desk->status().echo_delay;
    std::printf("voice_echo_delay_found_ms %lld\n",
                delay ? static_cast<long long>(delay->count()) : -1LL);
    desk->leave();
}

} // namespace ems::bench
