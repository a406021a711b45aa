// Which arcs can reach which: the largest strongly connected part of the graph of turns. Arcs whose
// time is kForbiddenMs are closed: they belong to no part and nothing leads over them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/graph/road_graph.h"

namespace ems::map {

// For each arc the bits kArcMain, kArcReachesMain and kArcFromMain. O(arcs + turns).
[[nodiscard]] std::vector<std::uint8_t> find_main_part(const RoadGraph& graph,
                                                       std::span<const std::uint32_t> arc_ms);

// True when a vehicle that has entered `from` can come to the start of `to` (or from == to); both
// are open. Exact; `parts` are the bits above, so it walks only arcs outside the main part.
[[nodiscard]] bool can_reach(const RoadGraph& graph, std::span<const std::uint32_t> arc_ms,
                             std::span<const std::uint8_t> parts, ArcId from, ArcId to);

// True when the graph's own parts are proven to hold for the open arcs still: whoever drove through
// `closed` (all closed arcs, rising) finds another way near by. False when a way is missing or was
// not found soon; find_main_part says then what holds.
[[nodiscard]] bool closures_leave_parts(const RoadGraph& graph,
                                        std::span<const std::uint32_t> arc_ms,
                                        std::span<const ArcId> closed);

} // namespace ems::map
