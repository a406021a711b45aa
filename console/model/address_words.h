// What is read out of an address as a caller says it: the village behind its township, and the way from a named place
// ("小学西 300 米"). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "console/map_paint/map_camera.h"

namespace ems::console {

// "解州镇 郊斜村 三组" without the township in front: of an address that has no room the village is what tells cases apart.
// The whole where no township stands in front, or nothing behind it.
[[nodiscard]] std::string_view without_township(std::string_view address);

// So far, that way, as it stands in a text.
struct SaidWay {
    double course_deg{0}; // clockwise from north
    double distance_m{0};
    std::size_t from{0}; // bytes of the text it takes
    std::size_t to{0};
};
inline constexpr double kSaidWayMaxM = 20'000;

// The first of "西 300 米", "西北约1.2公里", "东边 2 里", "NW 300 m" (Latin letters only as a word of their own).
[[nodiscard]] std::optional<SaidWay> said_way(std::string_view text);
// Whether what stands between a place's name and the way from it belongs to neither: spaces, "村", "的", "往".
[[nodiscard]] bool is_joint(std::string_view between);
// The way that is said right behind this name in the address; nothing where a landmark stands between them.
[[nodiscard]] std::optional<SaidWay> way_from(std::string_view address, std::string_view name);
[[nodiscard]] GeoPoint gone(GeoPoint from, const SaidWay& way);

} // namespace ems::console
