// Writing along a line of the map: where each character of a road's name stands. Pure; lengths in
// pixels.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "console/map_paint/declutter.h"
#include "console/map_paint/map_camera.h"

namespace ems::console {

// Middle of a character, and by how much it is turned clockwise, -90..90.
struct CharacterPlace {
    double x{0};
    double y{0};
    double turn_deg{0};
};

enum class Script {
    latin, // turns with the line, reads from left to right
    han,   // on a steep line its characters stand upright, one below the other
};

class ScreenLine {
  public:
    // At least two points; those that fall together are left out.
    explicit ScreenLine(std::span<const ScreenPoint> points);

    [[nodiscard]] double length() const { return from_start_.back(); }
    // Cut to the ends.
    [[nodiscard]] ScreenPoint at(double from_start) const;

    // Characters of the given widths about a place on the line, never upside down; one below the
    // other they take `height` each. Nothing where the line is too short or bends so much that
    // nobody would read it.
    [[nodiscard]] std::optional<std::vector<CharacterPlace>>
    write(double middle, std::span<const double> widths, double height, Script script) const;

  private:
    [[nodiscard]] double course_deg(double from, double to) const;

    std::vector<ScreenPoint> points_;
    std::vector<double> from_start_;
};

// Where a text is repeated on a line: evenly, about every `gap`; at least once when the line is as
// long as the text. It depends on nothing but the line, so a text stays where it is while the map
// is moved.
[[nodiscard]] std::vector<double> repeats(double length, double width, double gap);

} // namespace ems::console
