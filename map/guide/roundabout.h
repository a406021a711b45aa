// Roundabouts on a route: which exit is taken, counted as a driver counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "map/graph/road_graph.h"

namespace ems::map {

// Exits are roads that may be entered from the ring, in the order in which they are passed; the one
// beside the entry is the last. Where several leave at one place, and on a mini-roundabout, that is
// from the outer side of the entry: from the right where one drives round anticlockwise.
struct RoundaboutPass {
    std::size_t last{
        0}; // index of the arc it is left by; of the last arc when the route ends in it
    std::uint32_t exit{0}; // 0 when the route ends in it
    bool is_begun_inside{false};
    bool is_said{true}; // false where there is no choice
};

// When the route comes into one between arcs[at - 1] and arcs[at], or goes on there in the one that
// it began in. `arcs` are originals.
[[nodiscard]] std::optional<RoundaboutPass>
roundabout_at(const RoadGraph& graph, std::span<const ArcId> arcs, std::size_t at);

} // namespace ems::map
