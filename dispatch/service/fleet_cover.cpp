#include "dispatch/service/fleet_cover.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ems::dispatch {
namespace {

constexpr std::uint64_t kTurnsKept = 2;

std::uint32_t to_s(std::uint32_t ms) {
    return (ms + 500) / 1000;
}

bool is_alone(const map::Coverage& coverage, std::size_t village) {
    const map::VillageCover& cover = coverage.villages[village];
    return coverage.is_covered(village) && (!cover.second || cover.second->ms > coverage.cover_ms);
}

// Who takes over how many people of a unit, and how long they wait for it.
struct Heirs {
    std::map<std::uint32_t, double> people;
    std::map<std::uint32_t, double> people_seconds;
};

void name_next(const Heirs& heirs, const std::vector<Standing>& units, UnitCover& out) {
    const auto next =
        std::max_element(heirs.people.begin(), heirs.people.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (next != heirs.people.end() && next->second > 0) {
        out.next = units[next->first].unit;
        out.next_s = static_cast<std::uint32_t>(
            std::lround(heirs.people_seconds.at(next->first) / next->second));
    }
}

std::vector<UnitCover> units_of(const map::Coverage& coverage,
                                const std::vector<map::Demand>& demands,
                                const std::vector<Standing>& units) {
    std::vector<UnitCover> out(units.size());
    std::vector<Heirs> heirs(units.size());
    std::vector<std::vector<std::size_t>> alone(units.size());
    for (std::size_t v = 0; v < demands.size(); ++v) {
        if (!coverage.is_covered(v)) {
            continue;
        }
        const map::VillageCover& cover = coverage.villages[v];
        UnitCover& first = out[cover.first->source];
        ++first.villages;
        first.population += demands[v].population;
        if (cover.second) {
            Heirs& mine = heirs[cover.first->source];
            mine.people[cover.second->source] += demands[v].population;
            mine.people_seconds[cover.second->source] +=
                demands[v].population * cover.second->ms / 1000.0;
        }
        if (is_alone(coverage, v)) {
            alone[cover.first->source].push_back(v);
        }
    }
    for (std::size_t u = 0; u < units.size(); ++u) {
        out[u].unit = units[u].unit;
        out[u].alone = coverage.losses[u];
        std::stable_sort(alone[u].begin(), alone[u].end(), [&](std::size_t a, std::size_t b) {
            return demands[a].population > demands[b].population;
        });
        for (std::size_t i = 0; i < std::min(alone[u].size(), kAloneNamesMax); ++i) {
            out[u].alone_names.push_back(demands[alone[u][i]].name);
        }
        name_next(heirs[u], units, out[u]);
    }
    return out;
}

} // namespace

FleetCoverer::FleetCoverer(const map::RoadGraph& graph, std::vector<map::Demand> demands)
    : search_(graph), demands_(std::move(demands)) {}

const map::Arrivals& FleetCoverer::from(const map::RoadPosition& at,
                                        const std::shared_ptr<const map::Metric>& roads) {
    if (roads_ != roads) {
        known_.clear();
        roads_ = roads;
    }
    const auto [known, fresh] =
        known_.try_emplace(Place{at.arc, at.fraction, at.facing == map::Facing::along});
    if (fresh) {
        known->second.arrivals =
            map::arrivals_from(search_, {at, 0}, *roads, demands_, kCoverSearchS * 1000);
        ++searches_;
    }
    known->second.used = turn_;
    return known->second.arrivals;
}

FleetCover FleetCoverer::cover(const std::vector<Standing>& units,
                               const std::shared_ptr<const map::Metric>& roads) {
    ++turn_;
    std::vector<map::Arrivals> arrivals;
    arrivals.reserve(units.size());
    for (const Standing& unit : units) {
        arrivals.push_back(from(unit.at, roads));
        for (std::uint32_t& ms : arrivals.back()) {
            ms = ms > kCoverSearchS * 1000 || kCoverSearchS * 1000 - ms < unit.lead_ms
                     ? map::kNotReached
                     : ms + unit.lead_ms;
        }
    }
    std::vector<const map::Arrivals*> rows;
    for (const map::Arrivals& row : arrivals) {
        rows.push_back(&row);
    }
    map::Coverage coverage = map::cover(rows, demands_, kCoverS * 1000);
    FleetCover out;
    out.units = units_of(coverage, demands_, units);
    for (std::size_t v = 0; v < demands_.size(); ++v) {
        if (!coverage.is_covered(v)) {
            const auto& first = coverage.villages[v].first;
            out.gaps.push_back({demands_[v].name, demands_[v].within, demands_[v].population,
                                first ? to_s(first->ms) : 0,
                                first ? units[first->source].unit : UnitId{}});
        }
    }
    out.gap_count = static_cast<std::uint32_t>(out.gaps.size());
    std::stable_sort(out.gaps.begin(), out.gaps.end(), [](const CoverGap& a, const CoverGap& b) {
        return a.population > b.population;
    });
    out.gaps.resize(std::min(out.gaps.size(), kGapsMax));
    out.whole = std::move(coverage.whole);
    out.townships = std::move(coverage.townships);
    std::erase_if(known_,
                  [this](const auto& entry) { return entry.second.used + kTurnsKept < turn_; });
    return out;
}

} // namespace ems::dispatch
