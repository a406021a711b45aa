// Which unit to send: every unit ranked by turnout + road time, or excluded with the reason. The road times come in as
// values (map/route computes them, or says why there are none). A human chooses; this only orders and explains. Pure.
// Rules: README.md. Times are seconds of the simulated or real road, distances metres.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dispatch/core/states.h"
#include "dispatch/core/world.h"

namespace ems::dispatch {

inline constexpr std::uint32_t kRadiusS = 900;              // the 15-minute bound
inline constexpr double kRoadFactor = 1.4;                  // straight line to road, when the road graph fails
inline constexpr double kDegradedSpeedMps = 50.0 / 3.6;     // and the speed that goes with it
inline constexpr std::uint32_t kFixFreshS = 10;             // a fix so old counts as now
inline constexpr std::uint32_t kFixOldS = 60;               // from here on it is said
inline constexpr std::uint32_t kWidenMaxS = 300;

enum class PositionFrom : std::uint8_t { none, fix, station };

enum class RoadResult : std::uint8_t { known, unreachable, too_far, failed };
struct RoadTime {
    RoadResult result{RoadResult::failed};
    std::uint32_t drive_s{0};
    std::uint32_t distance_m{0};
};

struct UnitInput {
    UnitId unit;
    UnitState state{UnitState::available};
    PositionFrom position{PositionFrom::none};
    std::uint32_t fix_age_s{0};        // of the server's clock
    std::uint32_t unseen_road_s{0};    // the same on the road's clock: longer where a simulated world runs fast
    std::uint32_t turnout_s{0};
    std::uint32_t straight_m{0};       // from the position to the scene
    bool own_station{false};           // of all stations, its own lies nearest to the scene by road or line
    RoadTime road;
    // Share of the weighted demand, in parts per million, that no unit reaches within the radius any more while this one
    // is away. Of a unit that is not free it says nothing. Not set: not computed, and then it decides nothing.
    std::optional<std::uint32_t> coverage_loss_ppm{};
};

enum class Reason : std::uint8_t {
    nearest_by_road,
    not_nearest_in_line,   // first by road, yet another unit lies nearer on the map
    nearest_in_line,       // nearest on the map, yet not first by road
    own_station,
    within_radius,
    beyond_radius,
    already_rolling,
    at_station_no_fix,
    fix_old,
    straight_line,         // no road graph: straight line x 1.4
};
enum class Exclusion : std::uint8_t { none, busy, out_of_service, no_position, unreachable, too_far };

struct Candidate {
    UnitId unit;
    std::uint32_t rank{0};             // from 1; 0: excluded
    std::uint32_t turnout_s{0};
    std::uint32_t drive_s{0};
    std::uint32_t widen_s{0};          // for the age of the fix; part of total_s
    std::uint32_t total_s{0};
    std::uint32_t distance_m{0};
    bool within_radius{false};
    std::vector<Reason> reasons;
    Exclusion excluded{Exclusion::none};
    std::uint32_t straight_m{0};
    std::uint32_t straight_rank{0};    // among all units with a position; 0: none
    std::uint32_t fix_age_s{0};
};

enum class Shortfall : std::uint8_t { none, no_unit, none_within_radius };

struct Ranking {
    std::vector<Candidate> candidates; // by rank, then the excluded by unit
    bool degraded{false};              // at least one time is a straight line's
    Shortfall shortfall{Shortfall::none};
};

Ranking recommend(const std::vector<UnitInput>& units);

std::string_view name(Reason reason);
std::string_view name(Exclusion exclusion);   // "" for none
std::string_view name(Shortfall shortfall);   // "" for none

} // namespace ems::dispatch
