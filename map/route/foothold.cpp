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

bool has_road(const Metric& metric, const Footholds& from, const Footholds& to) {
    const RoadGraph& graph = metric.graph();
    for (const Foothold& at : from) {
        for (const Foothold& goal : to) {
            if (at.arc == goal.arc && at.fraction <= goal.fraction) {
                return true;
            }
            if (metric.is_closed(goal.arc)) {
                continue;
            }
            // Quick and nearly always the answer; some arc behind `at` leads on, as it is another.
            if (at.arc != goal.arc && metric.is_joined_by_main(at.arc, goal.arc)) {
                return true;
            }
            for (const ArcId next : graph.out_arcs(graph.head(at.arc))) {
                if (!metric.is_closed(next) && graph.turn_ms(at.arc, next) != kForbiddenMs &&
                    metric.can_reach(next, goal.arc)) {
                    return true;
                }
            }
        }
    }
    return false;
}

} // namespace ems::map
