// From arcs of the hierarchy back to arcs of the road graph.
#pragma once

#include <vector>

#include "map/hierarchy/hierarchy_weights.h"

namespace ems::map {

// Appends the arcs driven from one vertex to a neighbour in the hierarchy, in order. `weights` are
// customized for `metric`, and the way between the two is shorter than kNeverMs.
void unfold(const HierarchyWeights& weights, const Metric& metric, Rank from, Rank to,
            std::vector<ArcId>& out);

} // namespace ems::map
