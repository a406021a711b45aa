// The vital signs there are: one row each with name, unit, sensor, what a monitor can show, and the
// ages at which it stops being current and counting for a score. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "telemetry/signal/vitals/ageing.h"

namespace ems::signal {

enum class VitalKind : std::uint8_t { // the value is the bit of ems.wire.Vitals.invalid_mask
    hr = 0,
    pr = 1,
    spo2 = 2,
    rr = 3,
    nibp_sys = 4,
    nibp_dia = 5,
    nibp_mean = 6,
    etco2 = 7,
    temp = 8,
};
inline constexpr std::size_t kVitalKinds = 9;

// What a number is measured by; one sensor that is off takes all its numbers with it.
enum class Sensor : std::uint8_t { ecg, pleth, cuff, capnograph, probe };

struct VitalRow {
    VitalKind kind;
    std::string_view name; // of logs, tables and the command line
    std::string_view unit; // of the shown number; wire and limits count `per_unit` to one of it
    Sensor sensor;
    std::int32_t per_unit; // 100: wire has 0.01 degree Celsius
    double most;           // shown units; a monitor shows none beyond, and none below 0
    AgeRule age;           // of the sensor's period, and past which it is not the patient's now
    std::int64_t score_ms; // past this a score counts it as missing
};
// An expired number is history for this long, shown as such with its age; then it is absent.
inline constexpr std::int64_t kHistoryMs = 3'600'000;

// Continuous numbers come each second or two, from a monitor that pushes at most each 5 s; the cuff
// of a delivery measures each 3 min, and a reading of three cycles ago is history. Validity for
// scores, of no guideline but suggested: continuous 60 s, cuff 10 min, temperature 60 min.
std::span<const VitalRow, kVitalKinds> vital_rows();
const VitalRow& vital_row(VitalKind kind);
std::string_view sensor_name(Sensor sensor);

// Cuff pressures stand until the next measurement; everything else is measured all the time.
[[nodiscard]] bool of_cuff(VitalKind kind);

// From 1/min, %, mmHg or degree Celsius to the unit of ems.wire.Vitals. Nothing when no monitor can
// show it (0 to 350 /min for hearts and pulses, 200 for breaths, 100 %, 300 mmHg, 150 mmHg of CO2,
// 50 degrees; a NaN): such a number is invalid, never clamped.
[[nodiscard]] std::optional<std::int32_t> vital_value(VitalKind kind, double value);

// The number as every screen shows it, in tenths where the wire has hundredths: "88", "36.8"; half
// is rounded up. Limits are compared with this number, so that "90 < 90" cannot be.
[[nodiscard]] std::int32_t as_shown(VitalKind kind, std::int32_t value);
[[nodiscard]] std::string vital_text(VitalKind kind, std::int32_t value);
[[nodiscard]] double in_unit(VitalKind kind, std::int32_t value); // of the shown number

} // namespace ems::signal
