#include "dispatch/service/roads.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "map/hierarchy/node_order.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr double kPlaceRadiusM = 5000;
constexpr std::uint32_t kFirstLimitMs = 1'800'000;

RoadTime road_time(const map::RankedUnit& ranked) {
    switch (ranked.reachability) {
    case map::Reachability::reached:
        return {RoadResult::known, (ranked.total_ms + 500) / 1000, (ranked.length_dm + 5) / 10,
                ranked.ends_on_closed_road};
    case map::Reachability::unreachable:
        return {RoadResult::unreachable, 0, 0};
    case map::Reachability::too_far:
    case map::Reachability::not_ranked:
        return {RoadResult::too_far, 0, 0};
    case map::Reachability::off_map:
        return {RoadResult::failed, 0, 0};
    }
    return {};
}

// Without one the default: only the factors beside the graph's own times are missing.
map::AmbulanceProfile read_profile(const std::string& dir) {
    const std::string path = dir + "/profile.toml";
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return {};
    }
    const auto profile = map::load_profile(path);
    if (!profile) {
        EMS_LOG(error, "roads", "the default profile's factors count: {}",
                profile.error().message());
        return {};
    }
    return *profile;
}

// One answer per start, in order.
template <class Nearest>
std::vector<RoadTime> times_by(const map::RoadPosition& target,
                               const std::vector<RoadStart>& starts, const Nearest& nearest) {
    std::vector<map::NearestUnit> units;
    units.reserve(starts.size());
    for (const RoadStart& start : starts) {
        units.push_back({start.at, start.access_ms, start.beside,
                         start.beside_ms - std::min(start.beside_ms, start.access_ms)});
    }
    map::NearestQuery query;
    query.target = target;
    query.units = units;
    query.count_max = static_cast<std::uint32_t>(units.size());
    query.limit_ms = kRoadLimitMs;
    std::vector<RoadTime> out(starts.size());
    if (!starts.empty()) {
        for (const map::RankedUnit& ranked : nearest(query)) {
            const RoadStart& start = starts[ranked.unit];
            RoadTime& time = out[ranked.unit];
            time = road_time(ranked);
            if (time.result == RoadResult::known) {
                const std::uint32_t access_ms =
                    ranked.from_beside ? start.beside_ms : start.access_ms;
                time.access_s = (access_ms + 500) / 1000;
            }
        }
    }
    return out;
}

} // namespace

map::Wgs84 to_wgs84(PlaceE7 place) {
    return map::from_e7({place.lat_e7, place.lon_e7});
}

PlaceE7 to_place(map::Wgs84 point) {
    const map::PointE7 p = map::to_e7(point);
    return {p.lat_e7, p.lon_e7};
}

Roads::Roads(std::unique_ptr<const map::RoadGraph> graph, map::Hierarchy hierarchy,
             map::AmbulanceProfile profile)
    : graph_(std::move(graph)), index_(*graph_), hierarchy_(std::move(hierarchy)),
      profile_(profile), now_(map::LiveRoads{hierarchy_}.now()), search_(hierarchy_) {}

Result<std::unique_ptr<Roads>> Roads::open(const std::string& dir) {
    auto opened = map::RoadGraph::open(dir + "/roads.graph");
    if (!opened) {
        return Failure{opened.error()};
    }
    auto graph = std::make_unique<const map::RoadGraph>(std::move(*opened));
    auto order = map::load_node_order(*graph, dir + "/roads.order");
    if (!order) {
        EMS_LOG(warn, "roads",
                "works out the order of the nodes itself (ems-map order keeps it): {}",
                order.error().message());
        order = map::find_node_order(*graph);
    }
    auto hierarchy = map::Hierarchy::build(*graph, *order);
    if (!hierarchy) {
        return Failure{hierarchy.error()};
    }
    return std::unique_ptr<Roads>{
        new Roads{std::move(graph), std::move(*hierarchy), read_profile(dir)}};
}

Result<map::Snap> Roads::snap(PlaceE7 place, std::string_view words) const {
    map::SnapOptions options;
    options.of = map::SnapOf::place;
    options.words = words;
    options.radius_m = kPlaceRadiusM;
    return index_.snap(to_wgs84(place), options);
}

std::optional<map::RoadPosition> Roads::snap_place(PlaceE7 place, std::string_view words) const {
    const auto found = snap(place, words);
    return found ? std::optional{found->at} : std::nullopt;
}

std::vector<RoadTime> Roads::times_to(const map::RoadPosition& target,
                                      const std::vector<map::RoadPosition>& starts) {
    std::vector<RoadStart> from;
    from.reserve(starts.size());
    for (const map::RoadPosition& start : starts) {
        from.push_back({start});
    }
    return times_from(from, target);
}

std::vector<RoadTime> Roads::times_from(const std::vector<RoadStart>& starts,
                                        const map::RoadPosition& target) {
    return times_by(target, starts, [this](const map::NearestQuery& query) {
        return search_.nearest(now_, query);
    });
}

std::optional<std::size_t> Roads::first_of(const map::RoadPosition& target,
                                           const std::vector<map::RoadPosition>& starts) {
    std::vector<map::NearestUnit> units;
    units.reserve(starts.size());
    for (const map::RoadPosition& start : starts) {
        units.push_back({start, 0});
    }
    map::NearestQuery query;
    query.target = target;
    query.units = units;
    query.count_max = 1;
    query.limit_ms = kFirstLimitMs;
    for (const map::RankedUnit& ranked : search_.nearest(now_, query)) {
        if (ranked.reachability == map::Reachability::reached) {
            return ranked.unit;
        }
    }
    return std::nullopt;
}

std::vector<RoadTime> Roads::usual_times_from(const std::vector<RoadStart>& starts,
                                              const map::RoadPosition& target) const {
    return times_by(target, starts, [this](const map::NearestQuery& query) {
        return map::NearestSearch{*graph_}.run(map::Metric{*graph_}, query);
    });
}

Result<map::Route> Roads::route(const map::RoadPosition& from, const map::RoadPosition& to) {
    return search_.route(now_, from, to);
}

Result<map::Route> Roads::route(const RoadStart& from, const map::RoadPosition& to) {
    auto own = route(from.at, to);
    return own || from.beside.arc == map::kNoArc ? std::move(own) : route(from.beside, to);
}

std::vector<PlaceE7> Roads::way(const RoadStart& from, const map::RoadPosition& to) {
    std::vector<PlaceE7> out;
    const auto found = route(from, to);
    if (!found || found->points.empty()) {
        return out;
    }
    const std::size_t step = found->points.size() / kRoutePointsMax + 1;
    for (std::size_t i = 0; i < found->points.size(); i += step) {
        out.push_back(to_place(found->points[i]));
    }
    const PlaceE7 last = to_place(found->points.back());
    if (out.back() != last) {
        out.push_back(last);
    }
    return out;
}

std::optional<std::uint32_t> Roads::seconds(const map::RoadPosition& from,
                                            const map::RoadPosition& to) {
    const auto ms = search_.travel_ms(now_, from, to);
    return ms ? std::optional{*ms / 1000} : std::nullopt;
}

} // namespace ems::dispatch
