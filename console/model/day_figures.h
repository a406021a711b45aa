// What the wall says of the last 24 hours, from the cases this desk knows (open ones and those closed within a day). Medians
// and shares are of cases that have both stamps; with none of them there is no value. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "console/model/desk_state.h"

namespace ems::console {

struct DayFigures {
    int calls{0};                 // opened within the day
    int sent{0};                  // of them with a unit
    std::optional<double> to_dispatch_s;     // opened to ordered, median
    std::optional<double> to_dispatch_p90_s;
    std::optional<double> to_wheels_s;       // ordered to wheels, median
    std::optional<double> response_s;        // answered to at scene, median
    std::optional<double> response_p90_s;
    // Shares, 0 to 1, of the cases that have both stamps.
    std::optional<double> answered_in_10_s;
    std::optional<double> wheels_in_3_min;
    std::optional<double> within_15_min;     // of responses
    std::optional<double> given_a_unit;      // of emergencies given one, or not cancelled within 10 min
};
// National targets for 2025 (domain: calls answered in 10 s, turnout in 3 min, calls given a unit).
inline constexpr double kShareTarget = 0.95;
[[nodiscard]] DayFigures day_figures(const DeskState& state, std::int64_t now_us);

// How long help takes to the slowest place of a township. The centre tells of at most 200 places by themselves, those with
// the most people, so that of a township with more it is only known what it is at the least.
enum class HelpKnown : std::uint8_t { within, exactly, at_least, nobody, untold };
struct SlowestHelp {
    HelpKnown known{HelpKnown::untold};
    std::uint32_t s{0}; // within: the bound; nobody and untold: 0
};

// Townships by the share of their people that nobody reaches within 15 minutes, worst first.
struct TownshipRow {
    const api::CoverageShare* share{nullptr};
    double covered{0}; // 0 to 1
    SlowestHelp slowest;
};
[[nodiscard]] std::vector<TownshipRow> township_rows(const api::Coverage& coverage);

} // namespace ems::console
