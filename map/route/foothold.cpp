#include "map/route/foothold.h"

namespace ems::map {

std::vector<Foothold> footholds(const RoadGraph& graph, const RoadPosition& p) {
    if (!is_on(graph, p)) {
        return {};
    }
    std::vector<Foothold> out{{p.arc, p.fraction, 0}};
    if (const ArcId twin = graph.twin(p.arc); twin != kNoArc) {
        out.push_back({twin, 1.0 - p.fraction, p.facing == Facing::along ? kTurnRoundMs : 0});
    }
    return out;
}

bool has_road(const Metric& metric, const RoadPosition& from, const RoadPosition& to) {
    const RoadGraph& graph = metric.graph();
    const std::vector<Foothold> goals = footholds(graph, to);
    for (const Foothold& at : footholds(graph, from)) {
        for (const Foothold& goal : goals) {
            if (at.arc == goal.arc && at.fraction <= goal.fraction) {
                return true;
            }
            if (metric.is_closed(goal.arc)) {
                continue;
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
