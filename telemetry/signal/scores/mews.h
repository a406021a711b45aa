// MEWS, the Modified Early Warning Score (Subbe, Kruger, Rutherford, Gemmel: QJM 2001;94:521).
// Range 0 to 14; from 5 on critical. The published table leaves a rate of exactly 40 and a pressure
// of exactly 70 undefined: both are taken for the worse band. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/scores/score.h"

namespace ems::signal {

enum class Avpu : std::uint8_t { alert, voice, pain, unresponsive };

struct MewsInput {
    Input sbp_mmhg{};
    Input hr_per_min{};
    Input rr_per_min{};
    Input temp_c{};
    std::optional<Avpu> consciousness{};
};
[[nodiscard]] Score mews(const MewsInput& input);
inline constexpr int kMewsCritical = 5;

// qSOFA (Sepsis-3, Singer: JAMA 2016;315:801): RR from 22, SBP to 100, altered mentation (GCS below
// 15); 2 of 3 are positive.
struct QsofaInput {
    Input rr_per_min{};
    Input sbp_mmhg{};
    std::optional<Finding> mentation{}; // gcs_below_best()
};
[[nodiscard]] Score qsofa(const QsofaInput& input);
inline constexpr int kQsofaPositive = 2;

} // namespace ems::signal
