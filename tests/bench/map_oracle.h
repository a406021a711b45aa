// Accelerated answers against plain Dijkstra.
#pragma once

#include <cstdint>
#include <random>

#include "map/graph/road_graph.h"

namespace ems::map::bench {

// Routes and fleets on one graph, `queries` of each a round, under random weights laid over each
// other round by round; how many answers differ.
[[nodiscard]] std::uint32_t count_mismatches(const RoadGraph& graph, std::mt19937_64& random,
                                             int rounds, int queries);

} // namespace ems::map::bench
