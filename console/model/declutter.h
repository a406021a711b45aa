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

enum class LabelRank : std::uint8_t { selected, incident, moving_unit, standing_unit, site, town, village };

struct LabelRequest {
    LabelRank rank{LabelRank::village};
    std::vector<LabelBox> places; // tried in order
};

// For each request the index of the place taken, or nothing. `taken` holds boxes of symbols already drawn.
std::vector<std::optional<std::size_t>> declutter(std::span<const LabelRequest> requests,
                                                  std::span<const LabelBox> taken);

} // namespace ems::console
