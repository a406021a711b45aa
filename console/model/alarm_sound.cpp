#include "console/model/alarm_sound.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace ems::console {
namespace {

constexpr std::array<SoundRow, 3> kSounds{{
    {Grade::high, 10, 150, 30, 100, 350, 700, 5'000, 440, 5, 3, 0.80},
    {Grade::medium, 3, 200, 40, 200, 0, 0, 10'000, 330, 5, 3, 0.55},
    {Grade::low, 2, 200, 50, 200, 0, 0, 0, 262, 5, 3, 0.35},
}};

// What the desk raises itself, of links, orders and targets, is the dispatcher's; of a vehicle's devices and patients the
// physician's, but for what happens to the vehicle.
constexpr std::array<std::string_view, 12> kDispatchers{"server_lost",      "no_leader",   "dispatch_overdue", "short_of_units",
                                                       "unit_lost",        "crew_silent", "crew_not_reached", "tell_by_voice", "crew_unanswered",
                                                       "vehicle_sos",      "vehicle_collision", "vehicle_rollover"};

} // namespace

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

Owner owner_of(const AlarmEntry& entry) {
    const bool ours = std::find(kDispatchers.begin(), kDispatchers.end(), entry.code) != kDispatchers.end() || entry.technical;
    return ours ? Owner::dispatcher : Owner::physician;
}

std::optional<Grade> to_sound(const AlarmList& alarms, Owner desk, std::int64_t paused_until_us, std::int64_t now_us) {
    if (now_us < paused_until_us) {
        return std::nullopt;
    }
    std::optional<Grade> highest;
    for (const AlarmEntry& entry : alarms.entries()) {
        const bool asks = entry.state == AlarmState::active && !AlarmList::is_shelved(entry, now_us);
        if (asks && owner_of(entry) == desk && (!highest || entry.grade < *highest)) {
            highest = entry.grade;
        }
    }
    return highest;
}

} // namespace ems::console
