#include "map/hierarchy/unfold.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::map {

void Unfolding::run(const HierarchyWeights& weights, const Metric& metric, Rank from, Rank to,
                    UpArc arc, std::vector<ArcId>& out) {
    const Hierarchy& h = weights.hierarchy();
    open_.assign(1, {from, to, arc});
    while (!open_.empty()) {
        const Step step = open_.back();
        open_.pop_back();
        const HierarchyWeights::Via& via = weights.via(step.arc);
        const Rank low = step.from < step.to ? via.up : via.down;
        if (low == kNoRank) {
            out.push_back(find_edge(weights, metric, step));
            continue;
        }
        // Both ends are higher neighbours of `low`, in one rising row.
        const auto heads = h.up_heads(low);
        const auto near =
            std::lower_bound(heads.begin(), heads.end(), std::min(step.from, step.to));
        const auto far = std::lower_bound(near, heads.end(), std::max(step.from, step.to));
        const UpArc to_near = h.up_first(low) + static_cast<UpArc>(near - heads.begin());
        const UpArc to_far = h.up_first(low) + static_cast<UpArc>(far - heads.begin());
        const bool is_up = step.from < step.to;
        open_.push_back({low, step.to, is_up ? to_far : to_near});
        open_.push_back({step.from, low, is_up ? to_near : to_far});
    }
}

// The arc of the road graph that takes the step's time. Mostly it is the only one, and no time has
// to be looked up.
ArcId Unfolding::find_edge(const HierarchyWeights& weights, const Metric& metric,
                           const Step& step) {
    const bool is_up = step.from < step.to;
    const Hierarchy::Edge* found = nullptr;
    for (const Hierarchy::Edge& edge : weights.hierarchy().edges_of(step.arc)) {
        if ((edge.key & 1U) != (is_up ? 0U : 1U)) {
            continue;
        }
        if (found != nullptr) {
            return quickest_edge(weights, metric, step);
        }
        found = &edge;
    }
    EMS_ASSERT(found != nullptr);
    return found->arc();
}

ArcId Unfolding::quickest_edge(const HierarchyWeights& weights, const Metric& metric,
                               const Step& step) {
    const bool is_up = step.from < step.to;
    const std::uint32_t whole = is_up ? weights.at(step.arc).up : weights.at(step.arc).down;
    const auto edges = weights.hierarchy().edges_of(step.arc);
    const auto found = std::find_if(edges.begin(), edges.end(), [&](const Hierarchy::Edge& e) {
        return (e.key & 1U) == (is_up ? 0U : 1U) && !metric.is_closed(e.arc()) &&
               metric.travel_ms(e.arc()) + e.turn_ms() == whole;
    });
    EMS_ASSERT(found != edges.end());
    return found->arc();
}

} // namespace ems::map
