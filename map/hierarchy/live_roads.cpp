#include "map/hierarchy/live_roads.h"

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

// The arcs whose times differ; nothing when they are more than kUpdateArcsMax.
std::optional<std::vector<ArcId>> changed_arcs(const Metric& a, const Metric& b) {
    std::vector<ArcId> out;
    const auto of_a = a.arc_ms();
    const auto of_b = b.arc_ms();
    for (ArcId arc = 0; arc < of_a.size(); ++arc) {
        if (of_a[arc] != of_b[arc]) {
            if (out.size() == LiveRoads::kUpdateArcsMax) {
                return std::nullopt;
            }
            out.push_back(arc);
        }
    }
    return out;
}

} // namespace

LiveRoads::LiveRoads(const Hierarchy& hierarchy) : hierarchy_(hierarchy) {
    current_.metric = std::make_shared<const Metric>(hierarchy.graph());
    current_.weights = std::make_shared<HierarchyWeights>(hierarchy);
    current_.weights->customize(*current_.metric);
    now_ = {current_.metric, current_.weights};
}

const RoadsNow& LiveRoads::use(std::shared_ptr<const Metric> metric) {
    EMS_ASSERT(&metric->graph() == &hierarchy_.graph());
    // Held by nobody else: not even a search that began before the last exchange.
    if (spare_.weights == nullptr || spare_.weights.use_count() > 1) {
        spare_ = {current_.metric, std::make_shared<HierarchyWeights>(*current_.weights)};
    }
    // The count is read without order: what the last holder read, on whatever thread, comes before
    // what is written now.
    std::atomic_thread_fence(std::memory_order_acquire);
    if (const auto changed = changed_arcs(*spare_.metric, *metric)) {
        spare_.weights->update(*metric, *changed);
    } else {
        spare_.weights->customize(*metric);
    }
    spare_.metric = std::move(metric);
    std::swap(spare_, current_);
    now_ = {current_.metric, current_.weights};
    return now_;
}

} // namespace ems::map
