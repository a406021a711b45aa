// What the commands of ems-map read beside the map: points from files and options, GeoJSON areas.
#pragma once

#include <string>
#include <vector>

#include "map/geo/point.h"
#include "map/reach/contour.h"
#include "telemetry/base/result.h"

namespace ems::map::app {

struct NamedPoint {
    std::string name;
    Wgs84 at;
};

// CSV with the header id,lat,lon; further columns are left alone. At most 100,000 rows, at least
// one, names not empty. The error names file and row.
[[nodiscard]] Result<std::vector<NamedPoint>> read_points_csv(const std::string& path);
[[nodiscard]] Result<std::vector<NamedPoint>> parse_points_csv(std::string_view csv,
                                                               const std::string& file);
// "LAT,LON" or "NAME=LAT,LON"; without a name the text itself is the name. `option` is named in the
// error.
[[nodiscard]] Result<NamedPoint> parse_named_point(const std::string& text, const char* option);
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

// A Polygon or MultiPolygon feature with the property "station".
struct StationArea {
    std::string station;
    std::vector<Polygon> area;
};
// A FeatureCollection. Features without a "station" (gaps, notes) are left alone; an area that is
// not a ring of at least three valid points is an error that names the feature.
[[nodiscard]] Result<std::vector<StationArea>> parse_station_areas(std::string_view geojson,
                                                                   const std::string& file);

} // namespace ems::map::app
