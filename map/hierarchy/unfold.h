// From arcs of the hierarchy back to arcs of the road graph.
#pragma once

#include <vector>

#include "map/hierarchy/hierarchy_weights.h"

namespace ems::map {

// Keeps its arrays between ways.
class Unfolding {
  public:
    // Appends the arcs of the road graph that are driven from a vertex to a neighbour in the
    // hierarchy over the up arc between the two, in order. `weights` are customized for `metric`;
    // the way takes less than kNeverMs.
    void run(const HierarchyWeights& weights, const Metric& metric, Rank from, Rank to, UpArc arc,
             std::vector<ArcId>& out);

  private:
    struct Step {
        Rank from{0};
        Rank to{0};
        UpArc arc{0}; // between the two
    };
    static ArcId find_edge(const HierarchyWeights& weights, const Metric& metric, const Step& step);
    static ArcId quickest_edge(const HierarchyWeights& weights, const Metric& metric,
                               const Step& step);

    std::vector<Step> open_;
};

} // namespace ems::map
