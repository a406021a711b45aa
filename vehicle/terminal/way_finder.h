// The way to the scene or the hospital by the vehicle's own map, from fix to fix: what is left of
// it, the next turn and the one behind it, a new way when this one was left. Times are those of the
// map's profile with lights and siren; closures that the centre drew are not known on board.
//
// Values and one search at a time: a search takes as long as its map is large (a million junctions:
// 0.2 s), so it belongs to a worker thread. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "map/graph/road_graph.h"
#include "map/guide/maneuver.h"
#include "map/guide/progress.h"
#include "map/match/snap.h"
#include "map/route/router.h"
#include "telemetry/base/result.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::terminal {

// Where the crew has to go.
struct WayTarget {
    enum class Kind : std::uint8_t { scene, hospital };
    Kind kind{Kind::scene};
    map::Wgs84 at;
    std::string name; // of the hospital, or the address
    bool operator==(const WayTarget&) const = default;
};

// Of the state and the order: the scene until the patient was reached, then the hospital; nothing
// without an order, once there, or where nobody said the place's position.
[[nodiscard]] std::optional<WayTarget> way_target(const vehicle::Status& status);

struct WayFix {
    map::Wgs84 at;
    double course_deg{0};
    double speed_m_s{0};
    double accuracy_m{10};
    std::int64_t t_ms{0}; // monotonic, rising
};
// Nothing while the vehicle has no position. Five metres of error for each unit of HDOP: a common
// figure of single-frequency receivers, assumed.
[[nodiscard]] std::optional<WayFix> way_fix(const vehicle::Status& status, std::int64_t t_ms);

// A turn is seen by its kind and road; `ahead_dm` is the way to it from the newest fix.
struct WayTurn {
    map::Maneuver maneuver;
    std::uint32_t ahead_dm{0};
};

enum class WayState : std::uint8_t {
    none, // nothing to drive to, or no position yet
    under_way,
    arrived,    // within 40 m of the end of the way
    off_map,    // the vehicle stands on no road that the map knows
    no_road_to, // the place does
    no_way,     // no road leads there
};

struct Guidance {
    WayState state{WayState::none};
    std::optional<WayTarget> target;
    // Of under_way and arrived:
    std::shared_ptr<const std::vector<map::Wgs84>> points; // the whole way
    std::uint64_t way{0};     // counts ways; another number is another way
    std::int64_t found_ms{0}; // WayFix::t_ms of the fix it was found from
    std::uint32_t left_ms{0};
    std::uint32_t left_dm{0};    // by road
    double from_road_m{0};       // from the end of the way to the place
    std::string road;            // driven now, may be empty
    std::optional<WayTurn> next; // the arrival is one, too
    std::optional<WayTurn> then;
};

class WayFinder {
  public:
    explicit WayFinder(map::RoadGraph graph);

    // A fix that is not newer than the last gives the last answer; another target begins anew.
    const Guidance& update(const std::optional<WayFix>& fix,
                           const std::optional<WayTarget>& target);

  private:
    // Where no way was found, it is looked for again after this.
    static constexpr std::int64_t kRetryMs = 10'000;
    // Driven back along its way for so far, the vehicle will not turn round: a new way.
    static constexpr std::uint32_t kBackDm = 1'000;

    void find(const WayFix& fix, const WayTarget& target);
    void beginAnew(WayState state, std::optional<WayTarget> target);
    void fail(WayState state, const WayFix& fix);
    void follow(const WayFix& fix);
    void sayTurns();

    std::unique_ptr<const map::RoadGraph> graph_;
    map::SnapIndex snaps_;
    std::unique_ptr<map::Router> router_;
    std::optional<map::Route> route_;
    std::vector<map::Maneuver> maneuvers_;
    std::optional<map::RouteProgress> progress_;
    std::uint32_t least_left_dm_{0};
    std::int64_t tried_ms_{0};
    std::int64_t fix_ms_{-1};
    Guidance said_;
};

} // namespace ems::terminal
