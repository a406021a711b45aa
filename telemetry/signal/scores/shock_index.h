// Shock index, HR / SBP (Allgöwer and Burri 1967): 0.5 to 0.7 normal; from 0.9 abnormal, from 1.0
// shock likely, from 1.4 plan for massive haemorrhage. Modified: HR / MAP, 0.7 to 1.3 normal. Age x
// SI from 50 in the elderly. SIPA (Acker: J Pediatr Surg 2015;50:331): above 1.22 at 4 to 6
// years, 1.0 at 7 to 12, 0.9 at 13 to 16. Bounds are compared as the ratio of the whole numbers,
// without rounding it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/signal/scores/score.h"

namespace ems::signal {

struct ShockInput {
    Input hr_per_min{};
    Input sbp_mmhg{};
    Input dbp_mmhg{};
    Input map_mmhg{}; // of the monitor; else DBP + (SBP - DBP) / 3
    std::optional<int> age_years{};
};

// below_normal and raised lie outside 0.5 to 0.7 without reaching a named bound.
enum class ShockBand : std::uint8_t {
    below_normal,
    normal,
    raised,
    abnormal,
    shock_likely,
    massive_haemorrhage
};
std::string_view band_name(ShockBand band);

struct ShockIndex {
    std::optional<double> index{};
    std::optional<ShockBand> band{};         // of adults; not below 17 years
    std::optional<double> modified{};        // HR / MAP
    std::optional<Finding> modified_range{}; // outside 0.7 to 1.3
    std::optional<double> age_index{};       // age x SI
    std::optional<Finding> age_range{};      // from 50
    std::optional<Finding> sipa{};           // of 4 to 16 years
    std::vector<std::string_view> missing{}; // of the index
};
// A pressure of 0, and a rate and a pressure more than 2 min apart, give no index.
[[nodiscard]] ShockIndex shock_index(const ShockInput& input);
inline constexpr std::int64_t kShockApartUsMax = 120'000'000;

} // namespace ems::signal
