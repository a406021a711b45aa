// Static index of boxes on a regular grid: which items may lie near a point. Values only; reading
// is thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/geo/point.h"

namespace ems::map {

struct BoxE7 {
    PointE7 low{INT32_MAX, INT32_MAX};
    PointE7 high{INT32_MIN, INT32_MIN};
    void add(PointE7 p);
    [[nodiscard]] bool is_empty() const { return low.lat_e7 > high.lat_e7; }
    [[nodiscard]] bool overlaps(const BoxE7& other) const;
};

class GridIndex {
  public:
    GridIndex() = default;
    // cell_m: wished width of a cell; widened so that there are never more than four million cells.
    // A box that covers very many cells stands in a list of its own instead, so what is held is at
    // most sixteen numbers an item (or sixteen million), whatever the boxes are. Fewer than 2^32
    // items.
    GridIndex(std::span<const BoxE7> items, double cell_m);

    // Calls visit(item) for items whose cells overlap the box; one item may come several times.
    template <class Visit> void visit(const BoxE7& box, Visit&& visit) const {
        const Range r = cells_of(box);
        for (std::uint32_t row = r.row_first; row < r.row_end; ++row) {
            for (std::uint32_t col = r.col_first; col < r.col_end; ++col) {
                const std::size_t cell = std::size_t{row} * cols_ + col;
                for (std::uint32_t i = first_[cell]; i < first_[cell + 1]; ++i) {
                    visit(items_[i]);
                }
            }
        }
        for (const Wide& wide : wide_) {
            if (wide.box.overlaps(box)) {
                visit(wide.item);
            }
        }
    }
    [[nodiscard]] const BoxE7& bounds() const { return bounds_; }
    // Numbers held, for a test of the bound above.
    [[nodiscard]] std::size_t entry_count() const { return items_.size() + wide_.size(); }

  private:
    struct Range {
        std::uint32_t row_first{0}, row_end{0}, col_first{0}, col_end{0};
    };
    static std::uint64_t cells_in(const Range& r) {
        return std::uint64_t{r.row_end - r.row_first} * (r.col_end - r.col_first);
    }
    struct Wide {
        BoxE7 box;
        std::uint32_t item{0};
    };
    [[nodiscard]] Range cells_of(const BoxE7& box) const;
    [[nodiscard]] std::uint64_t cells_most(std::span<const BoxE7> items) const;

    BoxE7 bounds_;
    double cell_lat_e7_{1};
    double cell_lon_e7_{1};
    std::uint32_t rows_{0};
    std::uint32_t cols_{0};
    std::vector<std::uint32_t> first_;
    std::vector<std::uint32_t> items_;
    std::vector<Wide> wide_;
};

// Box that holds every point within radius_m of p.
[[nodiscard]] BoxE7 box_about(Wgs84 p, double radius_m);

} // namespace ems::map
