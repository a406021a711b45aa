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
    std::optional<double> to_dispatch_s; // opened to ordered, median
    std::optional<double> to_wheels_s;   // ordered to wheels, median
    std::optional<double> response_s;    // answered to at scene, median
    std::optional<double> within_15_min; // share of responses, 0 to 1
};
[[nodiscard]] DayFigures day_figures(const DeskState& state, std::int64_t now_us);

// Townships by the share of their people that nobody reaches within 15 minutes, worst first.
struct TownshipRow {
    const api::CoverageShare* share{nullptr};
    double covered{0}; // 0 to 1
};
[[nodiscard]] std::vector<TownshipRow> township_rows(const api::Coverage& coverage);

} // namespace ems::console
