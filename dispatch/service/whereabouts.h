// Where a unit is believed to be: its fix, or where it stands by: the place it was posted to, else
// its station. Values only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "dispatch/core/recommend.h"
#include "dispatch/core/world.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/fleet_cover.h"
#include "dispatch/service/road_thread.h"

namespace ems::dispatch {

struct Whereabouts {
    PositionFrom from{PositionFrom::none};
    PlaceE7 place;
    std::optional<RoadStart> on_road;
    double fix_age_s{0};
    bool waits_where_seen{false};   // core/recommend.h, UnitInput
    bool told{false};               // the fix is the dispatcher's word, not the vehicle's
    std::int64_t fix_us{0};         // when it came, or when what was told was so; 0 without a fix
};
// The later of the vehicle's fix and of what the dispatcher was told. Of a unit known only by voice that drives back and of which
// nothing is told: at its station as long ago as it was sent, so that it counts with all the way that it can have come since.
// A unit that said it is available and was not heard of for kFixLostS is taken to have gone where it stands by.
// `roads` may be null.
Whereabouts whereabouts(const World& world, const Roads* roads, const Track& track,
                        const UnitRow& row, double time_scale, std::int64_t now_us);

// `time_scale` is the registry's: how much faster the road's clock runs in a simulated world.
Fitness fitness(const UnitRow& row, double time_scale, std::int64_t now_us);

// The units that cover: those that may be sent, are no reserve and whose position is not old
// (core/recommend.h) and stand on a road, by unit.
std::vector<Standing> standing_units(const World& world, const Roads* roads, const Fleet& fleet,
                                     double time_scale, std::int64_t now_us);

// The same units with the station where each waits, and the stations, for move-up advice. A unit
// waits at its station while it stands by within kAtStationM of it, or returns there; and at the
// station it is posted to, on its way there for at most kPostedHolds: one that is not there by then
// counts where it is. One posted to a place of its own counts where it is.
inline constexpr double kAtStationM = 500;
inline constexpr std::chrono::minutes kPostedHolds{60};
MoveUpFleet waiting_units(const World& world, const Fleet& fleet, const Registry& registry,
                          const Roads& roads, std::int64_t now_us);

} // namespace ems::dispatch
