#include "map/reach/coverage.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "map/gazetteer/csv.h"

namespace ems::map {
namespace {

constexpr double kPopulationMax = 100'000'000;
constexpr std::size_t kRowsMax = 1'000'000;

void add(CoverageShare& share, const Demand& demand, bool is_covered) {
    ++share.villages;
    share.population += demand.population;
    share.population_assumed += demand.population_is_assumed ? demand.population : 0;
    if (is_covered) {
        ++share.villages_covered;
        share.population_covered += demand.population;
    }
}

} // namespace

double assumed_population(PlaceKind kind) {
    switch (kind) {
    case PlaceKind::city:
        return 30'000;
    case PlaceKind::town:
        return 3'000;
    case PlaceKind::suburb:
        return 3'000;
    case PlaceKind::village:
        return 800;
    case PlaceKind::hamlet:
        return 200;
    default:
        return 0;
    }
}

std::vector<Demand> demands_of(const std::vector<Place>& places, const SnapIndex& index) {
    std::vector<Demand> out;
    for (const Place& place : places) {
        const double assumed = assumed_population(place.kind);
        if (assumed <= 0) {
            continue;
        }
        Demand demand{place.name, place.within, place.at, {}, assumed, true};
        if (place.population > 0) {
            demand.population = place.population;
            demand.population_is_assumed = false;
        }
        if (const auto snap = index.snap(place.at, {.of = SnapOf::place, .words = place.name})) {
            demand.road = snap->at;
        }
        out.push_back(std::move(demand));
    }
    return out;
}

std::string describe(const UnmatchedRow& row) {
    return fmt::format("row {}: {} of the map {} named {}{} ({:.0f} people)", row.row,
                       row.places == 0 ? "no place" : fmt::format("{} places", row.places),
                       row.places == 0 ? "is" : "are", row.name,
                       row.within.empty() ? "" : " in " + row.within, row.population);
}

Result<std::vector<UnmatchedRow>> apply_population(std::string_view csv,
                                                   std::vector<Demand>& demands) {
    std::multimap<std::string, std::size_t, std::less<>> by_name;
    for (std::size_t i = 0; i < demands.size(); ++i) {
        by_name.emplace(demands[i].name, i);
    }
    const auto rows = parse_csv(csv);
    if (rows.empty() || rows.front() != std::vector<std::string>{"name", "within", "population"}) {
        return fail(Code::corrupt, "the first row has to be name,within,population");
    }
    if (rows.size() > kRowsMax) {
        return fail(Code::corrupt, fmt::format("more than {} rows", kRowsMax));
    }
    std::vector<UnmatchedRow> unmatched;
    std::vector<std::pair<std::size_t, double>> matched; // demand, people
    for (std::size_t r = 1; r < rows.size(); ++r) {
        const auto& row = rows[r];
        if (row.size() != 3) {
            return fail(Code::corrupt,
                        fmt::format("row {} has {} fields, not 3", r + 1, row.size()));
        }
        double population = -1;
        const char* const end = row[2].data() + row[2].size();
        const auto read = std::from_chars(row[2].data(), end, population);
        if (read.ec != std::errc{} || read.ptr != end || !(population >= 0) ||
            population > kPopulationMax) {
            return fail(Code::corrupt,
                        fmt::format("row {}: \"{}\" is no population", r + 1, row[2]));
        }
        const auto [first, last] = by_name.equal_range(row[0]);
        std::vector<std::size_t> found;
        for (auto it = first; it != last; ++it) {
            if (row[1].empty() || demands[it->second].within == row[1]) {
                found.push_back(it->second);
            }
        }
        if (found.size() == 1) {
            matched.emplace_back(found.front(), population);
        } else {
            unmatched.push_back({r + 1, row[0], row[1], population, found.size()});
        }
    }
    for (const auto& [demand, people] : matched) {
        demands[demand].population = people;
        demands[demand].population_is_assumed = false;
    }
    return unmatched;
}

Arrivals arrivals_from(ReachSearch& search, const ReachSource& source, const Metric& metric,
                       std::span<const Demand> demands, std::uint32_t limit_ms) {
    static_cast<void>(search.run({&source, 1}, metric, limit_ms));
    Arrivals out(demands.size(), kNotReached);
    for (std::size_t v = 0; v < demands.size(); ++v) {
        if (const auto reached = search.arrival(demands[v].road)) {
            out[v] = reached->ms;
        }
    }
    return out;
}

Coverage cover(std::span<const Arrivals* const> sources, std::span<const Demand> demands,
               std::uint32_t cover_ms) {
    Coverage out;
    out.cover_ms = cover_ms;
    out.villages.resize(demands.size());
    out.losses.resize(sources.size());
    for (std::uint32_t s = 0; s < sources.size(); ++s) {
        for (std::size_t v = 0; v < demands.size(); ++v) {
            const Arrival here{(*sources[s])[v], s};
            if (here.ms == kNotReached) {
                continue;
            }
            VillageCover& village = out.villages[v];
            if (!village.first || here < *village.first) {
                village.second = village.first;
                village.first = here;
            } else if (!village.second || here < *village.second) {
                village.second = here;
            }
        }
    }
    std::map<std::string, CoverageShare> townships;
    for (std::size_t v = 0; v < demands.size(); ++v) {
        const VillageCover& village = out.villages[v];
        const bool is_covered = out.is_covered(v);
        add(out.whole, demands[v], is_covered);
        add(townships[demands[v].within], demands[v], is_covered);
        if (is_covered && (!village.second || village.second->ms > cover_ms)) {
            SourceLoss& loss = out.losses[village.first->source];
            ++loss.villages;
            loss.population += demands[v].population;
        }
    }
    for (auto& [name, share] : townships) {
        share.name = name;
        out.townships.push_back(std::move(share));
    }
    return out;
}

Coverage cover(ReachSearch& search, std::span<const ReachSource> sources, const Metric& metric,
               std::span<const Demand> demands, std::uint32_t cover_ms, std::uint32_t search_ms) {
    std::vector<Arrivals> arrivals;
    std::vector<const Arrivals*> rows;
    arrivals.reserve(sources.size());
    for (const ReachSource& source : sources) {
        arrivals.push_back(
            arrivals_from(search, source, metric, demands, std::max(cover_ms, search_ms)));
        rows.push_back(&arrivals.back());
    }
    return cover(rows, demands, cover_ms);
}

} // namespace ems::map
