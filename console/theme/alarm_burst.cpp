#include "console/theme/alarm_burst.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace ems::console {
namespace {

constexpr std::array<SoundRow, 3> kSounds{{
    {Grade::high, 10, 150, 30, 100, 350, 700, 5'000, 440, 5, 3, 0.80},
    {Grade::medium, 3, 200, 40, 200, 0, 0, 10'000, 330, 5, 3, 0.55},
    {Grade::low, 2, 200, 50, 200, 0, 0, 0, 262, 5, 3, 0.35},
}};

constexpr SoundRow kInformation{Grade::low, 1, 200, 50, 0, 0, 0, 0, 262, 5, 3, 0.25};

} // namespace

const SoundRow& information_sound() {
    return kInformation;
}

std::span<const SoundRow> sound_rows() {
    return kSounds;
}

const SoundRow& sound_of(Grade grade) {
    return kSounds.at(static_cast<std::size_t>(grade) - 1);
}

std::vector<Pulse> pulses_of(const SoundRow& row) {
    std::vector<Pulse> out;
    int at = 0;
    for (int i = 0; i < row.pulses; ++i) {
        out.push_back({at, row.pulse_ms});
        const bool grouped = row.pulses == 10;
        const int gap = grouped && i == 4               ? row.half_gap_ms
                        : grouped && (i == 2 || i == 7) ? row.group_gap_ms
                                                        : row.gap_ms;
        at += row.pulse_ms + gap;
    }
    return out;
}

std::vector<std::int16_t> synthesise(const SoundRow& row) {
    const auto pulses = pulses_of(row);
    const auto samples_of = [](int ms) { return static_cast<std::size_t>(ms) * kSoundRateHz / 1'000; };
    std::vector<std::int16_t> out(samples_of(pulses.back().start_ms + pulses.back().length_ms), 0);
    double sum = 0; // bound of the wave: no harmonic pattern is clipped
    for (int h = 0; h <= row.harmonics; ++h) {
        sum += std::pow(10.0, -row.fall_db * h / 20);
    }
    const std::size_t rise = samples_of(row.rise_ms);
    for (const Pulse& pulse : pulses) {
        const std::size_t from = samples_of(pulse.start_ms);
        const std::size_t count = samples_of(pulse.length_ms);
        for (std::size_t i = 0; i < count && from + i < out.size(); ++i) {
            const double t = static_cast<double>(i) / kSoundRateHz;
            double wave = 0;
            for (int h = 0; h <= row.harmonics; ++h) {
                wave += std::pow(10.0, -row.fall_db * h / 20) *
                        std::sin(2 * std::numbers::pi * row.fundamental_hz * (h + 1) * t);
            }
            const std::size_t edge = std::min(i, count - 1 - i);
            const double envelope = std::min(1.0, static_cast<double>(edge) / static_cast<double>(rise));
            out[from + i] = static_cast<std::int16_t>(std::lround(wave / sum * envelope * row.level * 32'767));
        }
    }
    return out;
}

BurstPlayer::BurstPlayer(SoundOut& out) : out_(out) {
    for (const SoundRow& row : sound_rows()) {
        bursts_.at(static_cast<std::size_t>(row.grade) - 1) = synthesise(row);
    }
    information_ = synthesise(kInformation);
}

void BurstPlayer::inform() {
    if (!sounding_ || *sounding_ == Grade::low) { // whose one burst is over
        has_device_ = out_.play(information_);
    }
}

void BurstPlayer::follow(std::optional<Grade> grade, double now_s, std::uint64_t onset) {
    if (!grade) {
        if (sounding_) {
            out_.stop();
        }
        sounding_.reset();
        onset_ = 0; // whatever comes next is heard, and its numbers may begin anew
        if (!probed_s_ || (!has_device_ && now_s - *probed_s_ >= kProbeS)) {
            probed_s_ = now_s;
            has_device_ = out_.probe();
        }
        return;
    }
    const bool begins = onset > onset_ && now_s >= rests_until_s_;
    if (sounding_ == grade && now_s < next_s_ && !begins) {
        return;
    }
    sounding_ = grade;
    onset_ = std::max(onset_, onset);
    const auto& burst = bursts_.at(static_cast<std::size_t>(*grade) - 1);
    const SoundRow& row = sound_of(*grade);
    const double length_s = static_cast<double>(burst.size()) / kSoundRateHz;
    rests_until_s_ = now_s + length_s + kBetweenS;
    next_s_ = row.repeat_ms == 0 ? std::numeric_limits<double>::infinity()
                                 : now_s + length_s + row.repeat_ms / 1'000.0;
    has_device_ = out_.play(burst);
}

} // namespace ems::console
