#include "map/reach/reach_field.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "map/geo/polyline.h"

namespace ems::map {
namespace {

struct Sample {
    Metres2 at;
    std::uint32_t ms{0};
    std::uint32_t source{0};
};

// Calls `take` with points along the part of the road that is driven within the limit, at most
// step_m apart.
template <class Take>
void walk(const RoadGraph& graph, const ReachSearch& search, const ReachedArc& piece,
          std::uint32_t limit_ms, double step_m, const LocalProjection& plane, const Take& take) {
    const std::vector<Wgs84> shape = graph.shape(piece.arc);
    std::vector<Metres2> flat;
    flat.reserve(shape.size());
    double whole_m = 0;
    for (const Wgs84 p : shape) {
        flat.push_back(plane.to_metres(p));
        if (flat.size() > 1) {
            const Metres2 a = flat[flat.size() - 2];
            whole_m += std::hypot(flat.back().x - a.x, flat.back().y - a.y);
        }
    }
    const double rest_ms = search.rest_ms(piece);
    const double first_m = piece.from_fraction * whole_m;
    const double driven_m = whole_m - first_m;
    const auto time_at = [&](double at_m) {
        const double share = driven_m > 0 ? (at_m - first_m) / driven_m : 0;
        return static_cast<double>(piece.enter_ms) + share * rest_ms;
    };
    double gone_m = 0;
    for (std::size_t i = 1; i < flat.size(); ++i) {
        const double length = std::hypot(flat[i].x - flat[i - 1].x, flat[i].y - flat[i - 1].y);
        const auto steps = static_cast<std::uint32_t>(std::ceil(length / step_m));
        for (std::uint32_t s = 0; s <= steps; ++s) {
            const double share = steps == 0 ? 0 : static_cast<double>(s) / steps;
            const double at_m = gone_m + share * length;
            const double ms = time_at(at_m);
            if (at_m < first_m || ms > static_cast<double>(limit_ms)) {
                continue;
            }
            take(Sample{{flat[i - 1].x + share * (flat[i].x - flat[i - 1].x),
                         flat[i - 1].y + share * (flat[i].y - flat[i - 1].y)},
                        static_cast<std::uint32_t>(ms),
                        piece.source});
        }
        gone_m += length;
    }
}

// Spreads the times from the roads on foot: Dijkstra over cells with eight neighbours. A step is
// measured from the centre of one cell to that of the next, so a walked distance is up to 8 % long.
class Walk {
  public:
    Walk(ReachField& field, const FieldOptions& options, std::uint32_t limit_ms)
        : field_(field), limit_ms_(limit_ms), foot_m_(options.foot_m),
          ms_per_m_(1000.0 / options.foot_m_per_s),
          walked_m_(field.ms.size(), std::numeric_limits<float>::max()) {}

    void seed(const Sample& sample) {
        const double c = (sample.at.x - field_.origin.x) / field_.cell_m;
        const double r = (sample.at.y - field_.origin.y) / field_.cell_m;
        const auto column = static_cast<std::uint32_t>(std::lround(c));
        const auto row = static_cast<std::uint32_t>(std::lround(r));
        const double off_m = std::hypot(c - column, r - row) * field_.cell_m;
        offer(field_.index(column, row), sample.ms + static_cast<std::uint32_t>(off_m * ms_per_m_),
              off_m, sample.source);
    }

    void run() {
        while (!open_.empty()) {
            std::pop_heap(open_.begin(), open_.end(), std::greater<>{});
            const Open next = open_.back();
            open_.pop_back();
            if (field_.ms[next.cell] == next.ms) {
                spread(next);
            }
        }
    }

  private:
    struct Open {
        std::uint32_t ms{0};
        std::size_t cell{0};
        auto operator<=>(const Open&) const = default;
    };

    void spread(const Open& from) {
        const auto column = static_cast<std::int64_t>(from.cell % field_.columns);
        const auto row = static_cast<std::int64_t>(from.cell / field_.columns);
        for (std::int64_t dr = -1; dr <= 1; ++dr) {
            for (std::int64_t dc = -1; dc <= 1; ++dc) {
                const std::int64_t c = column + dc;
                const std::int64_t r = row + dr;
                if ((dc == 0 && dr == 0) || c < 0 || r < 0 || c >= field_.columns ||
                    r >= field_.rows) {
                    continue;
                }
                const double step_m =
                    field_.cell_m * (dc != 0 && dr != 0 ? std::numbers::sqrt2 : 1.0);
                offer(field_.index(static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(r)),
                      from.ms + static_cast<std::uint32_t>(step_m * ms_per_m_),
                      static_cast<double>(walked_m_[from.cell]) + step_m, field_.source[from.cell]);
            }
        }
    }

    void offer(std::size_t cell, std::uint32_t ms, double walked_m, std::uint32_t source) {
        const bool known = field_.source[cell] != kNoSource;
        if (ms > limit_ms_ || walked_m > foot_m_ + field_.cell_m ||
            (known && field_.ms[cell] <= ms)) {
            return;
        }
        field_.ms[cell] = ms;
        field_.source[cell] = source;
        walked_m_[cell] = static_cast<float>(walked_m);
        open_.push_back({ms, cell});
        std::push_heap(open_.begin(), open_.end(), std::greater<>{});
    }

    ReachField& field_;
    std::uint32_t limit_ms_;
    double foot_m_;
    double ms_per_m_;
    std::vector<float> walked_m_;
    std::vector<Open> open_;
};

} // namespace

std::uint32_t ReachField::source_at(Wgs84 p) const {
    const Metres2 at = plane.to_metres(p);
    const double c = (at.x - origin.x) / cell_m + 0.5;
    const double r = (at.y - origin.y) / cell_m + 0.5;
    if (columns == 0 || !(c >= 0 && r >= 0 && c < columns && r < rows)) {
        return kNoSource;
    }
    return source[index(static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(r))];
}

Result<ReachField> make_field(const RoadGraph& graph, const ReachSearch& search,
                              std::span<const ReachedArc> pieces, std::uint32_t limit_ms,
                              const FieldOptions& options) {
    if (!(options.cell_m >= 5 && options.cell_m <= 5'000) ||
        !(options.foot_m >= 0 && options.foot_m <= 20'000) ||
        !(options.foot_m_per_s > 0 && options.foot_m_per_s <= 100) || options.cells_max < 1'000) {
        return fail(Code::invalid_argument,
                    "the raster's cell, foot distance or speed is out of range");
    }
    ReachField field;
    if (pieces.empty()) {
        return field;
    }
    field.plane = LocalProjection{graph.node_at(graph.tail(pieces.front().arc))};
    Metres2 low{1e12, 1e12};
    Metres2 high{-1e12, -1e12};
    std::size_t samples = 0;
    for (const ReachedArc& piece : pieces) {
        walk(graph, search, piece, limit_ms, options.cell_m, field.plane, [&](const Sample& s) {
            low = {std::min(low.x, s.at.x), std::min(low.y, s.at.y)};
            high = {std::max(high.x, s.at.x), std::max(high.y, s.at.y)};
            ++samples;
        });
    }
    if (samples == 0) {
        return field;
    }
    const auto cells = [&](double cell_m) {
        const double rim_m = options.foot_m + 2 * cell_m;
        return std::pair{std::ceil((high.x - low.x + 2 * rim_m) / cell_m) + 1,
                         std::ceil((high.y - low.y + 2 * rim_m) / cell_m) + 1};
    };
    field.cell_m = options.cell_m;
    while (cells(field.cell_m).first * cells(field.cell_m).second > options.cells_max) {
        field.cell_m *= 1.25;
    }
    const double rim_m = options.foot_m + 2 * field.cell_m;
    field.origin = {low.x - rim_m, low.y - rim_m};
    field.columns = static_cast<std::uint32_t>(cells(field.cell_m).first);
    field.rows = static_cast<std::uint32_t>(cells(field.cell_m).second);
    const std::size_t count = static_cast<std::size_t>(field.columns) * field.rows;
    field.ms.assign(count, 0);
    field.source.assign(count, kNoSource);
    Walk on_foot{field, options, limit_ms};
    for (const ReachedArc& piece : pieces) {
        walk(graph, search, piece, limit_ms, field.cell_m / 2, field.plane,
             [&](const Sample& s) { on_foot.seed(s); });
    }
    on_foot.run();
    return field;
}

} // namespace ems::map
