#include "vehicle/sim/road_planner.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ems::sim {
namespace {

constexpr double kYardSpeed = 2.5; // m/s
constexpr double kNoYardMetres = 1;

std::uint32_t yard_ms(double distance_m) {
    return static_cast<std::uint32_t>(std::lround(distance_m / kYardSpeed * 1000));
}

int rank(map::PlaceKind kind) {
    switch (kind) {
    case map::PlaceKind::station:
        return 0;
    case map::PlaceKind::hospital:
        return 1;
    case map::PlaceKind::clinic:
        return 2;
    case map::PlaceKind::city:
    case map::PlaceKind::town:
    case map::PlaceKind::suburb:
        return 3;
    case map::PlaceKind::village:
    case map::PlaceKind::hamlet:
        return 4;
    }
    return 5;
}

} // namespace

RoadPlanner::RoadPlanner(map::RoadGraph graph)
    : graph_(std::move(graph)), snap_(graph_), router_(map::make_dijkstra_router(graph_)) {}

Result<Track> RoadPlanner::plan(map::Wgs84 from, map::Wgs84 to) {
    const Result<map::Snap> start = snap_.snap(from, {.radius_m = 20'000});
    const Result<map::Snap> end = snap_.snap(to, {.radius_m = 20'000});
    if (!start) {
        return Failure{start.error()};
    }
    if (!end) {
        return Failure{end.error()};
    }
    Result<map::Route> route = router_->route(start->at, end->at);
    if (!route) {
        return Failure{route.error()};
    }
    if (route->points.size() + 2 > kTrackPointsMax) {
        return fail(Code::full, "the way has too many points");
    }
    Track track;
    std::uint32_t offset_ms = 0;
    // The vehicle must come to the road from wherever it stands.
    if (start->distance_m > kNoYardMetres) {
        track.points.push_back(from);
        track.point_ms.push_back(0);
        offset_ms = yard_ms(std::min(start->distance_m, kYardMetres));
    }
    for (std::size_t i = 0; i < route->points.size(); ++i) {
        track.points.push_back(route->points[i]);
        track.point_ms.push_back(offset_ms + route->point_ms[i]);
    }
    if (end->distance_m > kNoYardMetres && end->distance_m <= kYardMetres) {
        track.points.push_back(to);
        track.point_ms.push_back(track.point_ms.back() + yard_ms(end->distance_m));
    }
    return track;
}

Result<MapFolder> open_map_folder(const std::string& dir) {
    Result<map::RoadGraph> graph = map::RoadGraph::open(dir + "/roads.graph");
    if (!graph) {
        return Failure{graph.error()};
    }
    Result<std::vector<map::Place>> places = map::load_places(dir + "/places.csv");
    if (!places) {
        return Failure{places.error()};
    }
    return MapFolder{std::make_unique<RoadPlanner>(std::move(*graph)), std::move(*places)};
}

Result<map::Wgs84> find_place(const std::vector<map::Place>& places, const std::string& text) {
    if (text.find_first_of("0123456789") == 0 || text.starts_with('-')) {
        return map::parse_lat_lon(text);
    }
    const map::Place* best = nullptr;
    for (const map::Place& place : places) {
        if (place.name == text && (best == nullptr || rank(place.kind) < rank(best->kind))) {
            best = &place;
        }
    }
    if (best == nullptr) {
        return fail(Code::not_found, fmt::format("the map has no place named '{}'", text));
    }
    return best->at;
}

} // namespace ems::sim
