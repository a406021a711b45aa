// Zones of stations as people draw and keep them: GeoJSON (RFC 7946), as `ems-map zones --json`
// writes it and a map editor saves it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "map/reach/contour.h"
#include "telemetry/base/result.h"

namespace ems::map {

// A Polygon or MultiPolygon feature with the property "station".
struct StationArea {
    std::string station;
    std::vector<Polygon> area;
};
// A FeatureCollection. Features without a "station" (gaps, notes) are left alone; an area that is
// not a ring of at least three valid points, longitude first, is an error (corrupt) that names the
// feature.
[[nodiscard]] Result<std::vector<StationArea>> parse_station_areas(std::string_view geojson,
                                                                   const std::string& file);

} // namespace ems::map
