// The tables of map/synth/yanhu, compiled in so that the programs need no file of the source tree.
#pragma once

#include <string_view>

namespace ems::map {
extern const std::string_view kTownshipsCsv;
extern const std::string_view kSitesCsv;
extern const std::string_view kLandmarksCsv;
extern const std::string_view kVillagesCsv;
extern const std::string_view kAreasCsv;
extern const std::string_view kRoadsCsv;
} // namespace ems::map
