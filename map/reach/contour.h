// Polygons around the cells of a raster that are within a time, or that one source reaches first:
// marching squares, so rings never cross, and holes are kept.
#pragma once

#include <cstdint>
#include <vector>

#include "map/geo/point.h"
#include "map/reach/reach_field.h"

namespace ems::map {

// Open rings (the first point is not repeated). Outer rings run counter-clockwise, holes clockwise,
// as RFC 7946 wants them.
struct Polygon {
    std::vector<Wgs84> outer;
    std::vector<std::vector<Wgs84>> holes;
};

// Rings are simplified by a quarter of a cell; what is smaller than two cells is left out.
[[nodiscard]] std::vector<Polygon> contour_within(const ReachField& field, std::uint32_t ms);
[[nodiscard]] std::vector<Polygon> contour_of_source(const ReachField& field, std::uint32_t source);

// Even-odd over all rings.
[[nodiscard]] bool contains(const std::vector<Polygon>& area, Wgs84 p);
[[nodiscard]] double area_m2(const Polygon& polygon);

} // namespace ems::map
