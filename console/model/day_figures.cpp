#include "console/model/day_figures.h"

#include <algorithm>
#include <cmath>

namespace ems::console {
namespace {

constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kWaitedUs = 600LL * 1'000'000;
constexpr double kAnswerS = 10;
constexpr double kWheelsS = 180;
constexpr double kResponseS = 900;

// Nearest rank; of none nothing.
std::optional<double> quantile(std::vector<double> values, double share) {
    if (values.empty()) {
        return std::nullopt;
    }
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::min(values.size(), std::max<std::size_t>(rank, 1)) - 1];
}

std::optional<double> share_within(const std::vector<double>& values, double most_s) {
    if (values.empty()) {
        return std::nullopt;
    }
    const auto in_time = std::count_if(values.begin(), values.end(), [&](double s) { return s <= most_s; });
    return static_cast<double>(in_time) / static_cast<double>(values.size());
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
    std::vector<double> answer;
    std::vector<double> dispatch;
    std::vector<double> wheels;
    std::vector<double> response;
    int due = 0;
    int given = 0;
    for (const auto& [id, i] : state.incidents()) {
        if (i.created_us() < now_us - kDayUs || i.kind() == "transfer" || i.merged_into_incident_id() != 0) {
            continue;
        }
        const bool sent = stage_time(i, Stage::unit_assigned) != 0;
        ++out.calls;
        out.sent += sent ? 1 : 0;
        if (sent || (i.state() != "cancelled" && now_us - i.created_us() >= kWaitedUs)) {
            ++due;
            given += sent ? 1 : 0;
        }
        add_span(answer, i, Stage::ring, Stage::answered);
        add_span(dispatch, i, Stage::case_opened, Stage::unit_assigned);
        add_span(wheels, i, Stage::unit_assigned, Stage::wheels);
        add_span(response, i, Stage::answered, Stage::at_scene);
    }
    if (due != 0) {
        out.given_a_unit = static_cast<double>(given) / due;
    }
    out.answered_in_10_s = share_within(answer, kAnswerS);
    out.wheels_in_3_min = share_within(wheels, kWheelsS);
    out.within_15_min = share_within(response, kResponseS);
    out.to_dispatch_s = quantile(dispatch, 0.5);
    out.to_dispatch_p90_s = quantile(dispatch, 0.9);
    out.to_wheels_s = quantile(wheels, 0.5);
    out.response_s = quantile(response, 0.5);
    out.response_p90_s = quantile(response, 0.9);
    return out;
}

namespace {

SlowestHelp slowest_help(const api::Coverage& coverage, const api::CoverageShare& township) {
    if (township.villages_covered() >= township.villages()) {
        return coverage.within_s() == 0 ? SlowestHelp{} : SlowestHelp{HelpKnown::within, coverage.within_s()};
    }
    std::uint32_t told = 0;
    std::uint32_t slowest_s = 0;
    for (const api::CoverageGap& gap : coverage.gaps()) {
        if (gap.within() != township.name()) {
            continue;
        }
        if (gap.first_s() == 0) {
            return {HelpKnown::nobody, 0};
        }
        ++told;
        slowest_s = std::max(slowest_s, gap.first_s());
    }
    if (told == 0) {
        return {};
    }
    return {told + township.villages_covered() >= township.villages() ? HelpKnown::exactly : HelpKnown::at_least, slowest_s};
}

} // namespace

std::vector<TownshipRow> township_rows(const api::Coverage& coverage) {
    std::vector<TownshipRow> rows;
    for (const auto& t : coverage.townships()) {
        if (!t.name().empty() && t.population() > 0) {
            rows.push_back({&t, t.population_covered() / t.population(), slowest_help(coverage, t)});
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const TownshipRow& a, const TownshipRow& b) { return a.covered < b.covered; });
    return rows;
}

} // namespace ems::console
