#include "console/map_paint/declutter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ems::console {

namespace {

constexpr int kCellPx = 64;

} // namespace

TakenBoxes::TakenBoxes(int width_px, int height_px)
    : columns_(static_cast<std::size_t>(std::max(width_px, 1) / kCellPx) + 1),
      rows_(static_cast<std::size_t>(std::max(height_px, 1) / kCellPx) + 1), cells_(columns_ * rows_) {}

// What lies outside belongs to the cells at the edge.
TakenBoxes::Cells TakenBoxes::cells_of(const LabelBox& box) const {
    const auto cell = [](double px, std::size_t count) {
        return static_cast<std::size_t>(std::clamp(std::floor(px / kCellPx), 0.0, static_cast<double>(count - 1)));
    };
    return {cell(box.x, columns_), cell(box.x + box.width, columns_), cell(box.y, rows_),
            cell(box.y + box.height, rows_)};
}

bool TakenBoxes::is_free(const LabelBox& box) const {
    const Cells c = cells_of(box);
    for (std::size_t row = c.top; row <= c.bottom; ++row) {
        for (std::size_t column = c.left; column <= c.right; ++column) {
            const auto& here = cells_[row * columns_ + column];
            if (std::any_of(here.begin(), here.end(), [&](const LabelBox& b) { return b.overlaps(box); })) {
                return false;
            }
        }
    }
    return true;
}

void TakenBoxes::take(const LabelBox& box) {
    const Cells c = cells_of(box);
    for (std::size_t row = c.top; row <= c.bottom; ++row) {
        for (std::size_t column = c.left; column <= c.right; ++column) {
            cells_[row * columns_ + column].push_back(box);
        }
    }
}

std::vector<std::optional<std::size_t>> declutter(std::span<const LabelRequest> requests, TakenBoxes& taken) {
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return requests[a].rank < requests[b].rank;
    });
    std::vector<std::optional<std::size_t>> out(requests.size());
    for (const std::size_t i : order) {
        const auto& places = requests[i].places;
        for (std::size_t p = 0; p < places.size(); ++p) {
            if (taken.is_free(places[p])) {
                taken.take(places[p]);
                out[i] = p;
                break;
            }
        }
    }
    return out;
}

} // namespace ems::console
