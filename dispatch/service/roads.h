// The road graph as dispatch asks it: where a unit stands on the road, how long each takes to the
// scene, the way there. Each question is answered under the roads of the moment, which RoadThread
// works out beside and use() exchanges. Single-threaded but for what is said to be shared. Without
// a graph the ranking falls back to straight lines.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/core/recommend.h"
#include "dispatch/core/world.h"
#include "map/graph/ambulance_profile.h"
#include "map/graph/road_graph.h"
#include "map/hierarchy/hierarchy.h"
#include "map/hierarchy/live_roads.h"
#include "map/hierarchy/roads_search.h"
#include "map/match/snap.h"
#include "map/route/nearest_search.h"
#include "map/route/router.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

// Road time beyond which nobody is sent.
inline constexpr std::uint32_t kRoadLimitMs = 3 * 3600 * 1000;
inline constexpr std::size_t kRoutePointsMax = 2000;

// Where a unit sets off: its place on the road, how long it is on its way there from where it
// stands (map/match/snap.h, access_ms), and, where that road leads nowhere, the road beside it.
struct RoadStart {
    map::RoadPosition at;
    std::uint32_t access_ms{0};
    map::RoadPosition beside{}; // kNoArc: none
    std::uint32_t beside_ms{0};

    // For what takes a single place: the one from which the road leads on.
    [[nodiscard]] RoadStart leading_on() const {
        return beside.arc == map::kNoArc ? *this : RoadStart{beside, beside_ms};
    }
};

class Roads {
  public:
    // `dir` holds roads.graph and roads.order. Without the latter, or when it is of another graph,
    // the order is worked out here, which takes seconds for a district and minutes for a province.
    // Errors: those of RoadGraph::open.
    static Result<std::unique_ptr<Roads>> open(const std::string& dir);

    // Never changed: may be read on any thread.
    [[nodiscard]] const map::RoadGraph& graph() const { return *graph_; }
    [[nodiscard]] const map::SnapIndex& index() const { return index_; }
    [[nodiscard]] const map::Hierarchy& hierarchy() const { return hierarchy_; }
    // That of the map folder, whose factors say what night, weather and driving without siren cost.
    [[nodiscard]] const map::AmbulanceProfile& profile() const { return profile_; }

    // Questions follow these times from now on; before the first call those of the profile.
    void use(map::RoadsNow now) { now_ = std::move(now); }

    // A place that a person named: looks further than a receiver's fix needs, and past expressways,
    // ferries and tunnels that `words`, its address, do not name. not_found when no road lies near.
    [[nodiscard]] Result<map::Snap> snap(PlaceE7 place, std::string_view words = {}) const;
    [[nodiscard]] std::optional<map::RoadPosition> snap_place(PlaceE7 place,
                                                              std::string_view words = {}) const;
    // One answer per start, in order.
    [[nodiscard]] std::vector<RoadTime> times_to(const map::RoadPosition& target,
                                                 const std::vector<map::RoadPosition>& starts);
    // The same of units; the way to the road counts.
    [[nodiscard]] std::vector<RoadTime> times_from(const std::vector<RoadStart>& starts,
                                                   const map::RoadPosition& target);
    // The start that is there first, within half an hour; stops there, so it costs little.
    [[nodiscard]] std::optional<std::size_t> first_of(const map::RoadPosition& target,
                                                      const std::vector<map::RoadPosition>& starts);
    // As if nothing were closed, slow or quick, for when closures leave nobody a way: a search of
    // the whole graph with working arrays of its own.
    [[nodiscard]] std::vector<RoadTime> usual_times_from(const std::vector<RoadStart>& starts,
                                                         const map::RoadPosition& target) const;
    // unreachable when no open road leads there.
    [[nodiscard]] Result<map::Route> route(const map::RoadPosition& from,
                                           const map::RoadPosition& to);
    // The same of a unit, from the road beside it when none leads there from its own.
    [[nodiscard]] Result<map::Route> route(const RoadStart& from, const map::RoadPosition& to);
    // Empty when no road leads there; at most kRoutePointsMax points.
    [[nodiscard]] std::vector<PlaceE7> way(const RoadStart& from, const map::RoadPosition& to);
    // Road seconds, or nullopt.
    [[nodiscard]] std::optional<std::uint32_t> seconds(const map::RoadPosition& from,
                                                       const map::RoadPosition& to);

  private:
    Roads(std::unique_ptr<const map::RoadGraph> graph, map::Hierarchy hierarchy,
          map::AmbulanceProfile profile);
    std::unique_ptr<const map::RoadGraph> graph_; // the hierarchy refers to it
    map::SnapIndex index_;
    map::Hierarchy hierarchy_;
    map::AmbulanceProfile profile_;
    map::RoadsNow now_;
    map::RoadsSearch search_;
};

map::Wgs84 to_wgs84(PlaceE7 place);
PlaceE7 to_place(map::Wgs84 point);

} // namespace ems::dispatch
