// A place on the road: on an arc, a share of its length from the tail. Where the piece is open both
// ways the same place lies on the twin at 1 - fraction.
#pragma once

#include "map/graph/road_graph.h"

namespace ems::map {

enum class Facing {
    either, // standing, or direction unknown: may set off both ways at once
    along,  // driving along the arc: setting off the other way costs a turn (kTurnRoundMs)
};

struct RoadPosition {
    ArcId arc{kNoArc};
    double fraction{0}; // 0 at the tail, 1 at the head
    Facing facing{Facing::either};
};

[[nodiscard]] inline bool is_on(const RoadGraph& graph, const RoadPosition& p) {
    return p.arc < graph.arc_count() && p.fraction >= 0.0 && p.fraction <= 1.0;
}

// Length from the tail to the place; part_ms (map/graph/metric.h) is its time.
[[nodiscard]] inline std::uint32_t part_dm(const RoadGraph& graph, ArcId a, double fraction) {
    return static_cast<std::uint32_t>(fraction * static_cast<double>(graph.length_dm(a)) + 0.5);
}

[[nodiscard]] Wgs84 point_of(const RoadGraph& graph, const RoadPosition& p);

} // namespace ems::map
