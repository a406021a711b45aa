// The sounds of alarms, synthesised from one table. Patterns, pulse lengths, spacings and intervals lie within those of IEC
// 60601-1-8 (burst of ten pulses 3+2 twice, of three, of two), as published summaries give them: a fundamental of 150 to
// 1000 Hz with at least four harmonics of 300 to 4000 Hz within 15 dB of each other; a higher grade is never softer. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "console/model/alarm_list.h"

namespace ems::console {

struct SoundRow {
    Grade grade;
    int pulses;             // in one burst
    int pulse_ms;           // 75 to 200 of a high one, 125 to 250 of the others
    int rise_ms;            // to full level, 10 to 40 % of the pulse; the fall is as long
    int gap_ms;             // between pulses of one group
    int group_gap_ms;       // high: behind the third and the eighth
    int half_gap_ms;        // high: behind the fifth
    int repeat_ms;          // from the end of a burst to the next; 0: not repeated
    double fundamental_hz;
    int harmonics;          // besides the fundamental, each `fall_db` below the one before
    double fall_db;
    double level;           // of full scale, of the loudest moment
};
[[nodiscard]] std::span<const SoundRow> sound_rows();
[[nodiscard]] const SoundRow& sound_of(Grade grade);

struct Pulse {
    int start_ms{0};
    int length_ms{0};
    bool operator==(const Pulse&) const = default;
};
// Where the pulses of one burst lie.
[[nodiscard]] std::vector<Pulse> pulses_of(const SoundRow& row);

inline constexpr int kSoundRateHz = 48'000;
// One burst, mono, 16 bits at kSoundRateHz.
[[nodiscard]] std::vector<std::int16_t> synthesise(const SoundRow& row);

inline constexpr std::int64_t kAudioPauseUs = 120LL * 1'000'000; // the longest an alarm may be without sound

// Which grade is to sound: the highest of those not acknowledged and not shelved that this desk owns; nothing while paused.
enum class Owner : std::uint8_t { dispatcher, physician };
[[nodiscard]] Owner owner_of(const AlarmEntry& entry);
[[nodiscard]] std::optional<Grade> to_sound(const AlarmList& alarms, Owner desk, std::int64_t paused_until_us,
                                            std::int64_t now_us);

} // namespace ems::console
