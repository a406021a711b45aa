#include "map/hierarchy/unfold.h"

#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

struct Step {
    Rank from;
    Rank to;
};

} // namespace

void unfold(const HierarchyWeights& weights, const Metric& metric, Rank from, Rank to,
            std::vector<ArcId>& out) {
    const Hierarchy& h = weights.hierarchy();
    std::vector<Step> open{{from, to}};
    while (!open.empty()) {
        const Step step = open.back();
        open.pop_back();
        const bool is_up = step.from < step.to;
        const UpArc arc = is_up ? h.find_arc(step.from, step.to) : h.find_arc(step.to, step.from);
        const std::uint32_t whole = is_up ? weights.at(arc).up : weights.at(arc).down;
        bool is_found = false;
        for (const Hierarchy::Edge& edge : h.edges_of(arc)) {
            if ((edge.key & 1U) == (is_up ? 0U : 1U) && !metric.is_closed(edge.arc()) &&
                metric.travel_ms(edge.arc()) + edge.turn_ms() == whole) {
                out.push_back(edge.arc());
                is_found = true;
                break;
            }
        }
        if (is_found) {
            continue;
        }
        h.each_lower_triangle(step.from, step.to, [&](UpArc to_from, UpArc to_to, Rank low) {
            if (weights.at(to_from).down + weights.at(to_to).up != whole) {
                return false;
            }
            open.push_back({low, step.to});
            open.push_back({step.from, low});
            is_found = true;
            return true;
        });
        EMS_ASSERT(is_found);
    }
}

} // namespace ems::map
