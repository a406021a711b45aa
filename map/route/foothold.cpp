#include "map/route/foothold.h"

namespace ems::map {

Footholds footholds(const RoadGraph& graph, const RoadPosition& p) {
    Footholds out;
    if (!is_on(graph, p)) {
        return out;
    }
    out.add({p.arc, p.fraction, 0});
    if (const ArcId twin = graph.twin(p.arc); twin != kNoArc) {
        out.add({twin, 1.0 - p.fraction, p.facing == Facing::along ? kTurnRoundMs : 0});
    }
    return out;
}

Footholds goal_footholds(const RoadGraph& graph, const RoadPosition& p) {
    Footholds out;
    if (!is_on(graph, p)) {
        return out;
    }
    const auto add = [&](ArcId arc, double fraction) {
        out.add({arc, fraction, 0});
        for (const ArcId copy : graph.copies(arc)) {
            out.add({copy, fraction, 0});
        }
    };
    add(graph.original(p.arc), p.fraction);
    if (const ArcId twin = graph.twin(p.arc); twin != kNoArc) {
        add(twin, 1.0 - p.fraction);
    }
    return out;
}

bool has_road(const Metric& metric, const RoadPosition& from, const RoadPosition& to) {
    return has_road(metric, footholds(metric.graph(), from), goal_footholds(metric.graph(), to));
}

namespace {

// From the end of `from` to the end of `to`, which is open.
bool leads_through(const Metric& metric, ArcId from, ArcId to) {
    // Quick and nearly always the answer; some arc behind `from` leads on, as it is another.
    if (from != to && metric.is_joined_by_main(from, to)) {
        return true;
    }
    const RoadGraph& graph = metric.graph();
    for (const ArcId next : graph.out_arcs(graph.head(from))) {
        if (!metric.is_closed(next) && graph.turn_ms(from, next) != kForbiddenMs &&
            metric.can_reach(next, to)) {
            return true;
        }
    }
    return false;
}

// From the end of `from` into `to`, which may be closed.
bool leads_into(const Metric& metric, ArcId from, ArcId to) {
    if (!metric.is_closed(to)) {
        return leads_through(metric, from, to);
    }
    const RoadGraph& graph = metric.graph();
    for (const ArcId before : graph.in_arcs(graph.tail(to))) {
        if (graph.turn_ms(before, to) != kForbiddenMs &&
            (before == from ||
             (!metric.is_closed(before) && leads_through(metric, from, before)))) {
            return true;
        }
    }
    return false;
}

} // namespace

bool has_road(const Metric& metric, const Footholds& from, const Footholds& to) {
    for (const Foothold& at : from) {
        for (const Foothold& goal : to) {
            if ((at.arc == goal.arc && at.fraction <= goal.fraction) ||
                leads_into(metric, at.arc, goal.arc)) {
                return true;
            }
        }
    }
    return false;
}

} // namespace ems::map
