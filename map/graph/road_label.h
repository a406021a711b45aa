// The text of a road (RoadGraph::name) taken apart: numbers first, then the name.
//
//   "G209 运城路"        number "G209", name "运城路"
//   "X818;X823"          numbers "X818" and "X823", no name
#pragma once

#include <string_view>

namespace ems::map {

// Views into the text.
struct RoadLabel {
    std::string_view numbers; // with semicolons between, may be empty
    std::string_view name;    // may be empty
    // The first of the numbers.
    [[nodiscard]] std::string_view number() const { return numbers.substr(0, numbers.find(';')); }
};

[[nodiscard]] RoadLabel road_label(std::string_view text);

// True when a person who says `wanted` means the road with this text: one of its numbers, its name,
// or the whole text.
[[nodiscard]] bool is_road_called(std::string_view text, std::string_view wanted);

// True when somebody who says `words` (an address, a caller's sentence) names the road with this
// text: one of its numbers, not as part of a longer one, or its name of at least two characters.
[[nodiscard]] bool names_road(std::string_view words, std::string_view text);

} // namespace ems::map
