// What the things a desk shows may look like at which age, besides vital signs, whose ages stand with
// them (telemetry/signal/vitals/vital_kind.h).
#pragma once

#include "telemetry/signal/vitals/ageing.h"

namespace ems::console {

using signal::AgeRule;
using signal::Freshness;
using signal::freshness;

inline constexpr AgeRule kPositionAge{5'000, 60'000};
inline constexpr AgeRule kRecommendationAge{10'000, 60'000};
inline constexpr AgeRule kVideoAge{1'000, 5'000};
inline constexpr AgeRule kWaveAge{2'000, 6'000};

} // namespace ems::console
