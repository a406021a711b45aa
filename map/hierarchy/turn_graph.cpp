#include "map/hierarchy/turn_graph.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>
#include <utility>

namespace ems::map {

TurnGraph::TurnGraph(const RoadGraph& graph)
    : graph_(&graph), has_own_(graph.arc_count(), 0), has_own_in_(graph.node_count(), 0) {
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if ((graph.flags(a) & kArcHasBans) != 0) {
            has_own_[a] = 1;
            mark_behind(a);
        }
    }
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (has_own_[a] != 0) {
            own_.push_back(a);
            has_own_in_[graph.head(a)] = 1;
        }
    }
}

TurnVertex TurnGraph::vertex_behind(ArcId a) const {
    if (!has_own_vertex(a)) {
        return graph_->head(a);
    }
    const auto at = std::lower_bound(own_.begin(), own_.end(), a);
    return graph_->node_count() + static_cast<std::uint32_t>(at - own_.begin());
}

// Dijkstra over two-way arcs from those that may follow `banned`, by the least time there and back.
void TurnGraph::mark_behind(ArcId banned) {
    using Open = std::pair<double, ArcId>; // ms, arc
    std::vector<Open> open;
    std::unordered_map<ArcId, double> best;
    const auto reach = [&](double ms, ArcId a) {
        const auto [at, is_new] = best.try_emplace(a, ms);
        if (is_new || ms < at->second) {
            at->second = ms;
            open.emplace_back(ms, a);
            std::push_heap(open.begin(), open.end(), std::greater<>{});
        }
    };
    for (const ArcId a : graph_->out_arcs(graph_->head(banned))) {
        if (graph_->twin(a) != kNoArc && graph_->turn_ms(banned, a) != kForbiddenMs) {
            reach(0, a);
        }
    }
    while (!open.empty()) {
        std::pop_heap(open.begin(), open.end(), std::greater<>{});
        const auto [ms, a] = open.back();
        open.pop_back();
        if (ms > best[a]) {
            continue;
        }
        has_own_[a] = 1;
        for (const ArcId next : graph_->out_arcs(graph_->head(a))) {
            const ArcId back = graph_->twin(next);
            if (back == kNoArc || next == graph_->twin(a) ||
                graph_->turn_ms(a, next) == kForbiddenMs ||
                !graph_->may_follow(back, graph_->twin(a))) {
                continue;
            }
            const double both_ms =
                ms + Metric::kLeastShare * (graph_->travel_ms(next) + graph_->travel_ms(back));
            if (both_ms < kTurnRoundMs) {
                reach(both_ms, next);
            }
        }
    }
}

} // namespace ems::map
