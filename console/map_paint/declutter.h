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

// Boxes that are taken, found by place: thousands on one screen.
class TakenBoxes {
  public:
    TakenBoxes(int width_px, int height_px);
    [[nodiscard]] bool is_free(const LabelBox& box) const;
    void take(const LabelBox& box);

  private:
    struct Cells {
        std::size_t left, right, top, bottom;
    };
    [[nodiscard]] Cells cells_of(const LabelBox& box) const;

    std::size_t columns_;
    std::size_t rows_;
    std::vector<std::vector<LabelBox>> cells_;
};

enum class LabelRank : std::uint8_t { selected, incident, moving_unit, standing_unit, site, town, village };

struct LabelRequest {
    LabelRank rank{LabelRank::village};
    std::vector<LabelBox> places; // tried in order
};

// For each request the index of the place taken, or nothing. `taken` holds boxes of symbols already drawn, and the new
// ones afterwards.
std::vector<std::optional<std::size_t>> declutter(std::span<const LabelRequest> requests, TakenBoxes& taken);

} // namespace ems::console
