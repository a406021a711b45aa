#include "console/model/day_figures.h"

#include <algorithm>

namespace ems::console {
namespace {

constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;
constexpr double kTargetS = 900;

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) {
        return std::nullopt;
    }
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void add_span(std::vector<double>& to, const api::Incident& i, Stage from, Stage until) {
    const std::int64_t a = stage_time(i, from);
    const std::int64_t b = stage_time(i, until);
    if (a != 0 && b >= a) {
        to.push_back(static_cast<double>(b - a) / 1e6);
    }
}

} // namespace

DayFigures day_figures(const DeskState& state, std::int64_t now_us) {
    DayFigures out;
    std::vector<double> dispatch;
    std::vector<double> wheels;
    std::vector<double> response;
    for (const auto& [id, i] : state.incidents()) {
        if (i.created_us() < now_us - kDayUs || i.kind() == "transfer") {
            continue;
        }
        ++out.calls;
        out.sent += stage_time(i, Stage::unit_assigned) != 0 ? 1 : 0;
        add_span(dispatch, i, Stage::case_opened, Stage::unit_assigned);
        add_span(wheels, i, Stage::unit_assigned, Stage::wheels);
        add_span(response, i, Stage::answered, Stage::at_scene);
    }
    if (!response.empty()) {
        const auto in_time = std::count_if(response.begin(), response.end(), [](double s) { return s <= kTargetS; });
        out.within_15_min = static_cast<double>(in_time) / static_cast<double>(response.size());
    }
    out.to_dispatch_s = median(std::move(dispatch));
    out.to_wheels_s = median(std::move(wheels));
    out.response_s = median(std::move(response));
    return out;
}

std::vector<TownshipRow> township_rows(const api::Coverage& coverage) {
    std::vector<TownshipRow> rows;
    for (const auto& t : coverage.townships()) {
        if (!t.name().empty() && t.population() > 0) {
            rows.push_back({&t, t.population_covered() / t.population()});
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const TownshipRow& a, const TownshipRow& b) { return a.covered < b.covered; });
    return rows;
}

} // namespace ems::console
