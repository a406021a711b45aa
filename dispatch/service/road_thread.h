// What takes long about the roads, on a thread of its own so that the loop never waits: the pieces
// of road that a condition covers, the times of the moment (worked out in a spare set), what the
// fleet covers, how far it comes. Jobs run in the order they were asked for. The coroutines belong
// to one thread, the loop's, and resume there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "dispatch/core/recommend.h"
#include "dispatch/service/fleet_cover.h"
#include "dispatch/service/roads.h"
#include "dispatch/store/move_ups.h"
#include "map/hierarchy/live_roads.h"
#include "map/live/road_conditions.h"
#include "map/reach/contour.h"

namespace ems::dispatch {

// The roads as they stand, to be handed to Roads::use.
struct RoadMoment {
    map::RoadsNow now;
    std::optional<std::int64_t> next_change_us; // when the next condition begins or ends
    std::vector<std::int64_t> without_effect{}; // of replace(): find no road on this map
};
struct Isochrone {
    std::uint32_t minutes{0};
    double area_km2{0};
    std::vector<map::Polygon> area;
};

// What move-up advice is made from.
struct MoveUpUnit {
    UnitId unit;
    map::RoadPosition at;
    std::uint32_t lead_ms{0};
    StationId waits_at; // is there, or on its way there; not set: it counts where it is
    std::uint32_t moves_today{0};
    std::vector<StationId> not_to;
    Fitness fitness{}; // a crew is not moved whose shift ends before it can be of use there
};
struct MoveUpFleet {
    struct Station {
        StationId station;
        map::RoadPosition at;
    };
    std::vector<Station> stations;
    std::vector<MoveUpUnit> units; // those that may be sent
    std::uint32_t turnout_ms{0};   // from a station
    std::uint32_t hour{0};         // 0..23 of the region's civil time
    double busy{kBusyPrior};
    MoveUpLimits limits;
};

inline constexpr std::uint32_t kIsochroneMinutesMax = 60;
inline constexpr std::size_t kIsochronesMax = 6;
inline constexpr double kSquareM = 5'000;
// Of one answer; the area is then drawn with wider cells.
inline constexpr std::size_t kIsochronePointsMax = 20'000;

class RoadThread {
  public:
    template <class T> using Awaitable = boost::asio::awaitable<T>;

    // `roads` must outlive it; of it only what never changes is read.
    RoadThread(const Roads& roads, std::vector<map::Demand> demands);
    ~RoadThread();

    // Of how many pieces of road it would take the usual time, or why it cannot be put
    // (map/live/road_conditions.h). invalid_argument also for one that would close more than
    // kClosedShareMax of all roads.
    Awaitable<Result<std::size_t>> probe(map::RoadCondition condition);
    // All conditions anew. One that finds no road on this map is left out, logged and named: it was
    // entered on another map.
    Awaitable<RoadMoment> replace(std::vector<map::RoadCondition> conditions, std::int64_t now_us);
    Awaitable<Result<RoadMoment>> put(map::RoadCondition condition, std::int64_t now_us);
    Awaitable<RoadMoment> remove(std::int64_t id, std::int64_t now_us);
    // A condition may have begun or ended by its time.
    Awaitable<RoadMoment> at(std::int64_t now_us);

    Awaitable<FleetCover> cover(std::vector<Standing> units);
    // Areas within each of the times, the widest first. invalid_argument for times that are none.
    Awaitable<Result<std::vector<Isochrone>>> isochrones(std::vector<map::ReachSource> sources,
                                                         std::vector<std::uint32_t> minutes);

    // The fastest way and at most `others` beside it (map/route/alternatives.h).
    Awaitable<Result<std::vector<map::Route>>> ways(map::RoadPosition from, map::RoadPosition to,
                                                    std::uint32_t others);

    // Calls of the past: each square's at the place nearest to it, at most kSquareM away.
    Awaitable<std::size_t> learn(std::vector<SquareCalls> calls);
    Awaitable<MoveUpAnswer> move_up(MoveUpFleet fleet);

  private:
    struct State;
    template <class Job> auto run(Job job);

    std::unique_ptr<State> state_;       // the thread's own
    boost::asio::thread_pool thread_{1}; // ends before what it works on
};

} // namespace ems::dispatch
