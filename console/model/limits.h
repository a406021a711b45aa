// The limits this desk holds vital signs against: those of the monitors' delivery, printed beside each number. A value
// outside raises an alarm here even when the monitor raises none, so that no number stands out of its limits unmarked. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/signal/vitals/vital_board.h"

namespace ems::console {

enum class Limited : std::uint8_t { hr, spo2, rr, nibp_sys, etco2, temp };

struct LimitRow {
    Limited what;
    std::string_view code; // "spo2": alarms spo2_low and spo2_high
    std::int32_t low;
    std::int32_t high;
};
// Units of wire Vitals: 1/min, %, mmHg, 0.01 degree Celsius.
inline constexpr std::array<LimitRow, 6> kLimits{{
    {Limited::hr, "hr", 50, 120},
    {Limited::spo2, "spo2", 90, 100},
    {Limited::rr, "rr", 8, 30},
    {Limited::nibp_sys, "nibp", 90, 160},
    {Limited::etco2, "etco2", 25, 50},
    {Limited::temp, "temp", 3'500, 3'900},
}};

struct LimitBreach {
    std::string code;  // "spo2_low"
    std::string value; // "88 < 90"
    std::int64_t age_us{0}; // of the number
};
// Numbers that are current break limits; a cuff reading of long ago says nothing about now. The heart
// rate is taken from the pulse when the ECG gives none.
std::vector<LimitBreach> limit_breaches(const signal::VitalBoard& board, std::int64_t now_us);

} // namespace ems::console
