// Courses of roads where they meet.
#pragma once

#include <span>

#include "map/graph/road_graph.h"

namespace ems::map {

// -180..180, right is positive.
[[nodiscard]] double course_difference(double to_deg, double from_deg);
// Over the first stretch of a line of at least two points: short enough to be the turn, long enough
// not to be the kerb.
[[nodiscard]] double course_over(std::span<const Wgs84> points);
// Of an arc as it is entered, and as its end is reached.
[[nodiscard]] double course_out(const RoadGraph& graph, ArcId arc);
[[nodiscard]] double course_in(const RoadGraph& graph, ArcId arc);

} // namespace ems::map
