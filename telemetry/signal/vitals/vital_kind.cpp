#include "telemetry/signal/vitals/vital_kind.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr AgeRule kContinuous{2'000, 10'000};
constexpr AgeRule kCuff{180'000, 540'000};
constexpr std::int64_t kMinute = 60'000;

constexpr std::array<VitalRow, kVitalKinds> kRows{{
    {VitalKind::hr, "hr", "/min", Sensor::ecg, 1, 350, kContinuous, kMinute},
    {VitalKind::pr, "pr", "/min", Sensor::pleth, 1, 350, kContinuous, kMinute},
    {VitalKind::spo2, "spo2", "%", Sensor::pleth, 1, 100, kContinuous, kMinute},
    {VitalKind::rr, "rr", "/min", Sensor::ecg, 1, 200, kContinuous, kMinute}, // by impedance
    {VitalKind::nibp_sys, "nibp_sys", "mmHg", Sensor::cuff, 1, 300, kCuff, 10 * kMinute},
    {VitalKind::nibp_dia, "nibp_dia", "mmHg", Sensor::cuff, 1, 300, kCuff, 10 * kMinute},
    {VitalKind::nibp_mean, "nibp_mean", "mmHg", Sensor::cuff, 1, 300, kCuff, 10 * kMinute},
    {VitalKind::etco2, "etco2", "mmHg", Sensor::capnograph, 1, 150, kContinuous, kMinute},
    {VitalKind::temp, "temp", "°C", Sensor::probe, 100, 50, kContinuous, 60 * kMinute},
}};

constexpr std::int32_t kTenth = 10; // of hundredths

} // namespace

std::span<const VitalRow, kVitalKinds> vital_rows() {
    return kRows;
}

const VitalRow& vital_row(VitalKind kind) {
    return kRows.at(static_cast<std::size_t>(kind));
}

std::string_view sensor_name(Sensor sensor) {
    switch (sensor) {
    case Sensor::ecg:
        return "ecg";
    case Sensor::pleth:
        return "pleth";
    case Sensor::cuff:
        return "cuff";
    case Sensor::capnograph:
        return "capnograph";
    case Sensor::probe:
        return "probe";
    }
    EMS_ASSERT(false);
    return "";
}

bool of_cuff(VitalKind kind) {
    return vital_row(kind).sensor == Sensor::cuff;
}

std::optional<std::int32_t> vital_value(VitalKind kind, double value) {
    const VitalRow& row = vital_row(kind);
    // Written so that a NaN fails.
    if (!(value >= 0) || !(value <= row.most)) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(std::lround(value * row.per_unit));
}

std::int32_t as_shown(VitalKind kind, std::int32_t value) {
    if (vital_row(kind).per_unit == 1) {
        return value;
    }
    // Half up, below zero too.
    const std::int32_t raised = value + kTenth / 2;
    const std::int32_t tenths = raised / kTenth - (raised % kTenth < 0 ? 1 : 0);
    return tenths * kTenth;
}

std::string vital_text(VitalKind kind, std::int32_t value) {
    const std::int32_t shown = as_shown(kind, value);
    return vital_row(kind).per_unit == 1 ? fmt::format("{}", shown)
                                         : fmt::format("{:.1f}", shown / 100.0);
}

double in_unit(VitalKind kind, std::int32_t value) {
    return static_cast<double>(as_shown(kind, value)) / vital_row(kind).per_unit;
}

} // namespace ems::signal
