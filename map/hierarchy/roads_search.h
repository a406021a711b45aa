// Who is nearest and the way there, over times that somebody else works out: a question takes the
// roads of its moment along, so that LiveRoads may exchange them on another thread meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "map/hierarchy/hierarchy_search.h"
#include "map/hierarchy/live_roads.h"
#include "map/route/nearest_search.h"
#include "map/route/router.h"

namespace ems::map {

// Not thread-safe: it keeps its working arrays (28 bytes an arc, 24 a vertex). `hierarchy` must
// outlive it; the roads asked about are of it.
class RoadsSearch {
  public:
    explicit RoadsSearch(const Hierarchy& hierarchy);

    // As Router::nearest.
    [[nodiscard]] std::vector<RankedUnit> nearest(const RoadsNow& roads, const NearestQuery& query);
    // As Router::route.
    [[nodiscard]] Result<Route> route(const RoadsNow& roads, const RoadPosition& from,
                                      const RoadPosition& to);
    // Nothing when no way leads there or a place is not on the graph.
    [[nodiscard]] std::optional<std::uint32_t>
    travel_ms(const RoadsNow& roads, const RoadPosition& from, const RoadPosition& to);

  private:
    std::vector<RankedUnit> nearest_by_hierarchy(const RoadsNow& roads, const NearestQuery& query);
    // Length and end of the way of one that is reached.
    void add_way(const RoadsNow& roads, const RoadPosition& from, const RoadPosition& to,
                 RankedUnit& unit);

    HierarchySearch search_;
    NearestSearch bounded_;
};

} // namespace ems::map
