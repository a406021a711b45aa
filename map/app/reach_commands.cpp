#include "map/app/commands.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "map/app/driving.h"
#include "map/app/inputs.h"
#include "map/import/map_folder.h"
#include "map/match/snap.h"
#include "map/reach/contour.h"
#include "map/reach/coverage.h"
#include "map/reach/siting.h"
#include "map/reach/station_areas.h"
#include "map/reach/zones.h"

namespace ems::map::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kStationsMax = 2'000;
constexpr std::size_t kMatrixMax = 25'000'000;
// Beyond two hours of driving a gap is a gap whatever the number.
constexpr std::uint32_t kSearchMs = 7'200'000;
constexpr std::uint64_t kBranchesMax = 2'000'000;

void print(const Json& j) {
    fmt::print("{}\n", j.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string minutes_text(std::uint32_t ms) {
    const std::uint32_t s = (ms + 500) / 1000;
    return fmt::format("{}:{:02}", s / 60, s % 60);
}

double seconds(std::uint32_t ms) {
    return static_cast<double>(ms) / 1000;
}

// An open map with what all commands about reach ask of it.
struct OpenMap {
    RoadGraph graph;
    SnapIndex index{graph};
    ReachSearch search{graph};
    std::shared_ptr<const Metric> metric; // as one drives
    MapInfo info;
    std::vector<Place> places;

    OpenMap(RoadGraph opened, MapInfo about, std::vector<Place> named)
        : graph(std::move(opened)), info(std::move(about)), places(std::move(named)) {}
};

Result<std::unique_ptr<OpenMap>> open_map(const std::string& dir, const DrivingWords& driving) {
    auto graph = RoadGraph::open(MapPaths{dir}.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    auto info = load_info(dir);
    if (!info) {
        return Failure{info.error()};
    }
    auto places = load_places(MapPaths{dir}.places);
    if (!places) {
        return Failure{places.error()};
    }
    auto open = std::make_unique<OpenMap>(std::move(*graph), std::move(*info), std::move(*places));
    auto metric = driving_metric(open->graph, dir, driving);
    if (!metric) {
        return Failure{metric.error()};
    }
    open->metric = std::move(*metric);
    return open;
}

std::uint32_t turnout_ms(const StationOptions& options) {
    return static_cast<std::uint32_t>(options.turnout_s.value_or(kTurnoutS) * 1000);
}

struct Stations {
    std::vector<NamedPoint> points;
    std::vector<ReachSource> sources;
};

// Those of the options, else hospitals and stations that the map names.
Result<Stations> read_stations(const OpenMap& map, const StationOptions& options) {
    Stations out;
    if (!options.file.empty()) {
        auto points = read_points_csv(options.file);
        if (!points) {
            return Failure{points.error()};
        }
        out.points = std::move(*points);
    }
    for (const std::string& text : options.stations) {
        const auto point = parse_named_point(text, "--station");
        if (!point) {
            return Failure{point.error()};
        }
        out.points.push_back(*point);
    }
    if (out.points.empty()) {
        for (const Place& place : map.places) {
            if (place.kind == PlaceKind::hospital || place.kind == PlaceKind::station) {
                out.points.push_back({place.name, place.at});
            }
        }
    }
    if (out.points.empty()) {
        return fail(Code::invalid_argument,
                    "the map names no station: give --station NAME=LAT,LON or --station-file FILE");
    }
    if (out.points.size() > kStationsMax) {
        return fail(Code::invalid_argument, fmt::format("{} stations, at most {} are taken",
                                                        out.points.size(), kStationsMax));
    }
    std::set<std::string> names;
    const std::uint32_t lead_ms = turnout_ms(options);
    for (const NamedPoint& point : out.points) {
        if (!names.insert(point.name).second) {
            return fail(Code::invalid_argument,
                        fmt::format("two stations are named {}", point.name));
        }
        const auto snap = map.index.snap(point.at);
        if (!snap) {
            return fail(snap.error().code,
                        fmt::format("station {}: {}", point.name, snap.error().detail));
        }
        out.sources.push_back({snap->at, lead_ms});
    }
    return out;
}

Result<std::vector<Demand>> read_demands(const OpenMap& map, const std::string& population) {
    std::vector<Demand> demands = demands_of(map.places, map.index);
    if (demands.empty()) {
        return fail(Code::not_found, "the map names no village");
    }
    if (!population.empty()) {
        const auto csv = read_text_file(population);
        if (!csv) {
            return Failure{csv.error()};
        }
        const auto unmatched = apply_population(*csv, demands);
        if (!unmatched) {
            return fail(unmatched.error().code,
                        fmt::format("{}: {}", population, unmatched.error().detail));
        }
        for (const UnmatchedRow& row : *unmatched) {
            fmt::print(stderr, "{}: left out, {}\n", population, describe(row));
        }
    }
    return demands;
}

Json ring_json(const std::vector<Wgs84>& ring) {
    Json out = Json::array();
    const auto put = [&out](Wgs84 p) {
        const PointE7 e7 = to_e7(p);
        out.push_back({e7.lon_e7 * 1e-7, e7.lat_e7 * 1e-7});
    };
    for (const Wgs84 p : ring) {
        put(p);
    }
    put(ring.front());
    return out;
}

Json area_json(const std::vector<Polygon>& area) {
    Json coordinates = Json::array();
    for (const Polygon& polygon : area) {
        Json rings = Json::array();
        rings.push_back(ring_json(polygon.outer));
        for (const auto& hole : polygon.holes) {
            rings.push_back(ring_json(hole));
        }
        coordinates.push_back(std::move(rings));
    }
    return {{"type", "MultiPolygon"}, {"coordinates", std::move(coordinates)}};
}

Json feature(Json properties, Json geometry) {
    return {{"type", "Feature"},
            {"properties", std::move(properties)},
            {"geometry", std::move(geometry)}};
}

double area_km2(const std::vector<Polygon>& area) {
    double m2 = 0;
    for (const Polygon& polygon : area) {
        m2 += area_m2(polygon);
    }
    return m2 / 1e6;
}

double percent(double part, double whole) {
    return whole > 0 ? part / whole * 100 : 0;
}

Json share_json(const CoverageShare& s) {
    return {{"villages", s.villages},
            {"villages_covered", s.villages_covered},
            {"population", s.population},
            {"population_covered", s.population_covered},
            {"population_assumed", s.population_assumed}};
}

void print_share(const std::string& name, const CoverageShare& s) {
    fmt::print("{:<24} {:>5}/{:<5} villages {:5.1f} %   population {:>9.0f} {:5.1f} %{}\n", name,
               s.villages_covered, s.villages, percent(s.villages_covered, s.villages),
               s.population, percent(s.population_covered, s.population),
               s.population_assumed > 0
                   ? fmt::format("  (of it {:.0f} assumed)", s.population_assumed)
                   : "");
}

Json village_json(const Demand& demand) {
    return {{"name", demand.name},
            {"within", demand.within},
            {"lat", demand.at.lat},
            {"lon", demand.at.lon},
            {"population", demand.population},
            {"assumed", demand.population_is_assumed}};
}

std::uint32_t limit_of(double minutes) {
    return static_cast<std::uint32_t>(minutes * 60'000 + 0.5);
}

} // namespace

Result<void> run_isochrone(const IsochroneOptions& options, Format format) {
    const auto map = open_map(options.graph, options.driving);
    if (!map) {
        return Failure{map.error()};
    }
    OpenMap& open = **map;
    std::vector<double> limits = options.minutes;
    std::sort(limits.begin(), limits.end());
    StationOptions from = options.from;
    if (!options.at.empty() && from.stations.empty() && from.file.empty() && !from.turnout_s) {
        from.turnout_s = 0; // places
    }
    from.stations.insert(from.stations.end(), options.at.begin(), options.at.end());
    const auto stations = read_stations(open, from);
    if (!stations) {
        return Failure{stations.error()};
    }
    const std::uint32_t last_ms = limit_of(limits.back());
    const auto pieces = open.search.run(stations->sources, *open.metric, last_ms);
    const auto field = make_field(open.graph, open.search, pieces, last_ms, {});
    if (!field) {
        return Failure{field.error()};
    }
    const double turnout_s = turnout_ms(from) / 1000.0;
    if (format == Format::text) {
        fmt::print("turnout {:g} s counted\n", turnout_s);
    }
    Json features = Json::array();
    for (auto limit = limits.rbegin(); limit != limits.rend();
         ++limit) { // the widest is drawn first
        const auto area = contour_within(*field, limit_of(*limit));
        if (format == Format::text) {
            fmt::print("{:g} min  {:8.2f} km2 in {} parts\n", *limit, area_km2(area), area.size());
        }
        features.push_back(
            feature({{"minutes", *limit}, {"area_km2", area_km2(area)}}, area_json(area)));
    }
    if (format == Format::json) {
        print({{"type", "FeatureCollection"},
               {"map", open.info.name},
               {"note", open.info.note},
               {"turnout_s", turnout_s},
               {"features", std::move(features)}});
    }
    return {};
}

Result<void> run_coverage(const CoverageOptions& options, Format format) {
    const auto map = open_map(options.graph, options.driving);
    if (!map) {
        return Failure{map.error()};
    }
    OpenMap& open = **map;
    auto stations = read_stations(open, options.from);
    if (!stations) {
        return Failure{stations.error()};
    }
    for (const std::string& name : options.without) {
        const auto gone = std::find_if(stations->points.begin(), stations->points.end(),
                                       [&](const NamedPoint& p) { return p.name == name; });
        if (gone == stations->points.end()) {
            return fail(Code::invalid_argument, fmt::format("--without: no station {}", name));
        }
        stations->sources.erase(stations->sources.begin() + (gone - stations->points.begin()));
        stations->points.erase(gone);
    }
    const auto demands = read_demands(open, options.population);
    if (!demands) {
        return Failure{demands.error()};
    }
    const std::uint32_t limit_ms = limit_of(options.minutes);
    const Coverage c =
        cover(open.search, stations->sources, *open.metric, *demands, limit_ms, kSearchMs);
    Json gaps = Json::array();
    for (std::size_t v = 0; v < demands->size(); ++v) {
        if (!c.is_covered(v)) {
            Json gap = village_json((*demands)[v]);
            gap["seconds"] =
                c.villages[v].first ? Json(seconds(c.villages[v].first->ms)) : Json(nullptr);
            gap["station"] = c.villages[v].first
                                 ? Json(stations->points[c.villages[v].first->source].name)
                                 : Json(nullptr);
            gaps.push_back(std::move(gap));
        }
    }
    if (format == Format::json) {
        Json j{{"map", open.info.name},
               {"note", open.info.note},
               {"minutes", options.minutes},
               {"turnout_s", turnout_ms(options.from) / 1000.0}};
        j["whole"] = share_json(c.whole);
        j["townships"] = Json::array();
        for (const CoverageShare& s : c.townships) {
            Json t = share_json(s);
            t["name"] = s.name;
            j["townships"].push_back(std::move(t));
        }
        j["stations"] = Json::array();
        for (std::size_t s = 0; s < stations->points.size(); ++s) {
            j["stations"].push_back({{"name", stations->points[s].name},
                                     {"covers_alone_villages", c.losses[s].villages},
                                     {"covers_alone_population", c.losses[s].population}});
        }
        j["gaps"] = std::move(gaps);
        print(j);
        return {};
    }
    if (!open.info.note.empty()) {
        fmt::print("{}\n", open.info.note);
    }
    fmt::print("turnout {:g} s counted\n", turnout_ms(options.from) / 1000.0);
    print_share(fmt::format("within {:g} min", options.minutes), c.whole);
    for (const CoverageShare& s : c.townships) {
        print_share("  " + (s.name.empty() ? std::string{"(no township)"} : s.name), s);
    }
    for (std::size_t s = 0; s < stations->points.size(); ++s) {
        fmt::print("{:<24} alone covers {} villages, {:.0f} people: uncovered when it leaves\n",
                   stations->points[s].name, c.losses[s].villages, c.losses[s].population);
    }
    for (const Json& gap : gaps) {
        fmt::print("gap  {} {}  {}\n", gap["within"].get<std::string>(),
                   gap["name"].get<std::string>(),
                   gap["seconds"].is_null() ? "no way"
                                            : fmt::format("{} from {}",
                                                          minutes_text(static_cast<std::uint32_t>(
                                                              gap["seconds"].get<double>() * 1000)),
                                                          gap["station"].get<std::string>()));
    }
    return {};
}

Result<void> run_zones(const ZonesOptions& options, Format format) {
    const auto map = open_map(options.graph, options.driving);
    if (!map) {
        return Failure{map.error()};
    }
    OpenMap& open = **map;
    const auto stations = read_stations(open, options.from);
    if (!stations) {
        return Failure{stations.error()};
    }
    const auto demands = read_demands(open, options.population);
    if (!demands) {
        return Failure{demands.error()};
    }
    std::vector<ZoneEdit> edits;
    if (!options.edits.empty()) {
        const auto text = read_text_file(options.edits);
        if (!text) {
            return Failure{text.error()};
        }
        auto areas = parse_station_areas(*text, options.edits);
        if (!areas) {
            return Failure{areas.error()};
        }
        for (StationArea& area : *areas) {
            const auto station =
                std::find_if(stations->points.begin(), stations->points.end(),
                             [&](const NamedPoint& p) { return p.name == area.station; });
            if (station == stations->points.end()) {
                return fail(Code::invalid_argument,
                            fmt::format("{}: no station is named {}", options.edits, area.station));
            }
            edits.push_back({static_cast<std::uint32_t>(station - stations->points.begin()),
                             std::move(area.area)});
        }
    }
    ZoneOptions how;
    how.limit_ms = limit_of(options.minutes);
    const auto zones =
        draw_zones(open.graph, open.search, stations->sources, *open.metric, *demands, edits, how);
    if (!zones) {
        return Failure{zones.error()};
    }
    std::vector<std::uint32_t> villages(stations->points.size());
    std::vector<double> population(stations->points.size());
    for (std::size_t v = 0; v < demands->size(); ++v) {
        if (const std::uint32_t s = zones->villages[v].station; s != kNoSource) {
            ++villages[s];
            population[s] += (*demands)[v].population;
        }
    }
    const auto is_by_edit = [&](std::uint32_t v) {
        return std::binary_search(zones->gaps_by_edit.begin(), zones->gaps_by_edit.end(), v);
    };
    if (format == Format::text) {
        if (!open.info.note.empty()) {
            fmt::print("{}\n", open.info.note);
        }
        fmt::print("turnout {:g} s counted\n", turnout_ms(options.from) / 1000.0);
        for (std::size_t s = 0; s < stations->points.size(); ++s) {
            fmt::print("{:<24} {:>5} villages  {:>9.0f} people  {:8.1f} km2\n",
                       stations->points[s].name, villages[s], population[s],
                       area_km2(zones->areas[s]));
        }
        for (const std::uint32_t v : zones->gaps) {
            const ZoneVillage& village = zones->villages[v];
            fmt::print("gap  {} {}  {}{}\n", (*demands)[v].within, (*demands)[v].name,
                       village.ms ? fmt::format("{} from {}", minutes_text(*village.ms),
                                                stations->points[village.station].name)
                                  : "no way",
                       is_by_edit(v) ? fmt::format("; {} would be there in {}",
                                                   stations->points[village.quickest->source].name,
                                                   minutes_text(village.quickest->ms))
                                     : "");
        }
        return {};
    }
    Json features = Json::array();
    for (std::size_t s = 0; s < stations->points.size(); ++s) {
        features.push_back(feature({{"station", stations->points[s].name},
                                    {"villages", villages[s]},
                                    {"population", population[s]},
                                    {"area_km2", area_km2(zones->areas[s])}},
                                   area_json(zones->areas[s])));
    }
    for (const std::uint32_t v : zones->gaps) {
        const ZoneVillage& village = zones->villages[v];
        Json gap{{"gap", (*demands)[v].name},
                 {"within", (*demands)[v].within},
                 {"population", (*demands)[v].population},
                 {"seconds", village.ms ? Json(seconds(*village.ms)) : Json(nullptr)},
                 {"by_edit", is_by_edit(v)}};
        features.push_back(feature(
            std::move(gap),
            {{"type", "Point"}, {"coordinates", {(*demands)[v].at.lon, (*demands)[v].at.lat}}}));
    }
    Json list = Json::array();
    for (std::size_t v = 0; v < demands->size(); ++v) {
        const ZoneVillage& village = zones->villages[v];
        Json row = village_json((*demands)[v]);
        row["station"] = village.station == kNoSource
                             ? Json(nullptr)
                             : Json(stations->points[village.station].name);
        row["seconds"] = village.ms ? Json(seconds(*village.ms)) : Json(nullptr);
        // Another than `station` where an edit gives the village away.
        row["quickest_station"] = village.quickest
                                      ? Json(stations->points[village.quickest->source].name)
                                      : Json(nullptr);
        row["quickest_seconds"] =
            village.quickest ? Json(seconds(village.quickest->ms)) : Json(nullptr);
        list.push_back(std::move(row));
    }
    print({{"type", "FeatureCollection"},
           {"map", open.info.name},
           {"note", open.info.note},
           {"minutes", options.minutes},
           {"turnout_s", turnout_ms(options.from) / 1000.0},
           {"villages", std::move(list)},
           {"features", std::move(features)}});
    return {};
}

Result<void> run_site(const SiteOptions& options, Format format) {
    const auto map = open_map(options.graph, options.driving);
    if (!map) {
        return Failure{map.error()};
    }
    OpenMap& open = **map;
    const auto stations = read_stations(open, options.from);
    if (!stations) {
        return Failure{stations.error()};
    }
    const auto demands = read_demands(open, options.population);
    if (!demands) {
        return Failure{demands.error()};
    }
    const std::uint32_t limit_ms = limit_of(options.minutes);
    const Coverage now =
        cover(open.search, stations->sources, *open.metric, *demands, limit_ms, limit_ms);
    std::vector<std::uint32_t> open_demands; // that nothing covers yet
    SitingProblem problem;
    for (std::uint32_t v = 0; v < demands->size(); ++v) {
        if (!now.is_covered(v)) {
            open_demands.push_back(v);
            problem.weight.push_back((*demands)[v].population);
        }
    }
    // A station stands where people live: every village on a road is a candidate.
    const std::uint32_t lead_ms = turnout_ms(options.from);
    std::vector<std::uint32_t> candidates;
    for (std::uint32_t c = 0; c < demands->size(); ++c) {
        if ((*demands)[c].road.arc == kNoArc || open_demands.empty()) {
            continue;
        }
        const ReachSource source{(*demands)[c].road, lead_ms};
        static_cast<void>(open.search.run({&source, 1}, *open.metric, limit_ms));
        std::vector<std::uint32_t> covers;
        for (std::uint32_t d = 0; d < open_demands.size(); ++d) {
            if (open.search.arrival((*demands)[open_demands[d]].road)) {
                covers.push_back(d);
            }
        }
        candidates.push_back(c);
        problem.covers.push_back(std::move(covers));
    }
    const SitingAnswer answer = choose_candidates(problem, options.count, kBranchesMax);
    Json proposals = Json::array();
    for (const std::uint32_t c : answer.chosen) {
        Json proposal = village_json((*demands)[candidates[c]]);
        proposal.erase("population");
        proposal.erase("assumed");
        double weight = 0;
        for (const std::uint32_t d : problem.covers[c]) {
            weight += problem.weight[d];
        }
        proposal["reaches_villages"] = problem.covers[c].size();
        proposal["reaches_population"] = weight;
        proposals.push_back(std::move(proposal));
    }
    double gap = 0;
    for (const double weight : problem.weight) {
        gap += weight;
    }
    if (format == Format::json) {
        print({{"map", open.info.name},
               {"note", open.info.note},
               {"minutes", options.minutes},
               {"turnout_s", turnout_ms(options.from) / 1000.0},
               {"gap_villages", open_demands.size()},
               {"gap_population", gap},
               {"proposals", std::move(proposals)},
               {"closes_population", answer.covered},
               {"at_most_population", answer.bound},
               {"exact", answer.proof == Proof::exact}});
        return {};
    }
    if (!open.info.note.empty()) {
        fmt::print("{}\n", open.info.note);
    }
    fmt::print("gap: {} villages, {:.0f} people beyond {:g} min, turnout {:g} s counted\n",
               open_demands.size(), gap, options.minutes, turnout_ms(options.from) / 1000.0);
    for (const Json& p : proposals) {
        fmt::print("  station at {} {}  {:.5f},{:.5f}  reaches {} of them, {:.0f} people\n",
                   p["within"].get<std::string>(), p["name"].get<std::string>(),
                   p["lat"].get<double>(), p["lon"].get<double>(),
                   p["reaches_villages"].get<std::size_t>(), p["reaches_population"].get<double>());
    }
    fmt::print("together {:.0f} people, {:.1f} % of the gap{}\n", answer.covered,
               percent(answer.covered, gap),
               answer.proof == Proof::exact
                   ? "; no other choice closes more"
                   : fmt::format("; no choice closes more than {:.0f}", answer.bound));
    return {};
}

Result<void> run_matrix(const MatrixOptions& options, Format format) {
    const auto map = open_map(options.graph, options.driving);
    if (!map) {
        return Failure{map.error()};
    }
    OpenMap& open = **map;
    const auto from = read_points_csv(options.from);
    const auto to = read_points_csv(options.to);
    if (!from || !to) {
        return Failure{from ? to.error() : from.error()};
    }
    if (from->size() * to->size() > kMatrixMax) {
        return fail(Code::invalid_argument,
                    fmt::format("{} times {} is too large, at most {} entries", from->size(),
                                to->size(), kMatrixMax));
    }
    std::vector<RoadPosition> goals;
    for (const NamedPoint& point : *to) {
        const auto snap = open.index.snap(point.at); // one far from any road is reached by nobody
        goals.push_back(snap ? snap->at : RoadPosition{});
    }
    const std::uint32_t limit_ms = limit_of(options.minutes);
    if (format == Format::text) {
        fmt::print("from\tto\tseconds\n");
    }
    Json rows = Json::array();
    for (const NamedPoint& point : *from) {
        const auto snap = open.index.snap(point.at);
        const ReachSource source{snap ? snap->at : RoadPosition{}, 0};
        static_cast<void>(open.search.run({&source, 1}, *open.metric, limit_ms));
        Json row = Json::array();
        for (std::size_t t = 0; t < goals.size(); ++t) {
            const auto reached = open.search.arrival(goals[t]);
            if (format == Format::text) {
                fmt::print("{}\t{}\t{}\n", point.name, (*to)[t].name,
                           reached ? fmt::format("{:.1f}", seconds(reached->ms)) : "-");
            } else {
                row.push_back(reached ? Json(seconds(reached->ms)) : Json(nullptr));
            }
        }
        rows.push_back(std::move(row));
    }
    if (format == Format::json) {
        const auto names = [](const std::vector<NamedPoint>& points) {
            Json out = Json::array();
            for (const NamedPoint& p : points) {
                out.push_back(p.name);
            }
            return out;
        };
        print({{"from", names(*from)}, {"to", names(*to)}, {"seconds", std::move(rows)}});
    }
    return {};
}

} // namespace ems::map::app
