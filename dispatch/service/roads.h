// The road graph as dispatch asks it: where a unit stands on the road, how long each takes to the scene, the way there.
// Single-threaded. Without a graph every question answers "failed", and the ranking falls back to straight lines.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/core/recommend.h"
#include "dispatch/core/world.h"
#include "map/graph/road_graph.h"
#include "map/match/snap.h"
#include "map/route/router.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

// Road time beyond which nobody is sent.
inline constexpr std::uint32_t kRoadLimitMs = 3 * 3600 * 1000;
inline constexpr std::size_t kRoutePointsMax = 2000;

class Roads {
  public:
    // `dir` holds roads.graph. Errors: those of RoadGraph::open.
    static Result<std::unique_ptr<Roads>> open(const std::string& dir);

    [[nodiscard]] const map::SnapIndex& index() const { return index_; }
    // A place that a person named: looks further than a receiver's fix needs.
    [[nodiscard]] std::optional<map::RoadPosition> snap_place(PlaceE7 place) const;
    // One answer per start, in order.
    [[nodiscard]] std::vector<RoadTime> times_to(const map::RoadPosition& target,
                                                 const std::vector<map::RoadPosition>& starts);
    // Empty when no road leads there; at most kRoutePointsMax points.
    [[nodiscard]] std::vector<PlaceE7> way(const map::RoadPosition& from, const map::RoadPosition& to);
    // Road seconds, or nullopt.
    [[nodiscard]] std::optional<std::uint32_t> seconds(const map::RoadPosition& from,
                                                       const map::RoadPosition& to);

  private:
    explicit Roads(map::RoadGraph graph);
    map::RoadGraph graph_;
    map::SnapIndex index_;
    std::unique_ptr<map::Router> router_;
};

map::Wgs84 to_wgs84(PlaceE7 place);

} // namespace ems::dispatch
