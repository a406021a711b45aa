#include "map/reach/contour.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "map/geo/polyline.h"

namespace ems::map {
namespace {

constexpr std::uint32_t kNoEdge = 0xFFFFFFFF;
// Beyond this a difference of time says nothing about where between two centres the rim runs.
constexpr double kBlendMs = 30'000;

using FlatRing = std::vector<Metres2>;

double signed_area(const FlatRing& ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        twice += ring[j].x * ring[i].y - ring[i].x * ring[j].y;
    }
    return twice / 2;
}

// Follows the rim of the cells whose value is not above 0. A crossing of the rim lies on an edge
// between two neighbouring centres; each square of four centres links its crossings so that the
// inside stays on the left.
template <class Value> class Rims {
  public:
    Rims(const ReachField& field, const Value& value)
        : field_(field), value_(value), next_(2 * field.ms.size(), kNoEdge) {}

    std::vector<FlatRing> trace() {
        for (std::uint32_t row = 0; row + 1 < field_.rows; ++row) {
            for (std::uint32_t column = 0; column + 1 < field_.columns; ++column) {
                link(column, row);
            }
        }
        std::vector<FlatRing> rings;
        for (std::uint32_t first = 0; first < next_.size(); ++first) {
            FlatRing ring;
            for (std::uint32_t edge = first; next_[edge] != kNoEdge;) {
                ring.push_back(crossing(edge));
                const std::uint32_t after = next_[edge];
                next_[edge] = kNoEdge;
                edge = after;
            }
            if (ring.size() >= 3) {
                rings.push_back(std::move(ring));
            }
        }
        return rings;
    }

  private:
    // Even: from (column, row) to its eastern neighbour; odd: to its northern one.
    [[nodiscard]] std::uint32_t edge(std::uint32_t column, std::uint32_t row, bool north) const {
        return static_cast<std::uint32_t>(2 * field_.index(column, row) + (north ? 1 : 0));
    }

    void link(std::uint32_t column, std::uint32_t row) {
        const std::array<double, 4> corner{
            value_(field_.index(column, row)), value_(field_.index(column + 1, row)),
            value_(field_.index(column + 1, row + 1)), value_(field_.index(column, row + 1))};
        const std::array<std::uint32_t, 4> side{
            edge(column, row, false), edge(column + 1, row, true), edge(column, row + 1, false),
            edge(column, row, true)};
        std::array<std::uint32_t, 2> leave{}; // sides where a walk round the square goes outside
        std::array<std::uint32_t, 2> enter{};
        std::size_t leaving = 0;
        std::size_t entering = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const bool here = corner.at(i) <= 0;
            const bool there = corner.at((i + 1) % 4) <= 0;
            if (here && !there) {
                leave.at(leaving++) = static_cast<std::uint32_t>(i);
            } else if (!here && there) {
                enter.at(entering++) = static_cast<std::uint32_t>(i);
            }
        }
        if (leaving == 1) {
            next_[side.at(leave[0])] = side.at(enter[0]);
        } else if (leaving == 2) { // a saddle: the middle decides whether the inside hangs together
            const bool joined = corner[0] + corner[1] + corner[2] + corner[3] <= 0;
            for (const std::uint32_t out : leave) {
                const std::uint32_t to = (out + (joined ? 1U : 3U)) % 4;
                next_[side.at(out)] = side.at(to);
            }
        }
    }

    [[nodiscard]] Metres2 crossing(std::uint32_t at) const {
        const std::size_t cell = at / 2;
        const bool north = at % 2 != 0;
        const double a = value_(cell);
        const double b = value_(cell + (north ? field_.columns : 1U));
        const double share = a / (a - b);
        const auto column = static_cast<double>(cell % field_.columns);
        const auto row = static_cast<double>(cell / field_.columns);
        return {field_.origin.x + (column + (north ? 0 : share)) * field_.cell_m,
                field_.origin.y + (row + (north ? share : 0)) * field_.cell_m};
    }

    const ReachField& field_;
    const Value& value_;
    std::vector<std::uint32_t> next_;
};

struct Box {
    Metres2 low{1e12, 1e12};
    Metres2 high{-1e12, -1e12};
    [[nodiscard]] bool holds(Metres2 p) const {
        return p.x >= low.x && p.x <= high.x && p.y >= low.y && p.y <= high.y;
    }
};

Box box_of(const FlatRing& ring) {
    Box box;
    for (const Metres2 p : ring) {
        box.low = {std::min(box.low.x, p.x), std::min(box.low.y, p.y)};
        box.high = {std::max(box.high.x, p.x), std::max(box.high.y, p.y)};
    }
    return box;
}

bool inside_flat(Metres2 p, const FlatRing& ring) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const Metres2 a = ring[i];
        const Metres2 b = ring[j];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) {
            inside = !inside;
        }
    }
    return inside;
}

std::vector<Wgs84> finish(const ReachField& field, const FlatRing& ring) {
    std::vector<Wgs84> line;
    line.reserve(ring.size() + 1);
    for (const Metres2 p : ring) {
        line.push_back(field.plane.to_wgs84(p));
    }
    line.push_back(line.front());
    line = simplify(line, field.cell_m / 4);
    line.pop_back();
    return line;
}

template <class Value> std::vector<Polygon> contour(const ReachField& field, const Value& value) {
    struct Outer {
        FlatRing ring;
        Box box;
        double area{0};
    };
    std::vector<Outer> outers;
    std::vector<FlatRing> holes;
    const double least_m2 = 2 * field.cell_m * field.cell_m;
    for (FlatRing& ring : Rims{field, value}.trace()) {
        const double area = signed_area(ring);
        if (area >= least_m2) {
            const Box box = box_of(ring);
            outers.push_back({std::move(ring), box, area});
        } else if (area <= -least_m2) {
            holes.push_back(std::move(ring));
        }
    }
    std::stable_sort(outers.begin(), outers.end(),
                     [](const Outer& a, const Outer& b) { return a.area > b.area; });
    std::vector<Polygon> out(outers.size());
    for (std::size_t i = 0; i < outers.size(); ++i) {
        out[i].outer = finish(field, outers[i].ring);
    }
    for (const FlatRing& hole : holes) {
        for (std::size_t i = outers.size(); i-- > 0;) { // the smallest that holds it
            if (outers[i].box.holds(hole.front()) && inside_flat(hole.front(), outers[i].ring)) {
                std::vector<Wgs84> ring = finish(field, hole);
                if (ring.size() >= 3) {
                    out[i].holes.push_back(std::move(ring));
                }
                break;
            }
        }
    }
    std::erase_if(out, [](const Polygon& p) { return p.outer.size() < 3; });
    return out;
}

} // namespace

std::vector<Polygon> contour_within(const ReachField& field, std::uint32_t ms) {
    return contour(field, [&](std::size_t cell) {
        if (field.source[cell] == kNoSource) {
            return kBlendMs;
        }
        const double over = static_cast<double>(field.ms[cell]) - static_cast<double>(ms);
        return over <= 0 ? std::clamp(over, -kBlendMs, -1.0) : std::clamp(over, 1.0, kBlendMs);
    });
}

std::vector<Polygon> contour_of_source(const ReachField& field, std::uint32_t source) {
    return contour(field,
                   [&](std::size_t cell) { return field.source[cell] == source ? -1.0 : 1.0; });
}

bool contains(const std::vector<Polygon>& area, Wgs84 p) {
    return std::any_of(area.begin(), area.end(), [p](const Polygon& polygon) {
        return inside_ring(p, polygon.outer) &&
               std::none_of(polygon.holes.begin(), polygon.holes.end(),
                            [p](const auto& hole) { return inside_ring(p, hole); });
    });
}

double area_m2(const Polygon& polygon) {
    const LocalProjection plane{polygon.outer.front()};
    const auto area = [&](const std::vector<Wgs84>& ring) {
        FlatRing flat;
        for (const Wgs84 p : ring) {
            flat.push_back(plane.to_metres(p));
        }
        return std::abs(signed_area(flat));
    };
    double out = area(polygon.outer);
    for (const auto& hole : polygon.holes) {
        out -= area(hole);
    }
    return out;
}

} // namespace ems::map
