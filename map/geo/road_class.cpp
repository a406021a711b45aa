#include "map/geo/road_class.h"

#include <array>

namespace ems::map {
namespace {
constexpr std::array<std::string_view, kRoadClassCount> kNames{
    "expressway", "national", "provincial", "county", "township",
    "village",    "street",   "service",    "ferry"};
}

std::string_view road_class_name(RoadClass c) {
    const auto i = static_cast<std::size_t>(c);
    return i < kNames.size() ? kNames[i] : "unknown";
}

std::optional<RoadClass> parse_road_class(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) {
            return static_cast<RoadClass>(i);
        }
    }
    return std::nullopt;
}

} // namespace ems::map
