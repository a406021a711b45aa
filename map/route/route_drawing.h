// From the arcs of a way to what a map and an instruction need.
#pragma once

#include <vector>

#include "map/graph/metric.h"
#include "map/route/foothold.h"
#include "map/route/router.h"

namespace ems::map {

// A way as a search finds it.
struct Drive {
    Foothold start;
    double goal_fraction{0};   // on the last arc
    std::vector<ArcId> arcs;   // at least one; the first is start.arc
    std::uint32_t total_ms{0}; // with start.extra_ms and every turn
};

[[nodiscard]] Route draw_route(const Metric& metric, const Drive& drive);

} // namespace ems::map
