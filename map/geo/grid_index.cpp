#include "map/geo/grid_index.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "map/geo/projection.h"

namespace ems::map {
namespace {

constexpr double kCellsMax = 4'000'000;
constexpr std::uint64_t kCellsOfBoxMax =
    4'096; // a straight road of ten kilometres in cells of 250 m covers 1,600
constexpr std::uint64_t kEntriesFreely = 16'000'000;
constexpr std::uint64_t kEntriesPerItem = 16;
constexpr std::uint64_t kEntriesMost = 0xFFFFFFFF;

std::int32_t clamp_e7(double v) {
    return static_cast<std::int32_t>(std::clamp(v, -1.8e9, 1.8e9));
}

} // namespace

void BoxE7::add(PointE7 p) {
    low.lat_e7 = std::min(low.lat_e7, p.lat_e7);
    low.lon_e7 = std::min(low.lon_e7, p.lon_e7);
    high.lat_e7 = std::max(high.lat_e7, p.lat_e7);
    high.lon_e7 = std::max(high.lon_e7, p.lon_e7);
}

bool BoxE7::overlaps(const BoxE7& other) const {
    return low.lat_e7 <= other.high.lat_e7 && other.low.lat_e7 <= high.lat_e7 &&
           low.lon_e7 <= other.high.lon_e7 && other.low.lon_e7 <= high.lon_e7;
}

GridIndex::GridIndex(std::span<const BoxE7> items, double cell_m) {
    for (const BoxE7& box : items) {
        bounds_.add(box.low);
        bounds_.add(box.high);
    }
    if (bounds_.is_empty()) {
        return;
    }
    const double height_e7 =
        static_cast<double>(bounds_.high.lat_e7) - static_cast<double>(bounds_.low.lat_e7) + 1;
    const double width_e7 =
        static_cast<double>(bounds_.high.lon_e7) - static_cast<double>(bounds_.low.lon_e7) + 1;
    const double middle_deg = (static_cast<double>(bounds_.low.lat_e7) + height_e7 / 2) * 1e-7;
    const double squeeze = std::max(0.05, std::cos(middle_deg * std::numbers::pi / 180));
    cell_lat_e7_ = cell_m / LocalProjection::kMetresPerDegree * 1e7;
    cell_lon_e7_ = cell_lat_e7_ / squeeze;
    const double cells = (height_e7 / cell_lat_e7_ + 1) * (width_e7 / cell_lon_e7_ + 1);
    if (cells > kCellsMax) {
        const double widen = std::sqrt(cells / kCellsMax) * 2;
        cell_lat_e7_ *= widen;
        cell_lon_e7_ *= widen;
    }
    rows_ = static_cast<std::uint32_t>(height_e7 / cell_lat_e7_) + 1;
    cols_ = static_cast<std::uint32_t>(width_e7 / cell_lon_e7_) + 1;

    const std::uint64_t most = cells_most(items);
    const auto each_cell = [&](std::size_t item, auto&& act) {
        const Range r = cells_of(items[item]);
        if (cells_in(r) > most) {
            return;
        }
        for (std::uint32_t row = r.row_first; row < r.row_end; ++row) {
            for (std::uint32_t col = r.col_first; col < r.col_end; ++col) {
                act(std::size_t{row} * cols_ + col);
            }
        }
    };
    first_.assign(std::size_t{rows_} * cols_ + 1, 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
        each_cell(i, [&](std::size_t cell) { ++first_[cell + 1]; });
        if (cells_in(cells_of(items[i])) > most) {
            wide_.push_back({items[i], static_cast<std::uint32_t>(i)});
        }
    }
    for (std::size_t c = 1; c < first_.size(); ++c) {
        first_[c] += first_[c - 1];
    }
    items_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < items.size(); ++i) {
        each_cell(i,
                  [&](std::size_t cell) { items_[next[cell]++] = static_cast<std::uint32_t>(i); });
    }
}

// Of how many cells a box may be entered in each, so that all entries are bounded.
std::uint64_t GridIndex::cells_most(std::span<const BoxE7> items) const {
    const std::uint64_t entries_max = std::min(
        kEntriesMost, std::max(kEntriesFreely, kEntriesPerItem * std::uint64_t{items.size()}));
    std::uint64_t most = kCellsOfBoxMax;
    for (; most > 1; most /= 4) {
        std::uint64_t entries = 0;
        for (const BoxE7& box : items) {
            const std::uint64_t cells = cells_in(cells_of(box));
            entries += cells <= most ? cells : 0;
        }
        if (entries <= entries_max) {
            break;
        }
    }
    return most;
}

GridIndex::Range GridIndex::cells_of(const BoxE7& box) const {
    if (bounds_.is_empty() || !bounds_.overlaps(box)) {
        return {};
    }
    const auto cell = [](std::int32_t v, std::int32_t low, double size, std::uint32_t count) {
        const double at = (static_cast<double>(v) - static_cast<double>(low)) / size;
        return static_cast<std::uint32_t>(std::clamp(at, 0.0, static_cast<double>(count - 1)));
    };
    return {cell(box.low.lat_e7, bounds_.low.lat_e7, cell_lat_e7_, rows_),
            cell(box.high.lat_e7, bounds_.low.lat_e7, cell_lat_e7_, rows_) + 1,
            cell(box.low.lon_e7, bounds_.low.lon_e7, cell_lon_e7_, cols_),
            cell(box.high.lon_e7, bounds_.low.lon_e7, cell_lon_e7_, cols_) + 1};
}

BoxE7 box_about(Wgs84 p, double radius_m) {
    const double dlat = radius_m / LocalProjection::kMetresPerDegree;
    const double dlon = dlat / std::max(0.05, std::cos(p.lat * std::numbers::pi / 180));
    return {{clamp_e7((p.lat - dlat) * 1e7), clamp_e7((p.lon - dlon) * 1e7)},
            {clamp_e7((p.lat + dlat) * 1e7), clamp_e7((p.lon + dlon) * 1e7)}};
}

} // namespace ems::map
