#include "map/synth/region.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "map/geo/projection.h"
#include "map/graph/ambulance_profile.h"
#include "map/synth/seeded_random.h"

namespace ems::map {
namespace {

constexpr double kCellM = 2'000;          // one settlement per cell
constexpr std::uint32_t kTownEvery = 6;   // cells
constexpr std::uint32_t kCityEvery = 24;  // cells
constexpr std::uint32_t kCityReach = 3;   // a city covers the cells within this many of its own
constexpr std::uint32_t kRiverEvery = 16; // cells
constexpr std::uint32_t kBridgeEvery = 4; // cells
constexpr double kNodesPerCell = 87;      // of the settlements and roads below, measured
constexpr double kOppositeM = 30;         // between the carriageways of an expressway

enum class Size { none, village, town, city };

// The grid of streets of one settlement; nodes row by row from the south-west.
struct Settlement {
    Size size{Size::none};
    std::uint32_t node_first{0};
    std::uint32_t side{0};

    [[nodiscard]] std::uint32_t at(std::uint32_t row, std::uint32_t col) const {
        return node_first + row * side + col;
    }
};

class RegionMaker {
  public:
    RegionMaker(std::uint32_t nodes, std::uint64_t seed)
        : random_(seed), plane_(Wgs84{35.0, 110.0}),
          cells_(std::max(
              2U, static_cast<std::uint32_t>(std::lround(std::sqrt(nodes / kNodesPerCell))))),
          settlements_(std::size_t{cells_} * cells_) {
        region_.info = {"generated region",
                        "generate",
                        "生成路网（非真实道路） / generated network, not real roads",
                        true,
                        "",
                        "",
                        seed};
    }

    County make() {
        for (std::uint32_t row = 0; row < cells_; ++row) {
            for (std::uint32_t col = 0; col < cells_; ++col) {
                settle(row, col);
            }
        }
        for (std::uint32_t row = 0; row < cells_; ++row) {
            for (std::uint32_t col = 0; col < cells_; ++col) {
                join_neighbours(row, col);
            }
        }
        for (std::uint32_t line = kCityEvery / 2; line < cells_; line += kCityEvery) {
            lay_expressway(line, true);
            lay_expressway(line, false);
        }
        return std::move(region_);
    }

  private:
    [[nodiscard]] Settlement& cell(std::uint32_t row, std::uint32_t col) {
        return settlements_[std::size_t{row} * cells_ + col];
    }

    [[nodiscard]] static bool is_centre(std::uint32_t row, std::uint32_t col, std::uint32_t every) {
        return row % every == every / 2 && col % every == every / 2;
    }

    [[nodiscard]] bool is_in_city(std::uint32_t row, std::uint32_t col) const {
        const auto near = [](std::uint32_t i) {
            const std::uint32_t at = i % kCityEvery;
            return at + kCityReach >= kCityEvery / 2 && at <= kCityEvery / 2 + kCityReach;
        };
        const std::uint32_t city_row = row / kCityEvery * kCityEvery + kCityEvery / 2;
        const std::uint32_t city_col = col / kCityEvery * kCityEvery + kCityEvery / 2;
        return near(row) && near(col) && city_row < cells_ && city_col < cells_;
    }

    std::uint32_t node(double x_m, double y_m) {
        return region_.network.add_node(plane_.to_wgs84({x_m, y_m}));
    }

    void way(std::uint32_t a, std::uint32_t b, RoadClass c, double back_share = 1) {
        NetworkWay w;
        w.road_class = c;
        w.forward_kmh = static_cast<float>(AmbulanceProfile{}.kmh_of(c));
        w.backward_kmh = back_share > 0 ? w.forward_kmh : 0;
        region_.network.add_way({a, b}, w);
    }

    void settle(std::uint32_t row, std::uint32_t col) {
        const bool is_city = is_centre(row, col, kCityEvery);
        if (!is_city && is_in_city(row, col)) {
            return;
        }
        const double x = col * kCellM + random_.between(-400, 400);
        const double y = row * kCellM + random_.between(-400, 400);
        if (is_city) {
            lay_grid(row, col, Size::city, 56 + random_.below(9), 220, x, y);
        } else if (is_centre(row, col, kTownEvery)) {
            lay_grid(row, col, Size::town, 10 + random_.below(5), 130, x, y);
        } else {
            lay_grid(row, col, Size::village, 6 + random_.below(7), 90, x, y);
        }
    }

    void lay_grid(std::uint32_t row, std::uint32_t col, Size size, std::uint32_t side,
                  double block_m, double x, double y) {
        Settlement& s = cell(row, col);
        s = {size, static_cast<std::uint32_t>(region_.network.nodes.size()), side};
        const double half = block_m * (side - 1) / 2;
        for (std::uint32_t r = 0; r < side; ++r) {
            for (std::uint32_t c = 0; c < side; ++c) {
                node(x - half + block_m * (c + random_.between(-0.3, 0.3)),
                     y - half + block_m * (r + random_.between(-0.3, 0.3)));
            }
        }
        std::vector<double> back(std::size_t{2} * side, 1); // of each street; 0 for one-way
        for (double& b : back) {
            b = size == Size::city && random_.share() < 0.25 ? 0 : 1;
        }
        for (std::uint32_t r = 0; r < side; ++r) {
            for (std::uint32_t c = 0; c < side; ++c) {
                lay_street(s, r, c, r, c + 1, back[r]);
                lay_street(s, r, c, r + 1, c, back[side + c]);
            }
        }
        const std::array kinds{PlaceKind::village, PlaceKind::village, PlaceKind::town,
                               PlaceKind::city};
        region_.places.push_back({kinds[static_cast<std::size_t>(size)],
                                  fmt::format("R{}C{}", row, col), plane_.to_wgs84({x, y}),
                                  side * side * 12, ""});
    }

    void lay_street(const Settlement& s, std::uint32_t r, std::uint32_t c, std::uint32_t to_r,
                    std::uint32_t to_c, double back_share) {
        if (to_r >= s.side || to_c >= s.side) {
            return;
        }
        const bool is_main = (to_r == r ? r : c) == s.side / 2;
        const double gap = s.size == Size::city ? 0.05 : s.size == Size::town ? 0.08 : 0.16;
        if (!is_main && random_.share() < gap) {
            return;
        }
        RoadClass road = RoadClass::street;
        if (is_main) {
            road = s.size == Size::village ? RoadClass::village : RoadClass::provincial;
        } else if (s.size == Size::city && (to_r == r ? r : c) % 8 == 0) {
            road = RoadClass::county;
        } else if (s.size == Size::village && random_.share() < 0.1) {
            road = RoadClass::service;
        }
        const auto made = static_cast<std::uint32_t>(region_.network.ways.size());
        way(s.at(r, c), s.at(to_r, to_c), road, is_main ? 1 : back_share);
        // Into the street laid before it: at most junctions that is a turn at the first node.
        if (s.size == Size::city && made > 0 && random_.share() < 0.15) {
            region_.network.restrictions.push_back({made, s.at(r, c), made - 1, false});
        }
    }

    // A point on the rim of a settlement in the middle of the side that faces (row step, col step).
    static std::uint32_t gate(const Settlement& s, bool to_north, bool outward) {
        const std::uint32_t middle = s.side / 2;
        const std::uint32_t rim = outward ? s.side - 1 : 0;
        return to_north ? s.at(rim, middle) : s.at(middle, rim);
    }

    // The next settlement to the north or east, over the cells that a city covers.
    void join_neighbours(std::uint32_t row, std::uint32_t col) {
        const Settlement& from = cell(row, col);
        if (from.size == Size::none) {
            return;
        }
        for (const bool to_north : {true, false}) {
            const std::uint32_t r = row + (to_north ? 1 : 0);
            const std::uint32_t c = col + (to_north ? 0 : 1);
            if (r >= cells_ || c >= cells_) {
                continue;
            }
            if (to_north && r % kRiverEvery == 0 && col % kBridgeEvery != 1) {
                continue;
            }
            if (cell(r, c).size == Size::none) {
                enter_city(from, r, c);
                continue;
            }
            if (from.size == Size::city) {
                continue;
            }
            const std::uint32_t line = to_north ? col : row;
            const bool is_major = line % kTownEvery == kTownEvery / 2;
            if (is_major || random_.share() < 0.8) {
                lay_road(gate(from, to_north, true), gate(cell(r, c), to_north, false),
                         line % kCityEvery == kCityEvery / 2 ? RoadClass::national
                         : is_major                          ? RoadClass::county
                                                             : RoadClass::township);
            }
        }
        // Out of a city to the north and east; its other sides are joined from outside.
        if (from.size == Size::none || from.size == Size::city) {
            return;
        }
        if (row > 0 && cell(row - 1, col).size == Size::none) {
            enter_city(from, row - 1, col);
        }
        if (col > 0 && cell(row, col - 1).size == Size::none) {
            enter_city(from, row, col - 1);
        }
    }

    // From a settlement at the rim of a city's cells to the street of the city that lies nearest.
    void enter_city(const Settlement& from, std::uint32_t row, std::uint32_t col) {
        const Settlement& city = cell(row / kCityEvery * kCityEvery + kCityEvery / 2,
                                      col / kCityEvery * kCityEvery + kCityEvery / 2);
        const auto street = [&](std::uint32_t i) {
            const double share =
                (static_cast<double>(i % kCityEvery) - (kCityEvery / 2.0 - kCityReach)) /
                (2.0 * kCityReach);
            return static_cast<std::uint32_t>(
                std::lround(std::clamp(share, 0.0, 1.0) * (city.side - 1)));
        };
        lay_road(from.at(from.side / 2, from.side / 2), city.at(street(row), street(col)),
                 RoadClass::county);
    }

    void lay_road(std::uint32_t a, std::uint32_t b, RoadClass road) {
        RoadNetwork& net = region_.network;
        const Metres2 from = plane_.to_metres(from_e7(net.nodes[a]));
        const Metres2 to = plane_.to_metres(from_e7(net.nodes[b]));
        const double bend = random_.between(-0.15, 0.15);
        std::vector<std::uint32_t> refs{a};
        for (const double share : {0.33, 0.67}) {
            refs.push_back(node(from.x + (to.x - from.x) * share - (to.y - from.y) * bend,
                                from.y + (to.y - from.y) * share + (to.x - from.x) * bend));
        }
        // Half of the roads have a farm track at one of their bends.
        if (random_.share() < 0.5) {
            const Metres2 at = plane_.to_metres(from_e7(net.nodes[refs[1]]));
            way(refs[1], node(at.x + random_.between(-300, 300), at.y + random_.between(-300, 300)),
                RoadClass::service);
        }
        refs.push_back(b);
        NetworkWay w;
        w.road_class = road;
        w.forward_kmh = static_cast<float>(AmbulanceProfile{}.kmh_of(road));
        w.backward_kmh = w.forward_kmh;
        net.add_way(refs, w);
    }

    // Both carriageways along a row or column of cells, joined to the towns on it.
    void lay_expressway(std::uint32_t line, bool is_east) {
        const double side = line * kCellM + 0.5 * kCellM;
        std::array<std::uint32_t, 2> last{kNoArc, kNoArc};
        for (std::uint32_t i = 0; i < cells_; ++i) {
            const double at = i * kCellM;
            std::array<std::uint32_t, 2> here{};
            for (std::uint32_t lane = 0; lane < 2; ++lane) {
                const double beside = side + lane * kOppositeM;
                here[lane] = is_east ? node(at, beside) : node(beside, at);
            }
            if (i > 0) {
                way(last[0], here[0], RoadClass::expressway, 0);
                way(here[1], last[1], RoadClass::expressway, 0);
            }
            last = here;
            const Settlement& s = is_east ? cell(line, i) : cell(i, line);
            if (i % kTownEvery == kTownEvery / 2 && s.size != Size::none) {
                const std::uint32_t gate_node = s.at(s.side - 1, s.side - 1);
                for (const std::uint32_t carriageway : here) {
                    way(gate_node, carriageway, RoadClass::provincial, 0);
                    way(carriageway, gate_node, RoadClass::provincial, 0);
                }
            }
        }
    }

    SeededRandom random_;
    LocalProjection plane_;
    std::uint32_t cells_;
    std::vector<Settlement> settlements_;
    County region_;
};

} // namespace

Result<County> make_region(std::uint32_t nodes, std::uint64_t seed) {
    if (nodes < 100 || nodes > kRegionNodesMax) {
        return fail(
            Code::invalid_argument,
            fmt::format("a region of {} nodes: 100 to {} are possible", nodes, kRegionNodesMax));
    }
    return RegionMaker{nodes, seed}.make();
}

} // namespace ems::map
