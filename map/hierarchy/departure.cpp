#include "map/hierarchy/departure.h"

#include <algorithm>
#include <functional>

namespace ems::map {

void Departure::find(const Hierarchy& hierarchy, const Metric& metric, ArcId arc) {
    entries_.clear();
    both_ms_.clear();
    is_settled_.clear();
    seeds_.clear();
    open_.clear();
    const RoadGraph& graph = hierarchy.graph();
    const auto vertex = [&hierarchy](ArcId a) {
        return hierarchy.rank_of(hierarchy.turns().vertex_behind(a));
    };
    if (graph.twin(arc) == kNoArc) {
        seeds_.push_back({vertex(arc), 0, kNoEntry});
        return;
    }
    enter(metric, arc, 0, 0, kNoEntry);
    while (!open_.empty()) {
        std::pop_heap(open_.begin(), open_.end(), std::greater<>{});
        const Open next = open_.back();
        open_.pop_back();
        if (is_settled_[next.entry] != 0 || entries_[next.entry].ms != next.ms) {
            continue;
        }
        is_settled_[next.entry] = 1;
        const ArcId a = entries_[next.entry].arc;
        if (metric.is_closed(a)) {
            continue; // entered by whoever has a goal on it, never driven through
        }
        const std::uint32_t left_ms = next.ms + metric.travel_ms(a);
        if (both_ms_[next.entry] >= kTurnRoundMs) {
            seeds_.push_back({vertex(a), left_ms, next.entry});
        } else {
            enter(metric, a, left_ms, both_ms_[next.entry], next.entry);
        }
    }
}

void Departure::enter(const Metric& metric, ArcId from, std::uint32_t from_ms,
                      std::uint32_t from_both_ms, std::uint32_t before) {
    const RoadGraph& graph = metric.graph();
    for (const ArcId next : graph.out_arcs(graph.head(from))) {
        const std::uint32_t turn_ms = graph.turn_ms(from, next);
        if (turn_ms == kForbiddenMs) {
            continue;
        }
        const std::uint32_t ms = from_ms + turn_ms;
        const ArcId back = graph.twin(next);
        // One that has turned round, or cannot come back over this arc, has paid or needs not.
        const bool can_return = back != kNoArc && back != graph.original(from) &&
                                !metric.is_closed(back) && !metric.is_closed(next);
        const std::uint32_t both_ms =
            can_return ? std::min(kTurnRoundMs,
                                  from_both_ms + metric.travel_ms(next) + metric.travel_ms(back))
                       : kTurnRoundMs;
        // Few arcs lie within kTurnRoundMs: a walk over them is the quickest search.
        const auto known = std::find_if(entries_.begin(), entries_.end(),
                                        [next](const Entry& e) { return e.arc == next; });
        const auto at = static_cast<std::uint32_t>(known - entries_.begin());
        if (known == entries_.end()) {
            entries_.push_back({next, ms, before});
            both_ms_.push_back(both_ms);
            is_settled_.push_back(0);
        } else if (ms < known->ms && is_settled_[at] == 0) {
            *known = {next, ms, before};
            both_ms_[at] = both_ms;
        } else {
            continue;
        }
        open_.push_back({ms, at});
        std::push_heap(open_.begin(), open_.end(), std::greater<>{});
    }
}

} // namespace ems::map
