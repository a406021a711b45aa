// Which arcs can reach which: the largest strongly connected part of the graph of turns.
#pragma once

#include <cstdint>
#include <vector>

#include "map/graph/road_graph.h"

namespace ems::map {

// For each arc the bits kArcMain, kArcReachesMain and kArcFromMain. O(arcs + turns).
[[nodiscard]] std::vector<std::uint8_t> find_main_part(const RoadGraph& graph);

// True when a vehicle that has entered `from` can come to the start of `to` (or from == to). Exact;
// uses the bits above, so it walks only arcs outside the main part.
[[nodiscard]] bool can_reach(const RoadGraph& graph, ArcId from, ArcId to);

} // namespace ems::map
