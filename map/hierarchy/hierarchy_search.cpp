#include "map/hierarchy/hierarchy_search.h"

#include <algorithm>

namespace ems::map {

HierarchySearch::HierarchySearch(const Hierarchy& hierarchy)
    : hierarchy_(hierarchy), forward_(hierarchy), backward_(hierarchy), departures_(2) {}

Result<Drive> HierarchySearch::run(const HierarchyWeights& weights, const Metric& metric,
                                   const RoadPosition& from, const RoadPosition& to) {
    if (!is_on(hierarchy_.graph(), from) || !is_on(hierarchy_.graph(), to)) {
        return fail(Code::invalid_argument, "a place is not on the road graph");
    }
    search(weights, metric, from, to);
    if (best_.ms >= kSearchLimitMs) {
        return fail(Code::unreachable);
    }
    return Drive{starts_[best_.start], goals_[best_.goal].fraction, arcs(weights, metric),
                 best_.ms};
}

std::optional<std::uint32_t> HierarchySearch::travel_ms(const HierarchyWeights& weights,
                                                        const Metric& metric,
                                                        const RoadPosition& from,
                                                        const RoadPosition& to) {
    if (!is_on(hierarchy_.graph(), from) || !is_on(hierarchy_.graph(), to)) {
        return std::nullopt;
    }
    search(weights, metric, from, to);
    return best_.ms < kSearchLimitMs ? std::optional{best_.ms} : std::nullopt;
}

void HierarchySearch::search(const HierarchyWeights& weights, const Metric& metric,
                             const RoadPosition& from, const RoadPosition& to) {
    starts_ = footholds(hierarchy_.graph(), from);
    goals_ = goal_footholds(hierarchy_.graph(), to);
    best_ = {};
    set_off(metric);
    aim(metric);
    forward_.run<Direction::from_seeds>(weights, best_.ms,
                                        [&](Rank, std::uint32_t) { return best_.ms; });
    backward_.run<Direction::to_seeds>(weights, best_.ms, [&](Rank v, std::uint32_t ms) {
        const std::uint32_t whole_ms = ms + forward_.ms(v);
        if (whole_ms < best_.ms) {
            best_ = {whole_ms, 0, 0, false, Departure::kNoEntry, v};
        }
        return best_.ms;
    });
    if (best_.meeting == kNoRank) {
        return;
    }
    Rank v = best_.meeting;
    while (!forward_.is_seeded(v)) {
        v = forward_.before(v);
    }
    best_.start = seed_of_[forward_.seed_at(v)].first;
    v = best_.meeting;
    while (!backward_.is_seeded(v)) {
        v = backward_.before(v);
    }
    best_.goal = goal_of_[backward_.seed_at(v)];
}

// Seeds the way up from the starts, and finds what needs no hierarchy: a goal ahead on the same arc
// or in the neighbourhood.
void HierarchySearch::set_off(const Metric& metric) {
    forward_.clear();
    seed_of_.clear();
    for (std::uint32_t i = 0; i < starts_.size(); ++i) {
        const Foothold& start = starts_[i];
        const std::uint32_t gone_ms = part_ms(metric, start.arc, start.fraction);
        const std::uint32_t rest_ms = start.extra_ms + metric.drive_off_ms(start.arc) - gone_ms;
        Departure& departure = departures_[i];
        departure.find(hierarchy_, metric, start.arc);
        for (const Departure::Seed& seed : departure.seeds()) {
            forward_.seed(seed.vertex, rest_ms + seed.ms);
            seed_of_.emplace_back(i, seed.entry);
        }
        for (std::uint32_t g = 0; g < goals_.size(); ++g) {
            const Foothold& goal = goals_[g];
            const std::uint32_t into_ms = part_ms(metric, goal.arc, goal.fraction);
            if (start.arc == goal.arc && start.fraction <= goal.fraction) {
                const std::uint32_t ms = start.extra_ms + into_ms - gone_ms;
                if (ms < best_.ms) {
                    best_ = {ms, i, g, true, Departure::kNoEntry, kNoRank};
                }
            }
            for (std::uint32_t e = 0; e < departure.entries().size(); ++e) {
                const Departure::Entry& entry = departure.entries()[e];
                const std::uint32_t ms = rest_ms + entry.ms + into_ms;
                if (entry.arc == goal.arc && ms < best_.ms) {
                    best_ = {ms, i, g, false, e, kNoRank};
                }
            }
        }
    }
}

void HierarchySearch::aim(const Metric& metric) {
    backward_.clear();
    goal_of_.clear();
    for (std::uint32_t g = 0; g < goals_.size(); ++g) {
        const Foothold& goal = goals_[g];
        const std::uint32_t into_ms = part_ms(metric, goal.arc, goal.fraction);
        hierarchy_.turns().each_entry(goal.arc, [&](TurnVertex v, std::uint32_t turn_ms) {
            backward_.seed(hierarchy_.rank_of(v), turn_ms + into_ms);
            goal_of_.push_back(g);
        });
    }
}

std::vector<ArcId> HierarchySearch::arcs(const HierarchyWeights& weights, const Metric& metric) {
    std::vector<ArcId> out{starts_[best_.start].arc};
    if (best_.is_direct) {
        return out;
    }
    if (best_.meeting == kNoRank) {
        add_neighbourhood(best_.start, best_.entry, out);
        return out;
    }
    std::vector<Rank> climb{best_.meeting};
    while (!forward_.is_seeded(climb.back())) {
        climb.push_back(forward_.before(climb.back()));
    }
    add_neighbourhood(best_.start, seed_of_[forward_.seed_at(climb.back())].second, out);
    for (std::size_t i = climb.size() - 1; i > 0; --i) {
        unfolding_.run(weights, metric, climb[i], climb[i - 1], forward_.arc_to(climb[i - 1]), out);
    }
    for (Rank v = best_.meeting; !backward_.is_seeded(v); v = backward_.before(v)) {
        unfolding_.run(weights, metric, v, backward_.before(v), backward_.arc_to(v), out);
    }
    out.push_back(goals_[best_.goal].arc);
    return out;
}

void HierarchySearch::add_neighbourhood(std::uint32_t start, std::uint32_t entry,
                                        std::vector<ArcId>& out) const {
    const auto first = static_cast<std::ptrdiff_t>(out.size());
    const auto& entries = departures_[start].entries();
    for (std::uint32_t e = entry; e != Departure::kNoEntry; e = entries[e].before) {
        out.push_back(entries[e].arc);
    }
    std::reverse(out.begin() + first, out.end());
}

} // namespace ems::map
