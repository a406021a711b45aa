// Arithmetic on lines of points.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "map/geo/point.h"
#include "map/geo/projection.h"

namespace ems::map {

[[nodiscard]] double length_m(std::span<const Wgs84> line);

// Foot of the perpendicular from p on the segment a-b, clamped to the segment.
struct Foot {
    double fraction{0}; // 0 at a, 1 at b
    double distance_m{0};
};
[[nodiscard]] Foot foot_on_segment(Metres2 p, Metres2 a, Metres2 b);

// True when the segments a-b and c-d cross or touch.
[[nodiscard]] bool segments_cross(Metres2 a, Metres2 b, Metres2 c, Metres2 d);

// Even-odd rule; the ring may be closed or open. A point on the rim may fall on either side.
[[nodiscard]] bool inside_ring(Wgs84 p, std::span<const Wgs84> ring);

// Douglas-Peucker: keeps the ends and whatever deviates more than tolerance_m from the simpler
// line. Iterative, so a hostile line cannot exhaust the stack.
[[nodiscard]] std::vector<Wgs84> simplify(std::span<const Wgs84> line, double tolerance_m);

// Counter-clockwise convex hull, open ring.
[[nodiscard]] std::vector<Wgs84> convex_hull(std::vector<Wgs84> points);

} // namespace ems::map
