// How old a shown value may look: plain within its period, bold past it, dashed past three, crossed out past its limit.
#pragma once

#include <cstdint>

namespace ems::console {

enum class Freshness : std::uint8_t { fresh, late, old, lost };

struct AgeRule {
    std::int64_t period_ms;
    std::int64_t limit_ms;
};
inline constexpr AgeRule kPositionAge{5'000, 60'000};
inline constexpr AgeRule kNumericAge{2'000, 15'000};
// the cuff's own cycle, 3 min unless the monitor says otherwise; a reading of three cycles ago is history
inline constexpr AgeRule kNibpAge{180'000, 540'000};
inline constexpr AgeRule kRecommendationAge{10'000, 60'000};
inline constexpr AgeRule kVideoAge{1'000, 5'000};
inline constexpr AgeRule kWaveAge{2'000, 6'000};

constexpr Freshness freshness(std::int64_t age_ms, AgeRule rule) {
    if (age_ms > rule.limit_ms) {
        return Freshness::lost;
    }
    if (age_ms > 3 * rule.period_ms) {
        return Freshness::old;
    }
    return age_ms > rule.period_ms ? Freshness::late : Freshness::fresh;
}

} // namespace ems::console
