#include "map/app/commands.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "map/app/driving.h"
#include "map/app/inputs.h"
#include "map/geo/file_bytes.h"
#include "map/guide/maneuver.h"
#include "map/import/map_folder.h"
#include "map/match/snap.h"
#include "map/route/alternatives.h"
#include "map/route/router.h"
#include "map/sites/sites.h"

namespace ems::map::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kUnitsMax = 100'000;
constexpr std::uint32_t kNamedLegDm = 5'000; // shorter stretches of an alternative go unnamed

void print(const Json& j) {
    fmt::print("{}\n", j.dump(2, ' ', false, Json::error_handler_t::replace));
}

double seconds(std::uint32_t ms) {
    return static_cast<double>(ms) / 1000;
}
double metres(std::uint32_t dm) {
    return static_cast<double>(dm) / 10;
}

std::string minutes(std::uint32_t ms) {
    const std::uint32_t s = (ms + 500) / 1000;
    return fmt::format("{}:{:02}", s / 60, s % 60);
}

Result<Snap> snap_text(const SnapIndex& index, const std::string& text, const char* option) {
    const auto p = parse_lat_lon(text);
    if (!p) {
        return fail(p.error().code, fmt::format("{}: {}", option, p.error().detail));
    }
    auto snap = index.snap(*p, {.of = SnapOf::place});
    if (!snap) {
        const bool looks_swapped = index.snap({p->lon, p->lat}, {.of = SnapOf::place}).has_value();
        return fail(
            snap.error().code,
            fmt::format("{}: {}{}", option, snap.error().detail,
                        looks_swapped ? ": it looks swapped, write the latitude first" : ""));
    }
    return snap;
}

Json route_json(const Route& route, const std::vector<Maneuver>& turns, const Snap& from,
                const Snap& to) {
    Json j;
    j["seconds"] = seconds(route.travel_ms);
    j["metres"] = metres(route.length_dm);
    j["from_road_m"] = from.distance_m;
    j["to_road_m"] = to.distance_m;
    j["ends_on_closed_road"] = route.ends_on_closed_road;
    j["legs"] = Json::array();
    for (const RouteLeg& leg : route.legs) {
        j["legs"].push_back({{"name", leg.name},
                             {"class", road_class_name(leg.road_class)},
                             {"seconds", seconds(leg.travel_ms)},
                             {"metres", metres(leg.length_dm)}});
    }
    j["instructions"] = Json::array();
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const std::uint32_t ahead_dm = i == 0 ? 0 : turns[i].distance_dm - turns[i - 1].distance_dm;
        j["instructions"].push_back({{"zh", instruction(turns[i], ahead_dm, Language::zh)},
                                     {"en", instruction(turns[i], ahead_dm, Language::en)},
                                     {"seconds", seconds(turns[i].travel_ms)},
                                     {"metres", metres(turns[i].distance_dm)},
                                     {"at", {turns[i].at.lat, turns[i].at.lon}}});
    }
    j["geometry"] = Json::array();
    j["point_seconds"] = Json::array();
    for (std::size_t i = 0; i < route.points.size(); ++i) {
        j["geometry"].push_back({route.points[i].lat, route.points[i].lon});
        j["point_seconds"].push_back(seconds(route.point_ms[i]));
    }
    return j;
}

const char* reachability_name(Reachability r) {
    switch (r) {
    case Reachability::reached:
        return "reached";
    case Reachability::not_ranked:
        return "not_ranked";
    case Reachability::too_far:
        return "too_far";
    case Reachability::unreachable:
        return "unreachable";
    case Reachability::off_map:
        return "off_map";
    }
    return "unreachable";
}

struct NamedUnits {
    std::vector<std::string> names;
    std::vector<NearestUnit> units;
    std::vector<double> to_road_m;   // from where each stands to its road
    std::vector<double> to_beside_m; // and to the road beside it, where its own leads nowhere
};

// Those of the file, then those of the options.
Result<NamedUnits> read_units(const SnapIndex& index, const NearestOptions& options) {
    std::vector<NamedPoint> points;
    if (!options.file.empty()) {
        auto read = read_points_csv(options.file);
        if (!read) {
            return Failure{read.error()};
        }
        points = std::move(*read);
    }
    for (const std::string& text : options.units) {
        auto point = parse_named_point(text, "--unit");
        if (!point) {
            return Failure{point.error()};
        }
        points.push_back(std::move(*point));
    }
    if (points.empty() || points.size() > kUnitsMax) {
        return fail(Code::invalid_argument,
                    "give at least one unit by --units FILE or --unit NAME=LAT,LON");
    }
    NamedUnits out;
    for (NamedPoint& point : points) {
        // Far from any road is an answer, not an error.
        const auto own = index.snap(point.at, {.radius_m = kAccessMaxM});
        NearestUnit unit;
        unit.lead_ms = static_cast<std::uint32_t>(options.turnout_s * 1000);
        double to_beside_m = 0;
        if (own) {
            const std::uint32_t own_ms = access_ms(own->distance_m);
            unit.at = own->at;
            unit.lead_ms += own_ms;
            if (const auto beside = index.way_out(point.at, *own)) {
                to_beside_m = beside->distance_m;
                unit.beside = beside->at;
                unit.beside_ms = std::max(access_ms(to_beside_m), own_ms) - own_ms;
            }
        }
        out.names.push_back(std::move(point.name));
        out.to_road_m.push_back(own ? own->distance_m : 0);
        out.to_beside_m.push_back(to_beside_m);
        out.units.push_back(unit);
    }
    return out;
}

template <class Options>
Result<std::shared_ptr<const Metric>> metric_of(const RoadGraph& graph, const SnapIndex& index,
                                                const Options& options) {
    auto driven = driving_metric(graph, options.graph, options.driving);
    return driven ? closed_metric(std::move(*driven), index, options.closures) : driven;
}

std::string_view site_name(const SiteChoice& c, std::uint32_t site) {
    return site == 0 ? c.hospital.name : c.stations[site - 1].name;
}

Json site_json(const Site& s) {
    return {{"name", s.name}, {"lat", s.at.lat}, {"lon", s.at.lon}, {"origin", s.origin}};
}

Json sites_json(const SiteChoice& c, const MapInfo& info) {
    Json j;
    j["map"] = info.name;
    j["note"] = info.note;
    j["hospital"] = site_json(c.hospital);
    j["stations"] = Json::array();
    for (const Site& s : c.stations) {
        j["stations"].push_back(site_json(s));
    }
    Json& caller = j["caller"] = site_json(c.caller.place);
    caller["busy"] = site_name(c, c.caller.busy);
    caller["busy_site"] = c.caller.busy;
    caller["nearest_by_line_differs"] = c.caller.is_other_by_line;
    caller["ranking"] = Json::array();
    for (const SiteDistance& d : c.caller.ranking) {
        Json r{{"site", d.site}, {"name", site_name(c, d.site)}, {"line_m", d.line_m}};
        r["seconds"] = d.is_reached ? Json(seconds(d.travel_ms)) : Json(nullptr);
        r["metres"] = d.is_reached ? Json(metres(d.length_dm)) : Json(nullptr);
        caller["ranking"].push_back(std::move(r));
    }
    return j;
}

void print_sites(const SiteChoice& c, const MapInfo& info) {
    if (!info.note.empty()) {
        fmt::print("{}\n", info.note);
    }
    fmt::print("hospital  {}  {}  ({})\n", c.hospital.name, format_lat_lon(c.hospital.at),
               c.hospital.origin);
    for (const Site& s : c.stations) {
        fmt::print("station   {}  {}  ({})\n", s.name, format_lat_lon(s.at), s.origin);
    }
    fmt::print("caller    {}  {}  ({})\n", c.caller.place.name, format_lat_lon(c.caller.place.at),
               c.caller.place.origin);
    fmt::print("out       {}\n", site_name(c, c.caller.busy));
    for (const SiteDistance& d : c.caller.ranking) {
        fmt::print("  {}  {} by road, {:.1f} km by line\n", site_name(c, d.site),
                   d.is_reached ? minutes(d.travel_ms) : "no way", d.line_m / 1000);
    }
    fmt::print("{}\n", c.caller.is_other_by_line
                           ? "the nearest on the map is not the nearest by road"
                           : "the nearest on the map is also the nearest by road");
}

} // namespace

Result<void> run_route(const RouteOptions& options, Format format) {
    const auto graph = RoadGraph::open(MapPaths{options.graph}.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const SnapIndex index{*graph};
    const auto from = snap_text(index, options.from, "--from");
    const auto to = snap_text(index, options.to, "--to");
    if (!from || !to) {
        return Failure{from ? to.error() : from.error()};
    }
    const auto metric = metric_of(*graph, index, options);
    if (!metric) {
        return Failure{metric.error()};
    }
    const auto routes =
        find_routes(**metric, from->at, to->at, {.count_max = options.alternatives});
    if (!routes) {
        return Failure{routes.error()};
    }
    const Route* const route = &routes->front();
    const std::vector<Maneuver> turns = maneuvers(*graph, *route);
    if (format == Format::json) {
        Json j = route_json(*route, turns, *from, *to);
        j["alternatives"] = Json::array();
        for (std::size_t i = 1; i < routes->size(); ++i) {
            const Route& other = (*routes)[i];
            j["alternatives"].push_back(route_json(other, maneuvers(*graph, other), *from, *to));
        }
        print(j);
        return {};
    }
    fmt::print("{} min, {:.1f} km{}\n", minutes(route->travel_ms), metres(route->length_dm) / 1000,
               route->ends_on_closed_road ? ", the last stretch is closed" : "");
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const std::uint32_t ahead_dm = i == 0 ? 0 : turns[i].distance_dm - turns[i - 1].distance_dm;
        fmt::print("  {:>6}  {:7.0f} m  {}\n", minutes(turns[i].travel_ms),
                   metres(turns[i].distance_dm), instruction(turns[i], ahead_dm, Language::zh));
    }
    for (std::size_t i = 1; i < routes->size(); ++i) {
        const Route& other = (*routes)[i];
        std::string roads;
        for (const RouteLeg& leg : other.legs) {
            roads += leg.length_dm >= kNamedLegDm && !leg.name.empty() ? "  " + leg.name : "";
        }
        fmt::print("or {} min, {:.1f} km{}\n", minutes(other.travel_ms),
                   metres(other.length_dm) / 1000, roads);
    }
    return {};
}

Result<void> run_nearest(const NearestOptions& options, Format format) {
    const auto graph = RoadGraph::open(MapPaths{options.graph}.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const SnapIndex index{*graph};
    const auto target = snap_text(index, options.to, "--to");
    if (!target) {
        return Failure{target.error()};
    }
    const auto fleet = read_units(index, options);
    if (!fleet) {
        return Failure{fleet.error()};
    }
    const auto metric = metric_of(*graph, index, options);
    if (!metric) {
        return Failure{metric.error()};
    }
    const auto router = make_dijkstra_router(*graph);
    router->use(*metric);
    NearestQuery query;
    query.target = target->at;
    query.units = fleet->units;
    query.count_max = options.count;
    query.limit_ms = static_cast<std::uint32_t>(options.minutes * 60'000);
    const auto start = std::chrono::steady_clock::now();
    const auto ranked = router->nearest(query);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    Json j;
    j["minutes"] = options.minutes;
    j["turnout_s"] = options.turnout_s;
    j["search_ms"] = took.count();
    j["units"] = Json::array();
    if (format == Format::text) {
        fmt::print("turnout {:g} s counted\n", options.turnout_s);
    }
    for (const RankedUnit& u : ranked) {
        const bool is_reached = u.reachability == Reachability::reached;
        if (format == Format::text) {
            fmt::print("{:<24} {}\n", fleet->names[u.unit],
                       is_reached ? fmt::format("{} min  {:.1f} km", minutes(u.total_ms),
                                                metres(u.length_dm) / 1000)
                                  : reachability_name(u.reachability));
        }
        Json r{{"unit", fleet->names[u.unit]}, {"status", reachability_name(u.reachability)}};
        if (is_reached) {
            r["seconds"] = seconds(u.total_ms);
            r["metres"] = metres(u.length_dm);
            const double to_road_m =
                u.from_beside ? fleet->to_beside_m[u.unit] : fleet->to_road_m[u.unit];
            r["to_road_m"] = to_road_m;
            r["access_s"] = seconds(access_ms(to_road_m)); // part of seconds
            r["ends_on_closed_road"] = u.ends_on_closed_road;
        }
        j["units"].push_back(std::move(r));
    }
    if (format == Format::json) {
        print(j);
    }
    return {};
}

Result<void> run_info(const std::string& folder, Format format) {
    const MapPaths paths{folder};
    const auto graph = RoadGraph::open(paths.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto places = load_places(paths.places);
    const auto scene = load_scene(paths.scene);
    const auto info = load_info(folder);
    if (!places || !scene || !info) {
        return Failure{!places ? places.error() : !scene ? scene.error() : info.error()};
    }
    std::uint32_t main_arcs = 0;
    double main_km = 0;
    for (ArcId a = 0; a < graph->arc_count(); ++a) {
        main_arcs += graph->is_main(a) ? 1U : 0U;
        main_km += graph->is_main(a) && !graph->is_copy(a) &&
                           (graph->twin(a) == kNoArc || a < graph->twin(a))
                       ? metres(graph->length_dm(a)) / 1000
                       : 0;
    }
    const BoxE7 box = graph->bounds();
    Json j;
    j["name"] = info->name;
    j["source"] = info->source;
    j["note"] = info->note;
    j["demonstration"] = info->demonstration;
    j["nodes"] = graph->node_count();
    j["arcs"] = graph->arc_count();
    j["main_arcs"] = main_arcs;
    j["main_road_km"] = main_km;
    j["turn_bans"] = graph->ban_count();
    j["places"] = places->size();
    j["scene_labels"] = scene->labels.size();
    j["south_west"] = {from_e7(box.low).lat, from_e7(box.low).lon};
    j["north_east"] = {from_e7(box.high).lat, from_e7(box.high).lon};
    j["graph_checksum"] = fmt::format("{:016x}", graph->checksum());
    if (format == Format::json) {
        print(j);
        return {};
    }
    for (const auto& [key, value] : j.items()) {
        fmt::print("{:<16} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
    }
    return {};
}

Result<void> run_sites(const SitesOptions& options, Format format) {
    const MapPaths paths{options.graph};
    const auto graph = RoadGraph::open(paths.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto places = load_places(paths.places);
    const auto info = load_info(options.graph);
    if (!places || !info) {
        return Failure{!places ? places.error() : info.error()};
    }
    const SnapIndex index{*graph};
    const auto choice = choose_sites(*graph, index, *places, *info, options.count);
    if (!choice) {
        return Failure{choice.error()};
    }
    if (format == Format::json) {
        print(sites_json(*choice, *info));
    } else {
        print_sites(*choice, *info);
    }
    return {};
}

} // namespace ems::map::app
