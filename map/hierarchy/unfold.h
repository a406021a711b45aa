// From arcs of the hierarchy back to arcs of the road graph.
#pragma once

#include <vector>

#include "map/hierarchy/hierarchy_weights.h"

namespace ems::map {

// Unfolds the steps of a way all at once, round by round, so that what the memory has to fetch for
// one step is fetched while others are worked on. Keeps its arrays between ways.
class Unfolding {
  public:
    void clear() { steps_.clear(); }
    // The way goes on from a vertex to a neighbour in the hierarchy.
    void add(const Hierarchy& hierarchy, Rank from, Rank to);
    // Appends the arcs of the whole way in order. `weights` are customized for `metric`; every step
    // takes less than kNeverMs.
    void run(const HierarchyWeights& weights, const Metric& metric, std::vector<ArcId>& out);

  private:
    struct Step {
        Rank from{0};
        Rank to{0};
        UpArc arc{0}; // between the two; when done (from == to) the arc of the road graph
    };
    void replace(const HierarchyWeights& weights, const Metric& metric, const Step& step);

    std::vector<Step> steps_;
    std::vector<Step> next_;
    bool is_done_{false};
};

} // namespace ems::map
