// The metric in force with the hierarchy's times for it, exchanged as one.
#pragma once

#include <memory>

#include "map/graph/metric.h"
#include "map/hierarchy/hierarchy_weights.h"

namespace ems::map {

// What a search needs; whoever holds a copy keeps both as they are.
struct RoadsNow {
    std::shared_ptr<const Metric> metric;
    std::shared_ptr<const HierarchyWeights> weights; // customized for `metric`
};

// One thread, its owner's, calls use() and now(). A search on another thread is handed a copy of
// now() by it, which stays as it is whatever use() does meanwhile. The times of a new metric are
// worked out in a spare set, the old one becomes the spare of the next turn once nobody holds it.
class LiveRoads {
  public:
    // Beyond so many changed arcs everything is customized anew.
    static constexpr std::size_t kUpdateArcsMax = 2'000;

    // Starts with the profile. `hierarchy` must outlive it.
    explicit LiveRoads(const Hierarchy& hierarchy);

    [[nodiscard]] const RoadsNow& now() const { return now_; }
    // `metric` is of the hierarchy's graph. After a few changes (a closure entered) the cost is a
    // comparison of the times and a partial customization.
    const RoadsNow& use(std::shared_ptr<const Metric> metric);

  private:
    struct Spare {
        std::shared_ptr<const Metric> metric;
        std::shared_ptr<HierarchyWeights> weights;
    };
    const Hierarchy& hierarchy_;
    RoadsNow now_;
    Spare current_; // behind now_
    Spare spare_;
};

} // namespace ems::map
