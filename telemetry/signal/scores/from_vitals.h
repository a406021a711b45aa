// Inputs of scores from what a board knows: numbers that are valid for a score, with their ages;
// never one that is invalid or too old. What no monitor measures (consciousness, oxygen) stays
// missing until a person gives it. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/scores/mews.h"
#include "telemetry/signal/scores/news2.h"
#include "telemetry/signal/scores/pews.h"
#include "telemetry/signal/scores/shock_index.h"
#include "telemetry/signal/vitals/vital_board.h"

namespace ems::signal {

[[nodiscard]] Input score_input(const VitalBoard& board, VitalKind kind, std::int64_t now_us);
// RR, SpO2, SBP, pulse (of the oximeter when the ECG has none) and temperature.
[[nodiscard]] News2Input news2_input(const VitalBoard& board, std::int64_t now_us);
// HR or pulse, SBP, RR, and SpO2 or temperature, in the same way.
[[nodiscard]] PewsInput pews_input(const VitalBoard& board, std::int64_t now_us);
[[nodiscard]] MewsInput mews_input(const VitalBoard& board, std::int64_t now_us);
[[nodiscard]] QsofaInput qsofa_input(const VitalBoard& board, std::int64_t now_us);
[[nodiscard]] ShockInput shock_input(const VitalBoard& board, std::optional<int> age_years,
                                     std::int64_t now_us);

} // namespace ems::signal
