#include "map/hierarchy/unfold.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::map {

void Unfolding::add(const Hierarchy& hierarchy, Rank from, Rank to) {
    steps_.push_back({from, to, hierarchy.find_arc(std::min(from, to), std::max(from, to))});
}

void Unfolding::run(const HierarchyWeights& weights, const Metric& metric,
                    std::vector<ArcId>& out) {
    constexpr std::size_t kAhead = 4; // steps
    const Hierarchy& h = weights.hierarchy();
    for (is_done_ = false; !is_done_;) {
        is_done_ = true;
        next_.clear();
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (i + kAhead < steps_.size() && steps_[i + kAhead].from != steps_[i + kAhead].to) {
                const Step& ahead = steps_[i + kAhead];
                h.prefetch(ahead.from, ahead.to, ahead.arc);
            }
            if (steps_[i].from == steps_[i].to) {
                next_.push_back(steps_[i]);
            } else {
                replace(weights, metric, steps_[i]);
            }
        }
        steps_.swap(next_);
    }
    for (const Step& step : steps_) {
        out.push_back(step.arc);
    }
}

void Unfolding::replace(const HierarchyWeights& weights, const Metric& metric, const Step& step) {
    const Hierarchy& h = weights.hierarchy();
    const bool is_up = step.from < step.to;
    const std::uint32_t whole = is_up ? weights.at(step.arc).up : weights.at(step.arc).down;
    for (const Hierarchy::Edge& edge : h.edges_of(step.arc)) {
        if ((edge.key & 1U) == (is_up ? 0U : 1U) && !metric.is_closed(edge.arc()) &&
            metric.travel_ms(edge.arc()) + edge.turn_ms() == whole) {
            next_.push_back({0, 0, edge.arc()});
            return;
        }
    }
    bool is_found = false;
    h.each_lower_triangle(step.from, step.to, [&](UpArc to_from, UpArc to_to, Rank low) {
        if (weights.at(to_from).down + weights.at(to_to).up != whole) {
            return false;
        }
        next_.push_back({step.from, low, to_from});
        next_.push_back({low, step.to, to_to});
        is_found = true;
        return true;
    });
    EMS_ASSERT(is_found);
    is_done_ = false;
}

} // namespace ems::map
