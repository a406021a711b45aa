// map/import/readings.csv and polyphones.csv, compiled in so that the programs need no file of the
// source tree.
#pragma once

#include <string_view>

namespace ems::map {
extern const std::string_view kReadingsCsv;
extern const std::string_view kPolyphonesCsv;
} // namespace ems::map
