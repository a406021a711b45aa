#include "dispatch/service/roads.h"

#include <utility>

namespace ems::dispatch {
namespace {

constexpr double kPlaceRadiusM = 5000;

RoadTime road_time(const map::RankedUnit& ranked) {
    switch (ranked.reachability) {
    case map::Reachability::reached:
        return {RoadResult::known, (ranked.travel_ms + 500) / 1000, (ranked.length_dm + 5) / 10};
    case map::Reachability::unreachable: return {RoadResult::unreachable, 0, 0};
    case map::Reachability::too_far:
    case map::Reachability::not_ranked: return {RoadResult::too_far, 0, 0};
    }
    return {};
}

} // namespace

map::Wgs84 to_wgs84(PlaceE7 place) { return map::from_e7({place.lat_e7, place.lon_e7}); }

Roads::Roads(map::RoadGraph graph)
    : graph_(std::move(graph)), index_(graph_), router_(map::make_dijkstra_router(graph_)) {}

Result<std::unique_ptr<Roads>> Roads::open(const std::string& dir) {
    auto graph = map::RoadGraph::open(dir + "/roads.graph");
    if (!graph) {
        return Failure{graph.error()};
    }
    return std::unique_ptr<Roads>{new Roads{std::move(*graph)}};
}

std::optional<map::RoadPosition> Roads::snap_place(PlaceE7 place) const {
    map::SnapOptions options;
    options.radius_m = kPlaceRadiusM;
    const auto snap = index_.snap(to_wgs84(place), options);
    return snap ? std::optional{snap->at} : std::nullopt;
}

std::vector<RoadTime> Roads::times_to(const map::RoadPosition& target,
                                      const std::vector<map::RoadPosition>& starts) {
    std::vector<map::NearestUnit> units;
    units.reserve(starts.size());
    for (const map::RoadPosition& start : starts) {
        units.push_back({start, 0});
    }
    map::NearestQuery query;
    query.target = target;
    query.units = units;
    query.count_max = static_cast<std::uint32_t>(units.size());
    query.limit_ms = kRoadLimitMs;
    std::vector<RoadTime> out(starts.size());
    if (!starts.empty()) {
        for (const map::RankedUnit& ranked : router_->nearest(query)) {
            out[ranked.unit] = road_time(ranked);
        }
    }
    return out;
}

std::vector<PlaceE7> Roads::way(const map::RoadPosition& from, const map::RoadPosition& to) {
    std::vector<PlaceE7> out;
    const auto route = router_->route(from, to);
    if (!route || route->points.empty()) {
        return out;
    }
    const std::size_t count = route->points.size();
    const std::size_t step = count / kRoutePointsMax + 1;
    for (std::size_t i = 0; i < count; i += step) {
        const map::PointE7 p = map::to_e7(route->points[i]);
        out.push_back({p.lat_e7, p.lon_e7});
    }
    const map::PointE7 last = map::to_e7(route->points.back());
    if (out.back() != PlaceE7{last.lat_e7, last.lon_e7}) {
        out.push_back({last.lat_e7, last.lon_e7});
    }
    return out;
}

std::optional<std::uint32_t> Roads::seconds(const map::RoadPosition& from, const map::RoadPosition& to) {
    const auto route = router_->route(from, to);
    return route ? std::optional{route->travel_ms / 1000} : std::nullopt;
}

} // namespace ems::dispatch
