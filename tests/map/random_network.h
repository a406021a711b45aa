// Random road networks: a jittered grid with missing streets, one-ways, turn restrictions, loops
// and islands.
#pragma once

#include <random>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_network.h"
#include "map/graph/road_position.h"

namespace ems::map::test {

[[nodiscard]] RoadNetwork random_network(std::mt19937_64& random, std::uint32_t side,
                                         double block_m = 300);
// `count` live weights: closures of one direction or both, slower and faster arcs.
[[nodiscard]] std::vector<ArcWeight> random_weights(std::mt19937_64& random, const RoadGraph& graph,
                                                    std::uint32_t count);
[[nodiscard]] RoadPosition random_position(std::mt19937_64& random, const RoadGraph& graph);

} // namespace ems::map::test
