// Which labels of a map are drawn: in order of rank, each at the first of its places that overlaps nothing drawn before.
// Labels are dropped, symbols never. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ems::console {

struct LabelBox {
    double x{0};
    double y{0};
    double width{0};
    double height{0};
    [[nodiscard]] bool overlaps(const LabelBox& o) const {
        return x < o.x + o.width && o.x < x + width && y < o.y + o.height && o.y < y + height;
    }
};

// Boxes that are taken, found by place: thousands on one screen. Among so many most questions end at the first of a grid of points
// that lies inside both the box asked for and one that is taken.
class TakenBoxes {
  public:
    TakenBoxes(int width_px, int height_px) { begin(width_px, height_px); }
    // Nothing is taken any more.
    void begin(int width_px, int height_px);
    [[nodiscard]] bool is_free(const LabelBox& box) const;
    void take(const LabelBox& box);

  private:
    struct Cells {
        std::size_t left, right, top, bottom;
    };
    [[nodiscard]] Cells cells_of(const LabelBox& box) const;
    // The points inside a box: from, and up to but not with.
    struct Points {
        std::size_t left, right, top, bottom;
    };
    [[nodiscard]] Points points_of(const LabelBox& box) const;

    std::size_t columns_{1};
    std::size_t rows_{1};
    std::vector<std::vector<LabelBox>> cells_;
    std::size_t point_columns_{1};
    std::size_t point_rows_{1};
    std::size_t words_{1}; // of a row of points, a bit each
    std::vector<std::uint64_t> points_;
};

enum class LabelRank : std::uint8_t { selected, incident, moving_unit, standing_unit, site, town, village };

struct LabelRequest {
    LabelRank rank{LabelRank::village};
    std::vector<LabelBox> places; // tried in order
};

// For each request the index of the place taken, or nothing. `taken` holds boxes of symbols already drawn, and the new
// ones afterwards.
std::vector<std::optional<std::size_t>> declutter(std::span<const LabelRequest> requests, TakenBoxes& taken);

// From a label that stands away from what it names to it, ending short of the symbol; nothing where it stands beside it.
struct LeaderLine {
    double from_x;
    double from_y;
    double to_x;
    double to_y;
};
[[nodiscard]] std::optional<LeaderLine> leader_line(const LabelBox& box, double anchor_x, double anchor_y, double reach);

} // namespace ems::console
