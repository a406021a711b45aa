// What the commands of ems-map read beside the map: points from files and options.
#pragma once

#include <string>
#include <vector>

#include "map/geo/point.h"
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

} // namespace ems::map::app
