// Every alarm that a vehicle raises, one row each: data, no code. Limits per age group are the
// usual factory defaults of monitors (configurable there, checked against these here); definitions
// of lethal rhythms: PhysioNet/CinC Challenge 2015. Priorities, latching and states: IEC 60601-1-8
// (YY 9706.108); heart rate alarms within 10 s of the onset: IEC 60601-2-27. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "telemetry/signal/vitals/vital_kind.h"

namespace ems::signal {

// Numbers are kept: a vehicle remembers by them over a restart what it had told.
enum class AlarmId : std::uint8_t {
    asystole = 0,
    vf = 1,
    vt = 2,
    hr_extreme_low = 3,
    hr_extreme_high = 4,
    apnoea = 5,
    spo2_critical = 6,
    etco2_critical = 7,
    hr_low = 8,
    hr_high = 9,
    spo2_low = 10,
    spo2_high = 11,
    rr_low = 12,
    rr_high = 13,
    nibp_low = 14,
    nibp_high = 15,
    nibp_mean_low = 16,
    nibp_mean_high = 17,
    nibp_dia_low = 18,
    nibp_dia_high = 19,
    etco2_low = 20,
    etco2_high = 21,
    temp_low = 22,
    temp_high = 23,
    ecg_lead_off = 24,
    ecg_noise = 25,
    spo2_sensor_off = 26,
    monitor_lost = 27,
    ecg_lost = 28,
    gnss_lost = 29,
    inputs_lost = 30,
    gnss_implausible = 31,
    spool_failed = 32,
    pleth_no_pulse = 33,
    centre_lost = 34,
    clock_unset = 35,
    spool_slow = 36,
    spool_went_back = 37,
    st_elevation = 38,
    af_suspected = 39,
    nibp_cuff_leak = 40,
    nibp_failed = 41,
    monitor_fault = 42,
    monitor_battery_low = 43,
    computer_battery_low = 44,
    spool_full = 45,
};
inline constexpr std::size_t kAlarms = 46;
static_assert(kAlarms <= 64, "AlarmEngine::told() is 64 bits");

enum class AlarmKind : std::uint8_t { physiological, technical };
enum class AlarmPriority : std::uint8_t { high = 1, medium = 2, low = 3 }; // as of the wire

// infant: below 1 year; child: 1 to 12; adult: from 13, and whose age is not known.
enum class AgeGroup : std::uint8_t { adult, child, infant };
inline constexpr std::size_t kAgeGroups = 3;
[[nodiscard]] AgeGroup age_group(std::optional<int> age_years);
// Whole years of an age as orders and incidents state it: by its months where they are known; 0
// years without months is unknown.
[[nodiscard]] std::optional<int> stated_years(std::uint32_t years,
                                              std::optional<std::uint32_t> months);
std::string_view age_group_name(AgeGroup group);

enum class LimitSide : std::uint8_t { low, high };
// A number shown below (above) the threshold breaks the limit; it has returned when it is back by
// `hysteresis`. Units of ems.wire.Vitals.
struct AlarmLimit {
    VitalKind vital; // hr: of the pulse when the ECG gives none
    LimitSide side;
    std::int32_t hysteresis;
    std::array<std::optional<std::int32_t>, kAgeGroups> threshold; // nothing: off in that group
};

enum class Latch : std::uint8_t { none, until_acknowledged };
enum class Needs : std::uint8_t { nobody, patient }; // a sensor on its hook is no alarm
// advisory: a hint to look at the strip. Shown with that word, never as a finding or a diagnosis.
enum class Wording : std::uint8_t { finding, advisory };

using SensorMask = std::uint8_t;
[[nodiscard]] constexpr SensorMask sensor_bit(Sensor sensor) {
    return static_cast<SensorMask>(1U << static_cast<unsigned>(sensor));
}

struct AlarmRow {
    AlarmId id{};
    std::string_view code{}; // on the wire
    AlarmKind kind{};
    AlarmPriority priority{AlarmPriority::low};
    // Lethal: latches until acknowledged, and can be paused but not switched off.
    Latch latch{Latch::none};
    // Raised by a limit of a number; else a detector, a monitor or a device says so.
    std::optional<AlarmLimit> limit{};
    // A broken limit stands so long before it is an alarm, and is back so long before it is none.
    // What a detector says waits for nothing.
    std::array<std::int32_t, kAgeGroups> delay_ms{};
    std::int32_t release_ms{0};
    std::int32_t escalate_ms{0}; // unacknowledged so long, it is one priority more urgent; 0: never
    std::optional<Sensor>
        sensor{}; // physiological: the signal a detector or monitor judged it from
    // Technical: what detectors and monitors say of this sensor's signal is not believed meanwhile.
    // A number is, when it is valid: it comes with its own mark; and so is a second signal.
    std::optional<Sensor> masks{};
    Needs needs{Needs::nobody};
    std::span<const AlarmId> hides{}; // consequences, not told while this stands
    // Sensors in the place of whose missing numbers this stands: a high alarm of a number that went
    // missing is not over before one of these stands, or somebody has acknowledged it.
    SensorMask replaces{0};
    // Physiological: raised where a monitor has no number of this sensor for the delay, of a
    // patient whose probe is on. High with a rate of the ECG (electrical activity without a pulse)
    // or where the last saturation was critical.
    std::optional<Sensor> pulseless{};
    Wording wording{Wording::finding};
};

std::span<const AlarmRow, kAlarms> alarm_rows();
const AlarmRow& alarm_row(AlarmId id);
const AlarmRow* find_alarm(std::string_view code); // null: not of this table

// The limits in force for a number, printed beside it; nothing on a side where there is none.
struct LimitsInForce {
    std::optional<std::int32_t> low;
    std::optional<std::int32_t> high;
};
[[nodiscard]] LimitsInForce limits_in_force(VitalKind vital, AgeGroup group);
// Below (above) the threshold of this row, as shown: "88 < 90". `value` in units of
// ems.wire.Vitals.
[[nodiscard]] bool breaks(const AlarmLimit& limit, std::int32_t threshold, std::int32_t value);
// Back by the hysteresis.
[[nodiscard]] bool has_returned(const AlarmLimit& limit, std::int32_t threshold,
                                std::int32_t value);

} // namespace ems::signal
