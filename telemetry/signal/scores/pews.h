// Bedside PEWS (Parshuram, Hutchison, Middaugh: Crit Care 2009;13:R135, table 1): items of 0, 1, 2
// or 4, at most 26; from 8 high risk. The worst band is looked for first. The printed ages are 0 to
// under 3 months, 3 to under 12 months, 1 to 4 years, over 4 to 12 years, over 12 years; taken in
// whole months. Half of children in hospital lie outside textbook ranges (Bonafide 2013): a
// hospital may set its own bands, which is why they are one table. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "telemetry/signal/scores/score.h"

namespace ems::signal {

enum class PewsAge : std::uint8_t {
    below_3_months,
    below_12_months,
    to_4_years,
    to_12_years,
    older
};
inline constexpr std::size_t kPewsAges = 5;
[[nodiscard]] PewsAge pews_age(int age_months);

// 1, 2 and 4 points: at or above `high`, at or below `low`.
struct PewsBand {
    std::array<int, 3> high;
    std::array<int, 3> low;
};
struct PewsRow {
    PewsBand hr;
    PewsBand sbp;
    PewsBand rr;
};
std::span<const PewsRow, kPewsAges> pews_rows();

enum class PewsEffort : std::uint8_t { normal, mild, moderate, severe_or_apnoea };
enum class PewsOxygen : std::uint8_t { none, below_4_l_or_half, more };
enum class CapillaryRefill : std::uint8_t { below_3_s, from_3_s };

struct PewsInput {
    Input hr_per_min{};
    Input sbp_mmhg{};
    Input rr_per_min{};
    Input spo2_pct{};
    std::optional<CapillaryRefill> refill{};
    std::optional<PewsEffort> effort{};
    std::optional<PewsOxygen> oxygen{};
};
[[nodiscard]] Score bedside_pews(PewsAge age, const PewsInput& input);
inline constexpr int kPewsHighRisk = 8;
// What an item can give, and what the total can be with the missing ones at their worst.
[[nodiscard]] int pews_item_most(std::string_view item);
[[nodiscard]] int pews_at_most(const Score& pews);

} // namespace ems::signal
