// The ways to set off from, or to arrive at, a place: its arc and, where there is one, the twin.
#pragma once

#include <cstdint>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_position.h"

namespace ems::map {

struct Foothold {
    ArcId arc{kNoArc};
    double fraction{0};
    std::uint32_t extra_ms{0}; // of turning round first; for setting off only
};

// Empty for a place that is not on the graph.
[[nodiscard]] std::vector<Foothold> footholds(const RoadGraph& graph, const RoadPosition& p);

// True when some way leads from one place to the other, however long.
[[nodiscard]] bool has_road(const Metric& metric, const RoadPosition& from, const RoadPosition& to);

} // namespace ems::map
