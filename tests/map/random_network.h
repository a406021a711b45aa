// Random road networks: a jittered grid with missing streets, one-ways, turn restrictions, loops
// and islands.
#pragma once

#include <random>

#include "map/graph/road_network.h"
#include "map/graph/road_position.h"

namespace ems::map::test {

[[nodiscard]] RoadNetwork random_network(std::mt19937_64& random, std::uint32_t side);
[[nodiscard]] RoadPosition random_position(std::mt19937_64& random, const RoadGraph& graph);

} // namespace ems::map::test
