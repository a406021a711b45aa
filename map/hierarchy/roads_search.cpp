#include "map/hierarchy/roads_search.h"

#include <algorithm>
#include <utility>

namespace ems::map {
namespace {

// Up to here a bounded search settles some ten thousand arcs at most in a district.
constexpr std::uint32_t kBoundedLimitMs = 1'800'000;
// Each unit costs one query of the hierarchy; beyond, one search of the whole graph is cheaper.
constexpr std::size_t kHierarchyUnitsMax = 2'000;

} // namespace

RoadsSearch::RoadsSearch(const Hierarchy& hierarchy)
    : search_(hierarchy), bounded_(hierarchy.graph()) {}

std::vector<RankedUnit> RoadsSearch::nearest(const RoadsNow& roads, const NearestQuery& query) {
    if (query.limit_ms <= kBoundedLimitMs || query.units.size() > kHierarchyUnitsMax) {
        return bounded_.run(*roads.metric, query);
    }
    return nearest_by_hierarchy(roads, query);
}

Result<Route> RoadsSearch::route(const RoadsNow& roads, const RoadPosition& from,
                                 const RoadPosition& to) {
    const auto drive = search_.run(*roads.weights, *roads.metric, from, to);
    if (!drive) {
        return Failure{drive.error()};
    }
    return draw_route(*roads.metric, *drive);
}

std::optional<std::uint32_t> RoadsSearch::travel_ms(const RoadsNow& roads, const RoadPosition& from,
                                                    const RoadPosition& to) {
    return search_.travel_ms(*roads.weights, *roads.metric, from, to);
}

std::vector<RankedUnit> RoadsSearch::nearest_by_hierarchy(const RoadsNow& roads,
                                                          const NearestQuery& query) {
    const Metric& metric = *roads.metric;
    const std::uint32_t limit_ms = std::min(query.limit_ms, kSearchLimitMs);
    std::vector<RankedUnit> reached;
    std::vector<RankedUnit> rest;
    for (std::uint32_t u = 0; u < query.units.size(); ++u) {
        const NearestUnit& unit = query.units[u];
        if (!is_on(metric.graph(), unit.at) && !is_on(metric.graph(), unit.beside)) {
            rest.push_back({u, Reachability::off_map});
            continue;
        }
        auto ms = search_.travel_ms(*roads.weights, metric, unit.at, query.target);
        const auto beside_ms =
            is_on(metric.graph(), unit.beside)
                ? search_.travel_ms(*roads.weights, metric, unit.beside, query.target)
                : std::nullopt;
        const bool is_beside =
            beside_ms && (!ms || std::uint64_t{*beside_ms} + unit.beside_ms < *ms);
        if (is_beside) {
            ms = *beside_ms + unit.beside_ms;
        }
        if (!ms) {
            rest.push_back({u, Reachability::unreachable});
        } else if (std::uint64_t{*ms} + unit.lead_ms > limit_ms) {
            rest.push_back({u, Reachability::too_far});
        } else {
            reached.push_back({u, Reachability::reached, *ms + unit.lead_ms, *ms});
            reached.back().from_beside = is_beside;
        }
    }
    std::sort(reached.begin(), reached.end(), [](const RankedUnit& a, const RankedUnit& b) {
        return std::pair{a.total_ms, a.unit} < std::pair{b.total_ms, b.unit};
    });
    if (reached.size() >= query.count_max) {
        for (std::size_t i = query.count_max; i < reached.size(); ++i) {
            rest.push_back({reached[i].unit, Reachability::not_ranked});
        }
        reached.resize(query.count_max);
        for (RankedUnit& r : rest) {
            if (r.reachability == Reachability::too_far) {
                r.reachability = Reachability::not_ranked;
            }
        }
    }
    std::sort(rest.begin(), rest.end(),
              [](const RankedUnit& a, const RankedUnit& b) { return a.unit < b.unit; });
    for (RankedUnit& r : reached) {
        const NearestUnit& unit = query.units[r.unit];
        add_way(roads, r.from_beside ? unit.beside : unit.at, query.target, r);
    }
    reached.insert(reached.end(), rest.begin(), rest.end());
    return reached;
}

void RoadsSearch::add_way(const RoadsNow& roads, const RoadPosition& from, const RoadPosition& to,
                          RankedUnit& unit) {
    const auto drive = search_.run(*roads.weights, *roads.metric, from, to);
    const RoadGraph& graph = roads.metric->graph();
    std::uint32_t dm = 0;
    for (std::size_t i = 0; i < drive->arcs.size(); ++i) {
        const ArcId a = drive->arcs[i];
        const bool is_last = i + 1 == drive->arcs.size();
        dm += is_last ? part_dm(graph, a, drive->goal_fraction) : graph.length_dm(a);
    }
    unit.length_dm = dm - part_dm(graph, drive->start.arc, drive->start.fraction);
    unit.ends_on_closed_road = roads.metric->is_closed(drive->arcs.back());
}

} // namespace ems::map
