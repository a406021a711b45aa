#include "map/synth/county.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "map/geo/polyline.h"
#include "map/geo/projection.h"
#include "map/graph/ambulance_profile.h"
#include "map/synth/seeded_random.h"
#include "map/synth/tables.h"
#include "map/synth/village_names.h"

namespace ems::map {
namespace {

constexpr double kJoinM = 350;         // a waypoint this near to a junction is that junction
constexpr double kStepM = 320;         // between shape points of a country road
constexpr double kVillageApartM = 900; // least distance between villages
constexpr double kVillageHalfM = 260;  // half the width of a village
constexpr Wgs84 kGridSouthWest{35.0000, 110.9550};
constexpr double kBlockLat = 0.0045; // about 500 m
constexpr double kBlockLon = 0.0055;
constexpr std::uint32_t kGridRows = 13;
constexpr std::uint32_t kGridCols = 18;
constexpr const char* kNote = "演示路网（示意，非真实道路） / demonstration network, schematic";

class CountyMaker {
  public:
    CountyMaker(CountyTables tables, std::uint64_t seed)
        : tables_(std::move(tables)), random_(seed), flat_(Wgs84{35.03, 110.98}) {
        county_.info = {"盐湖区（示意）", "synth", kNote, true, "", "冯村急救站", seed};
    }

    Result<County> make() {
        place_seats();
        lay_city_streets();
        for (const RoadRow& row : tables_.roads) {
            EMS_TRY(lay_road(row));
        }
        join_city_seats();
        for (const VillageRow& row : tables_.villages) {
            settle(row.name, row.within, row.at, row.population, PlaceKind::village);
            if (row.is_caller) {
                county_.info.caller_place = row.name;
            }
        }
        for (const TownshipRow& t : tables_.townships) {
            settle_township(t);
        }
        county_.places.insert(county_.places.begin(), tables_.sites.begin(), tables_.sites.end());
        county_.landmarks = tables_.landmarks;
        add_schools();
        draw_areas();
        return std::move(county_);
    }

  private:
    // ------------------------------------------------------------------------------------------
    // nodes and ways

    std::uint32_t add_node(Wgs84 p, RoadClass beside) {
        const std::uint32_t node = county_.network.add_node(p);
        can_join_.push_back(beside != RoadClass::expressway ? 1 : 0);
        plane_.push_back(flat_.to_metres(p));
        return node;
    }

    void add_way(const std::vector<std::uint32_t>& refs, RoadClass c, const std::string& name) {
        NetworkWay way;
        way.road_class = c;
        way.name = name_number(name);
        way.forward_kmh = way.backward_kmh = static_cast<float>(AmbulanceProfile{}.kmh_of(c));
        county_.network.add_way(refs, way);
    }

    std::uint32_t name_number(const std::string& name) {
        auto& names = county_.network.names;
        const auto [it, is_new] =
            name_of_.try_emplace(name, static_cast<std::uint32_t>(names.size()));
        if (name.empty()) {
            return 0;
        }
        if (is_new) {
            names.push_back(name);
        }
        return it->second;
    }

    [[nodiscard]] double apart_m(std::uint32_t node, Metres2 p) const {
        return std::hypot(plane_[node].x - p.x, plane_[node].y - p.y);
    }

    // ------------------------------------------------------------------------------------------
    // frame

    void place_seats() {
        for (const TownshipRow& t : tables_.townships) {
            const std::uint32_t node = add_node(t.at, RoadClass::county);
            seat_[t.name] = node;
            junctions_.push_back(node);
            names_.reserve(t.name);
            county_.places.push_back(
                {t.is_urban ? PlaceKind::suburb : PlaceKind::town, t.name, t.at, 0, "盐湖区"});
            if (!t.is_urban) {
                const Wgs84 clinic = flat_.to_wgs84({plane_[node].x + 60, plane_[node].y + 40});
                county_.places.push_back({PlaceKind::clinic, t.name + "卫生院", clinic, 0, t.name});
            }
        }
        for (const VillageRow& v : tables_.villages) {
            names_.reserve(v.name);
            seat_[v.name] = add_node(v.at, RoadClass::village);
            junctions_.push_back(seat_[v.name]);
        }
    }

    void lay_city_streets() {
        std::vector<std::uint32_t> grid;
        for (std::uint32_t r = 0; r < kGridRows; ++r) {
            for (std::uint32_t c = 0; c < kGridCols; ++c) {
                grid.push_back(add_node(
                    {kGridSouthWest.lat + r * kBlockLat, kGridSouthWest.lon + c * kBlockLon},
                    RoadClass::street));
            }
        }
        for (std::uint32_t r = 0; r < kGridRows; ++r) {
            lay_street({&grid[std::size_t{r} * kGridCols], kGridCols}, 1, r, "街");
        }
        for (std::uint32_t c = 0; c < kGridCols; ++c) {
            lay_street({&grid[c], grid.size() - c}, kGridCols, c, "路");
        }
        junctions_.insert(junctions_.end(), grid.begin(), grid.end());
        grid_ = std::move(grid);
    }

    void lay_street(std::span<const std::uint32_t> nodes, std::size_t stride, std::uint32_t number,
                    const char* kind) {
        std::vector<std::uint32_t> refs;
        for (std::size_t i = 0; i < nodes.size(); i += stride) {
            refs.push_back(nodes[i]);
        }
        const bool is_wide = number % 3 == 0;
        add_way(refs, is_wide ? RoadClass::county : RoadClass::street,
                fmt::format("{}{}{}", is_wide ? "大" : "", number + 1, kind));
    }

    Result<void> lay_road(const RoadRow& row) {
        std::vector<std::uint32_t> stops;
        for (const auto& waypoint : row.waypoints) {
            if (const auto* p = std::get_if<Wgs84>(&waypoint)) {
                stops.push_back(stop_at(*p, row.road_class));
                continue;
            }
            const auto seat = seat_.find(std::get<std::string>(waypoint));
            if (seat == seat_.end()) {
                return fail(Code::corrupt, fmt::format("table roads: {} passes the unknown {}",
                                                       row.name, std::get<std::string>(waypoint)));
            }
            stops.push_back(seat->second);
        }
        for (std::size_t i = 1; i < stops.size(); ++i) {
            add_way(wind(stops[i - 1], stops[i], row), row.road_class, row.name);
        }
        return {};
    }

    std::uint32_t stop_at(Wgs84 p, RoadClass c) {
        const Metres2 m = flat_.to_metres(p);
        std::uint32_t best = kNoArc;
        double least_m = kJoinM;
        for (const std::uint32_t node : junctions_) {
            if (apart_m(node, m) < least_m) {
                least_m = apart_m(node, m);
                best = node;
            }
        }
        if (best == kNoArc) {
            best = add_node(p, c);
            junctions_.push_back(best);
        }
        return best;
    }

    // Nodes of a road that swings to both sides of the straight line, still at its ends.
    std::vector<std::uint32_t> wind(std::uint32_t from, std::uint32_t to, const RoadRow& row) {
        const Metres2 a = plane_[from];
        const Metres2 b = plane_[to];
        const double length = std::hypot(b.x - a.x, b.y - a.y);
        const double step_m = row.bend_m > 200 ? kStepM / 4 : kStepM;
        const auto steps = static_cast<std::uint32_t>(std::max(1.0, std::round(length / step_m)));
        const double waves = std::max(0.5, std::round(2 * length / row.wave_m) / 2);
        const double side = random_.share() < 0.5 ? -1 : 1;
        const double swell = random_.between(0.75, 1.0);
        std::vector<std::uint32_t> refs{from};
        for (std::uint32_t i = 1; i < steps; ++i) {
            const double t = static_cast<double>(i) / steps;
            const double off =
                side * swell * row.bend_m * std::sin(2 * std::numbers::pi * waves * t);
            const Metres2 m{a.x + (b.x - a.x) * t - (b.y - a.y) / length * off,
                            a.y + (b.y - a.y) * t + (b.x - a.x) / length * off};
            refs.push_back(add_node(flat_.to_wgs84(m), row.road_class));
        }
        refs.push_back(to);
        return refs;
    }

    void join_city_seats() {
        for (const TownshipRow& t : tables_.townships) {
            const std::uint32_t seat = seat_.at(t.name);
            const auto near =
                std::min_element(grid_.begin(), grid_.end(), [&](std::uint32_t x, std::uint32_t y) {
                    return apart_m(x, plane_[seat]) < apart_m(y, plane_[seat]);
                });
            const double m = apart_m(*near, plane_[seat]);
            if (t.is_urban && m < 800 && m > 0) {
                add_way({seat, *near}, RoadClass::county, "");
            }
        }
    }

    // ------------------------------------------------------------------------------------------
    // villages

    void settle_township(const TownshipRow& t) {
        const Metres2 seat = flat_.to_metres(t.at);
        std::uint32_t left = t.villages;
        for (int tries = 0; left > 0 && tries < 4000; ++tries) {
            const double turn = random_.between(0, 2 * std::numbers::pi);
            const double out_m =
                t.is_urban ? random_.between(300, 1500) : random_.between(1100, 4800);
            const Metres2 m{seat.x + out_m * std::cos(turn), seat.y + out_m * std::sin(turn)};
            if (!may_settle(m, t)) {
                continue;
            }
            if (t.is_urban) {
                county_.places.push_back({PlaceKind::suburb, names_.urban(random_),
                                          flat_.to_wgs84(m), 2000 + random_.below(6000), t.name});
                settled_.push_back(m);
            } else {
                settle(names_.rural(random_), t.name, flat_.to_wgs84(m), 300 + random_.below(2200),
                       PlaceKind::village);
            }
            --left;
        }
    }

    [[nodiscard]] bool may_settle(Metres2 m, const TownshipRow& t) const {
        const double apart = t.is_urban ? 350 : kVillageApartM;
        const Metres2 own = flat_.to_metres(t.at);
        const double own_m = std::hypot(m.x - own.x, m.y - own.y);
        const bool is_crowded = std::any_of(settled_.begin(), settled_.end(), [&](Metres2 s) {
            return std::hypot(m.x - s.x, m.y - s.y) < apart;
        });
        const bool is_foreign = std::any_of(tables_.townships.begin(), tables_.townships.end(),
                                            [&](const TownshipRow& other) {
                                                const Metres2 o = flat_.to_metres(other.at);
                                                return std::hypot(m.x - o.x, m.y - o.y) < own_m - 1;
                                            });
        const bool has_street =
            !t.is_urban || std::any_of(plane_.begin(), plane_.end(), [&](Metres2 n) {
                return std::hypot(m.x - n.x, m.y - n.y) < 400;
            });
        return !is_crowded && !is_foreign && has_street && !touches_area(m, t);
    }

    // One beside every seat; they draw no random number, so that roads and villages stay the same.
    void add_schools() {
        for (const TownshipRow& t : tables_.townships) {
            const Metres2 seat = flat_.to_metres(t.at);
            Feature school;
            school.kind = NameKind::school;
            school.name = t.name + "中心小学";
            school.at = to_e7(flat_.to_wgs84({seat.x - 180, seat.y + 220}));
            school.within = t.name;
            county_.landmarks.push_back(std::move(school));
        }
    }

    // A village with its streets must lie outside of water, hills and the city.
    [[nodiscard]] bool touches_area(Metres2 m, const TownshipRow& t) const {
        return std::any_of(tables_.areas.begin(), tables_.areas.end(), [&](const SceneArea& area) {
            if (area.kind == SceneAreaKind::town && t.is_urban) {
                return false;
            }
            const std::vector<Wgs84> rim = ring(area);
            for (const double dx : {-kVillageHalfM, 0.0, kVillageHalfM}) {
                for (const double dy : {-kVillageHalfM, 0.0, kVillageHalfM}) {
                    if (inside_ring(flat_.to_wgs84({m.x + dx, m.y + dy}), rim)) {
                        return true;
                    }
                }
            }
            return false;
        });
    }

    static std::vector<Wgs84> ring(const SceneArea& area) {
        std::vector<Wgs84> out(area.ring.size());
        std::transform(area.ring.begin(), area.ring.end(), out.begin(), from_e7);
        return out;
    }

    void settle(const std::string& name, const std::string& within, Wgs84 at,
                std::uint32_t population, PlaceKind kind) {
        county_.places.push_back({kind, name, at, population, within});
        const Metres2 m = flat_.to_metres(at);
        const auto built = static_cast<std::uint32_t>(plane_.size());
        const auto centre =
            seat_.contains(name) ? seat_.at(name) : add_node(at, RoadClass::village);
        const auto links = links_from(m, built, centre);
        lay_village_streets(centre, m);
        for (std::size_t i = 0; i < links.size(); ++i) {
            RoadRow row{i == 0 ? RoadClass::township : RoadClass::village, "", 45, 700, {}};
            add_way(wind(centre, links[i], row), row.road_class, "");
        }
        settled_.push_back(m);
    }

    // The nearest road that can be reached without crossing water, hills or a ravine, and sometimes
    // a second way out.
    std::vector<std::uint32_t> links_from(Metres2 m, std::uint32_t built, std::uint32_t centre) {
        std::vector<std::pair<double, std::uint32_t>> near;
        for (std::uint32_t n = 0; n < built; ++n) {
            if (can_join_[n] != 0 && n != centre && !is_loose(n) && apart_m(n, m) < 6000) {
                near.emplace_back(apart_m(n, m), n);
            }
        }
        std::sort(near.begin(), near.end());
        std::vector<std::uint32_t> links;
        const double turn_back = random_.share() < 0.6 ? 1 : 0;
        for (const auto& [distance_m, node] : near) {
            if (crosses_area(m, plane_[node])) {
                continue;
            }
            if (links.empty()) {
                links.push_back(node);
                if (turn_back == 0) {
                    break;
                }
                continue;
            }
            // the second way leads elsewhere: more than a right angle from the first
            const Metres2 a = plane_[links.front()];
            const Metres2 b = plane_[node];
            if ((a.x - m.x) * (b.x - m.x) + (a.y - m.y) * (b.y - m.y) < 0 && distance_m < 2600) {
                links.push_back(node);
                break;
            }
        }
        return links;
    }

    // A fixed village that no road has reached yet.
    [[nodiscard]] bool is_loose(std::uint32_t node) const {
        return std::any_of(tables_.villages.begin(), tables_.villages.end(),
                           [&](const VillageRow& v) { return seat_.at(v.name) == node; }) &&
               std::find(county_.network.refs.begin(), county_.network.refs.end(), node) ==
                   county_.network.refs.end();
    }

    [[nodiscard]] bool crosses_area(Metres2 a, Metres2 b) const {
        return std::any_of(tables_.areas.begin(), tables_.areas.end(), [&](const SceneArea& area) {
            if (area.kind == SceneAreaKind::town) {
                return false;
            }
            const std::vector<Wgs84> points = ring(area);
            for (std::size_t i = 0; i < points.size(); ++i) {
                if (segments_cross(a, b, flat_.to_metres(points[i]),
                                   flat_.to_metres(points[(i + 1) % points.size()]))) {
                    return true;
                }
            }
            return false;
        });
    }

    void lay_village_streets(std::uint32_t centre, Metres2 m) {
        const double turn = random_.between(0, std::numbers::pi / 2);
        const double block_m = random_.between(110, 180);
        std::vector<std::uint32_t> block; // three by three around the centre
        for (int r = -1; r <= 1; ++r) {
            for (int c = -1; c <= 1; ++c) {
                const double x = c * block_m;
                const double y = r * block_m;
                block.push_back(
                    r == 0 && c == 0
                        ? centre
                        : add_node(flat_.to_wgs84({m.x + x * std::cos(turn) - y * std::sin(turn),
                                                   m.y + x * std::sin(turn) + y * std::cos(turn)}),
                                   RoadClass::street));
            }
        }
        for (std::size_t i = 0; i < 3; ++i) {
            add_way({block[3 * i], block[3 * i + 1], block[3 * i + 2]}, RoadClass::street, "");
            add_way({block[i], block[i + 3], block[i + 6]}, RoadClass::street, "");
        }
    }

    // ------------------------------------------------------------------------------------------
    // areas

    void draw_areas() {
        std::vector<Wgs84> points;
        for (const PointE7 p : county_.network.nodes) {
            points.push_back(from_e7(p));
        }
        SceneArea outline{SceneAreaKind::district, "盐湖区", {}};
        for (const Wgs84 p : convex_hull(std::move(points))) {
            const Metres2 m = flat_.to_metres(p);
            outline.ring.push_back(to_e7(flat_.to_wgs84({m.x * 1.03, m.y * 1.03})));
        }
        county_.areas.push_back(std::move(outline));
        county_.areas.insert(county_.areas.end(), tables_.areas.begin(), tables_.areas.end());
    }

    CountyTables tables_;
    SeededRandom random_;
    LocalProjection flat_;
    County county_;
    VillageNames names_;
    std::map<std::string, std::uint32_t> seat_;    // townships and fixed villages
    std::map<std::string, std::uint32_t> name_of_; // numbers of road names
    std::vector<std::uint32_t> junctions_;
    std::vector<std::uint32_t> grid_;
    std::vector<std::uint8_t> can_join_;
    std::vector<Metres2> plane_;
    std::vector<Metres2> settled_;
};

} // namespace

Result<County> make_yanhu(std::uint64_t seed) {
    auto tables = read_yanhu_tables();
    if (!tables) {
        return Failure{std::move(tables).error()};
    }
    return CountyMaker{std::move(*tables), seed}.make();
}

} // namespace ems::map
