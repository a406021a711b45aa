#include "map/route/path_search.h"

#include <algorithm>

namespace ems::map {
namespace {

// Parents at or above this name a way to set off, not an arc.
constexpr std::uint32_t kStartParent = kNoArc - 16;

} // namespace

Result<Drive> PathSearch::run(const Metric& metric, const RoadPosition& from,
                              const RoadPosition& to) {
    if (!is_on(graph_, from) || !is_on(graph_, to)) {
        return fail(Code::invalid_argument, "a place is not on the road graph");
    }
    metric_ = &metric;
    const Footholds starts = footholds(graph_, from);
    const std::optional<End> end = search(starts, goal_footholds(graph_, to));
    if (!end) {
        return fail(Code::unreachable);
    }
    if (end->is_direct) {
        return Drive{end->start, end->goal.fraction, {end->start.arc}, end->ms};
    }
    std::vector<ArcId> arcs = arcs_to(*end, starts);
    const Foothold& start = *std::find_if(starts.begin(), starts.end(),
                                          [&](const Foothold& s) { return s.arc == arcs.front(); });
    return Drive{start, end->goal.fraction, std::move(arcs), end->ms};
}

// A closed arc is entered to come to a goal on it and for nothing else.
bool PathSearch::may_enter(ArcId a, const Footholds& goals) const {
    return !metric_->is_closed(a) ||
           std::any_of(goals.begin(), goals.end(), [a](const Foothold& g) { return g.arc == a; });
}

void PathSearch::set_off(const Footholds& starts, const Footholds& goals) {
    for (std::uint32_t i = 0; i < starts.size(); ++i) {
        const Foothold& s = starts[i];
        const std::uint32_t rest_ms =
            s.extra_ms + metric_->drive_off_ms(s.arc) - part_ms(*metric_, s.arc, s.fraction);
        for (const ArcId next : graph_.out_arcs(graph_.head(s.arc))) {
            const std::uint32_t turn_ms = graph_.turn_ms(s.arc, next);
            if (turn_ms != kForbiddenMs && may_enter(next, goals)) {
                space_.improve(next, rest_ms + turn_ms, 0, kStartParent + i);
            }
        }
    }
}

// Labels hold the time at which an arc is entered.
std::optional<PathSearch::End> PathSearch::search(const Footholds& starts, const Footholds& goals) {
    space_.start();
    End best;
    for (const Foothold& s : starts) {
        for (const Foothold& g : goals) {
            if (s.arc == g.arc && s.fraction <= g.fraction) {
                const std::uint32_t ms = s.extra_ms + part_ms(*metric_, g.arc, g.fraction) -
                                         part_ms(*metric_, s.arc, s.fraction);
                if (ms < best.ms) {
                    best = {ms, s, g, true};
                }
            }
        }
    }
    set_off(starts, goals);
    SearchSpace::Open open;
    while (space_.settle(open) && open.ms < std::min(best.ms, kSearchLimitMs)) {
        for (const Foothold& g : goals) {
            const std::uint32_t ms = open.ms + part_ms(*metric_, g.arc, g.fraction);
            if (g.arc == open.arc && ms < best.ms) {
                best = {ms, {}, g, false};
            }
        }
        if (metric_->is_closed(open.arc)) {
            continue; // a goal's: nobody drives through
        }
        const std::uint32_t left_ms = open.ms + metric_->travel_ms(open.arc);
        for (const ArcId next : graph_.out_arcs(graph_.head(open.arc))) {
            const std::uint32_t turn_ms = graph_.turn_ms(open.arc, next);
            if (turn_ms != kForbiddenMs && may_enter(next, goals)) {
                space_.improve(next, left_ms + turn_ms, 0, open.arc);
            }
        }
    }
    if (best.ms == kForbiddenMs) {
        return std::nullopt;
    }
    return best;
}

std::vector<ArcId> PathSearch::arcs_to(const End& end, const Footholds& starts) const {
    std::vector<ArcId> arcs;
    std::uint32_t at = end.goal.arc;
    while (at < kStartParent) {
        arcs.push_back(at);
        at = space_.parent(at);
    }
    arcs.push_back(starts[at - kStartParent].arc);
    std::reverse(arcs.begin(), arcs.end());
    return arcs;
}

} // namespace ems::map
