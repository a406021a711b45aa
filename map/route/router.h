// Who is nearest by road, and the way there. The interface stays narrow so that the engine behind
// it can be exchanged (contraction hierarchies) without a change elsewhere.
//
// All times are road time of the metric in use in milliseconds, lengths in decimetres. Times
// are unscaled: a simulated world that runs faster divides them itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_graph.h"
#include "map/graph/road_position.h"
#include "telemetry/base/result.h"

namespace ems::map {

enum class Reachability {
    reached,     // ranked, with its time
    not_ranked,  // enough nearer ones were found; its time was not worked out
    too_far,     // a road leads there, but not within the limit
    unreachable, // no open road leads there
    off_map,     // the unit is on no road (map/match/snap.h, kAccessMaxM): nothing is known of it
};

struct NearestUnit {
    RoadPosition at;
    // Before it is on its way at `at` (turnout, rest of a task, access_ms from a yard to the road);
    // counts in total_ms and the limit.
    std::uint32_t lead_ms{0};
    // Another place it may set off from instead, as much later: out of a yard whose road leads
    // nowhere (SnapIndex::way_out). What is sooner counts, and beside_ms as travel. kNoArc: none.
    RoadPosition beside{};
    std::uint32_t beside_ms{0};
};

struct NearestQuery {
    RoadPosition target;
    std::span<const NearestUnit> units;
    std::uint32_t count_max{10};
    std::uint32_t limit_ms{900'000}; // of total_ms; at most kSearchLimitMs
};

struct RankedUnit {
    std::uint32_t unit{0}; // index into NearestQuery::units
    Reachability reachability{Reachability::unreachable};
    std::uint32_t total_ms{0}; // lead and travel; only when reached, as the two below
    std::uint32_t travel_ms{0};
    std::uint32_t length_dm{0};
    bool ends_on_closed_road{false}; // the target lies on a closed road that is entered to reach it
    bool from_beside{false};         // it sets off from NearestUnit::beside
};

// A stretch of a route along one named road.
struct RouteLeg {
    std::string name;
    RoadClass road_class{RoadClass::street};
    std::uint32_t travel_ms{0};
    std::uint32_t length_dm{0};
    std::uint32_t point_first{0}; // into Route::points
    std::uint32_t point_count{0}; // shares its last point with the next leg
};

struct Route {
    std::uint32_t travel_ms{0};
    std::uint32_t length_dm{0};
    std::vector<Wgs84> points;           // from start to target, at least two
    std::vector<std::uint32_t> point_ms; // time at each point since the start, never falling
    std::vector<ArcId> arcs; // in order, originals; the first and the last may be driven in part
    std::vector<RouteLeg> legs;
    bool ends_on_closed_road{false}; // as RankedUnit
};

class Router {
  public:
    virtual ~Router() = default;

    // Answers follow this metric from now on; before the first call they follow the profile. It is
    // of the router's graph.
    virtual void use(std::shared_ptr<const Metric> metric) = 0;

    // One entry per unit: first those reached by (total_ms, unit), then the rest by unit.
    [[nodiscard]] virtual std::vector<RankedUnit> nearest(const NearestQuery& query) = 0;

    // Fastest way; unreachable when there is none, invalid_argument for a place that is not on the
    // graph.
    [[nodiscard]] virtual Result<Route> route(const RoadPosition& from, const RoadPosition& to) = 0;
};

// Dijkstra's algorithm over arcs: exact, nothing to precompute, bounded by the time limit and by
// the number of units asked for. `graph` must outlive it. Not thread-safe: it keeps its working
// arrays (about 28 bytes per arc) between calls.
[[nodiscard]] std::unique_ptr<Router> make_dijkstra_router(const RoadGraph& graph);

} // namespace ems::map
