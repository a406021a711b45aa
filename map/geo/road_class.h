// Classes of roads, from the fastest down. The numbers are stored in graph and scene files and
// never change.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ems::map {

enum class RoadClass : std::uint8_t {
    expressway = 0, // 高速, motorway
    national = 1,   // 国道, trunk
    provincial = 2, // 省道, primary
    county = 3,     // 县道, secondary
    township = 4,   // 乡道, tertiary
    village = 5,    // 村道, unclassified
    street = 6,     // residential, living street
    service = 7,    // yards, tracks, private ways
    ferry = 8,
};
inline constexpr std::uint8_t kRoadClassCount = 9;

[[nodiscard]] std::string_view road_class_name(RoadClass c);
[[nodiscard]] std::optional<RoadClass> parse_road_class(std::string_view name);

} // namespace ems::map
