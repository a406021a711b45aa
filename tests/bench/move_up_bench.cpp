// Measures what move-up is worth: calls later than 15 minutes with it over those without, in paired simulated years of one
// county (move_up_year.h). Stations stand where the siting of the map puts them, a unit at each; the hospital where
// people are nearest on the mean.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "dispatch/service/road_parts.h"
#include "dispatch/service/roads.h"
#include "map/reach/siting.h"
#include "tests/bench/move_up_year.h"
#include "tests/bench/statistics.h"

namespace {

using ems::bench::County;
using ems::bench::MoveUps;
using ems::bench::YearOptions;
using ems::bench::YearResult;

constexpr std::size_t kYears = 20;
constexpr double kStudent = 2.093; // 97.5 % of Student's t with 19 degrees of freedom
constexpr std::uint64_t kBranchesMax = 1'000'000;
constexpr std::uint32_t kNoWayS = 3 * 3600;

ems::Result<County> read_county(const std::string& dir, std::uint32_t stations, std::uint32_t turnout_s) {
    auto roads = ems::dispatch::Roads::open(dir);
    if (!roads) {
        return ems::Failure{roads.error()};
    }
    auto demands = ems::dispatch::read_demands(dir, "", (*roads)->index());
    if (!demands) {
        return ems::Failure{demands.error()};
    }
    std::erase_if(*demands, [](const ems::map::Demand& demand) { return demand.road.arc == ems::map::kNoArc; });
    County out;
    std::vector<ems::map::RoadPosition> places;
    for (const ems::map::Demand& demand : *demands) {
        out.people.push_back(demand.population);
        places.push_back(demand.road);
    }
    out.drive_s.assign(places.size(), std::vector<std::uint32_t>(places.size(), kNoWayS));
    double nearest = std::numeric_limits<double>::max();
    for (std::size_t to = 0; to < places.size(); ++to) {
        const auto times = (*roads)->times_to(places[to], places);
        double people_seconds = 0;
        for (std::size_t from = 0; from < places.size(); ++from) {
            if (times[from].result == ems::dispatch::RoadResult::known) {
                out.drive_s[from][to] = times[from].drive_s;
            }
            people_seconds += out.people[from] * out.drive_s[from][to];
        }
        if (people_seconds < nearest) {
            nearest = people_seconds;
            out.hospital = to;
        }
    }
    ems::map::SitingProblem siting;
    siting.weight = out.people;
    for (const auto& row : out.drive_s) {
        std::vector<std::uint32_t>& covers = siting.covers.emplace_back();
        for (std::uint32_t place = 0; place < row.size(); ++place) {
            if (turnout_s + row[place] <= ems::dispatch::kRadiusS) {
                covers.push_back(place);
            }
        }
    }
    const auto sites = ems::map::choose_candidates(siting, stations, kBranchesMax);
    out.stations.assign(sites.chosen.begin(), sites.chosen.end());
    double people = 0;
    for (const double of_place : out.people) {
        people += of_place;
    }
    fmt::print("{} places, {:.0f} people, {:.1f} % within 15 min of {} stations\n", places.size(), people,
               100 * sites.covered / people, out.stations.size());
    return out;
}

int compare(const County& county, const YearOptions& options, std::size_t years) {
    std::vector<double> ratios;
    std::uint32_t first_without = 0;
    std::uint32_t first_with = 0;
    for (std::size_t year = 0; year < years; ++year) {
        const YearResult without = ems::bench::run_year(county, options, year + 1, MoveUps::none);
        const YearResult with = ems::bench::run_year(county, options, year + 1, MoveUps::advised);
        ratios.push_back(static_cast<double>(with.late) / without.late);
        first_without += without.first_late;
        first_with += with.first_late;
        fmt::print("year {}: {} calls, late {} without, {} with; level 1 {} and {}; {} moves, at most {} of a unit in 24 h; busy {:.1f} %\n",
                   year + 1, without.calls, without.late, with.late, without.first_late, with.first_late, with.moves,
                   with.moves_most, 100 * with.busy_share);
    }
    const double mean = ems::bench::mean(ratios);
    double squares = 0;
    for (const double ratio : ratios) {
        squares += (ratio - mean) * (ratio - mean);
    }
    const double spread = std::sqrt(squares / static_cast<double>(years - 1) / static_cast<double>(years));
    fmt::print("ratio {:.4f}, standard error {:.4f}; level 1 late: {} without, {} with\n", mean, spread, first_without,
               first_with);
    if (first_with > first_without) {
        fmt::print(stderr, "ems-bench-move-up: calls of level 1 are later with move-up\n");
        return 1;
    }
    if (years == kYears) {
        fmt::print("figure late_calls_vs_nearest {:.4f}\n", mean + kStudent * spread);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"What move-up is worth in a simulated county"};
    std::string map;
    std::size_t years = kYears;
    std::uint32_t stations = 8;
    YearOptions options;
    options.limits.moves_max = 6;
    app.add_option("--map", map, "folder of ems-map")->required();
    app.add_option("--years", years, "the figure comes from 20")->check(CLI::Range(2, 1'000));
    app.add_option("--stations", stations, "each with a unit")->check(CLI::Range(1, 50));
    app.add_option("--calls-a-day", options.calls_a_day)->check(CLI::Range(1.0, 1'000.0));
    app.add_option("--moves", options.limits.moves_max, "of a unit in 24 h")->check(CLI::Range(0, 100));
    CLI11_PARSE(app, argc, argv);
    const auto county = read_county(map, stations, options.turnout_s);
    if (!county) {
        fmt::print(stderr, "ems-bench-move-up: {}\n", county.error().message());
        return 1;
    }
    return compare(*county, options, years);
}
