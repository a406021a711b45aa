// How old a shown value may look: plain within its period, bold past it, dashed past three, crossed
// out past its limit. The one rule by which anything is called stale; the periods and limits of
// vital signs stand in vital_kind.h.
#pragma once

#include <cstdint>

namespace ems::signal {

enum class Freshness : std::uint8_t { fresh, late, old, lost };

struct AgeRule {
    std::int64_t period_ms;
    std::int64_t limit_ms;
};

constexpr Freshness freshness(std::int64_t age_ms, AgeRule rule) {
    if (age_ms > rule.limit_ms) {
        return Freshness::lost;
    }
    if (age_ms > 3 * rule.period_ms) {
        return Freshness::old;
    }
    return age_ms > rule.period_ms ? Freshness::late : Freshness::fresh;
}

} // namespace ems::signal
