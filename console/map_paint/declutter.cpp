#include "console/map_paint/declutter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ems::console {

namespace {

constexpr int kCellPx = 64;
constexpr int kPointPx = 8;
constexpr std::size_t kWordBits = 64;
constexpr double kBesidePx = 6; // beyond the reach of the symbol

// The bits of word `word` that stand for [from, end).
std::uint64_t bits_between(std::size_t word, std::size_t from, std::size_t end) {
    const std::size_t low = std::max(from, word * kWordBits) - word * kWordBits;
    const std::size_t high = std::min(end, (word + 1) * kWordBits) - word * kWordBits;
    const std::uint64_t below_high = high == kWordBits ? ~std::uint64_t{0} : (std::uint64_t{1} << high) - 1;
    return below_high & ~((std::uint64_t{1} << low) - 1);
}

} // namespace

void TakenBoxes::begin(int width_px, int height_px) {
    const auto width = static_cast<std::size_t>(std::max(width_px, 1));
    const auto height = static_cast<std::size_t>(std::max(height_px, 1));
    columns_ = width / kCellPx + 1;
    rows_ = height / kCellPx + 1;
    cells_.resize(columns_ * rows_);
    for (auto& cell : cells_) {
        cell.clear(); // its memory serves the next frame
    }
    point_columns_ = width / kPointPx + 1;
    point_rows_ = height / kPointPx + 1;
    words_ = (point_columns_ + kWordBits - 1) / kWordBits;
    points_.assign(words_ * point_rows_, 0);
}

// What lies outside belongs to the cells at the edge.
TakenBoxes::Cells TakenBoxes::cells_of(const LabelBox& box) const {
    const auto cell = [](double px, std::size_t count) {
        const auto last_px = static_cast<double>(count * kCellPx - 1);
        return static_cast<std::size_t>(std::clamp(px, 0.0, last_px)) / kCellPx;
    };
    return {cell(box.x, columns_), cell(box.x + box.width, columns_), cell(box.y, rows_),
            cell(box.y + box.height, rows_)};
}

// Not those on its edge: boxes that only touch do not overlap.
TakenBoxes::Points TakenBoxes::points_of(const LabelBox& box) const {
    const auto after = [](double px, std::size_t count) {
        return px < 0 ? std::size_t{0}
                      : static_cast<std::size_t>(std::min(px, static_cast<double>(count * kPointPx))) / kPointPx + 1;
    };
    const auto up_to = [](double px, std::size_t count) {
        const double steps = std::min(px / kPointPx, static_cast<double>(count));
        const auto whole = static_cast<std::size_t>(std::max(steps, 0.0));
        return std::min(count, static_cast<double>(whole) < steps ? whole + 1 : whole);
    };
    return {after(box.x, point_columns_), up_to(box.x + box.width, point_columns_), after(box.y, point_rows_),
            up_to(box.y + box.height, point_rows_)};
}

bool TakenBoxes::is_free(const LabelBox& box) const {
    const Points inside = points_of(box);
    for (std::size_t row = inside.top; row < inside.bottom; ++row) {
        for (std::size_t word = inside.left / kWordBits; word * kWordBits < inside.right; ++word) {
            if ((points_[row * words_ + word] & bits_between(word, inside.left, inside.right)) != 0) {
                return false;
            }
        }
    }
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
    const Points inside = points_of(box);
    for (std::size_t row = inside.top; row < inside.bottom; ++row) {
        for (std::size_t word = inside.left / kWordBits; word * kWordBits < inside.right; ++word) {
            points_[row * words_ + word] |= bits_between(word, inside.left, inside.right);
        }
    }
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

std::optional<LeaderLine> leader_line(const LabelBox& box, double anchor_x, double anchor_y, double reach) {
    const double x = std::clamp(anchor_x, box.x, box.x + box.width);
    const double y = std::clamp(anchor_y, box.y, box.y + box.height);
    const double away = std::hypot(anchor_x - x, anchor_y - y);
    if (away <= reach + kBesidePx) {
        return std::nullopt;
    }
    const double share = (away - reach) / away;
    return LeaderLine{x, y, x + (anchor_x - x) * share, y + (anchor_y - y) * share};
}

} // namespace ems::console
