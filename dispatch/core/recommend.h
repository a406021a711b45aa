// Which unit to send: every unit ranked by turnout + road time, or excluded with the reason. The road times come in as
// values (map/route computes them, or says why there are none). A human chooses; this only orders and explains. Pure.
// Rules: README.md. Times are seconds of the simulated or real road, distances metres.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/core/capability.h"
#include "dispatch/core/release.h"
#include "dispatch/core/states.h"
#include "dispatch/core/world.h"

namespace ems::dispatch {

inline constexpr std::uint32_t kRadiusS = 900;              // the 15-minute bound
inline constexpr double kRoadFactor = 1.4;                  // straight line to road, when the road graph fails
inline constexpr double kDegradedSpeedMps = 50.0 / 3.6;     // and the speed that goes with it
inline constexpr std::uint32_t kFixFreshS = 10;             // a fix so old counts as now
inline constexpr std::uint32_t kFixOldS = 60;               // from here on it is said
inline constexpr std::uint32_t kFixLostS = 600;             // by the road's clock: beyond it a fix says where the unit was, no more
// The one rule by which another than the quickest may stand first, for levels 3 and 4 alone: within the radius, at most
// so much later, and so much more of the demand stays covered. The domain's example is 40 s; 120 s is this centre's choice.
inline constexpr std::uint32_t kCoverageSlackS = 120;
inline constexpr std::uint32_t kCoverageGainPpm = 20'000;
inline constexpr std::uint32_t kTaskTypicalS = 3'600;       // a crew whose shift ends sooner is said to be short of hours
inline constexpr std::uint32_t kFuelMargin = 3;             // there, to a hospital, and home
inline constexpr std::uint32_t kFirstResponderS = 300;      // so much sooner than the first that fits: send both
inline constexpr std::size_t kPartnersMax = 4;

enum class PositionFrom : std::uint8_t { none, fix, station };
// What is known of the link to a unit's vehicle; none: it has none, or was never heard.
enum class LinkSeen : std::uint8_t { none, up, lost, offline };

enum class RoadResult : std::uint8_t { known, unreachable, too_far, failed };
struct RoadTime {
    RoadResult result{RoadResult::failed};
    std::uint32_t drive_s{0};
    std::uint32_t distance_m{0};
    bool ends_on_closed_road{false};   // the scene lies on a closed road that is entered to reach it
    std::uint32_t access_s{0};         // part of drive_s: from a yard where the unit stands to the road
};

enum class Zone : std::uint8_t { unknown, home, other };

struct CallInput {
    std::uint32_t level{1};
    Need need;
    std::uint32_t urgency{0};          // decide_orders.h; 0: no unit is looked at for a diversion
};

// Where and when a busy unit will be free, and the road from there to the scene.
struct FreeAt {
    Release when;
    RoadTime road;
    std::uint32_t straight_m{0};
};

struct UnitInput {
    UnitId unit;
    UnitState state{UnitState::available};
    PositionFrom position{PositionFrom::none};
    std::uint32_t fix_age_s{0};        // of the server's clock
    std::uint32_t unseen_road_s{0};    // the same on the road's clock: longer where a simulated world runs fast
    bool waits_where_seen{false};      // its last fix lies where it stands by, and it has not rolled since
    LinkSeen link{LinkSeen::none};
    std::uint32_t turnout_s{0};
    std::uint32_t straight_m{0};       // from the position to the scene
    bool off_road{false};              // the scene is on the road graph, this unit is not
    bool own_station{false};           // of all stations, its own is first at the scene by road (by line without roads)
    RoadTime road;
    // Share of the weighted demand, in parts per million, that no unit reaches within the radius any more while this one
    // is away. Of a unit that is not free it says nothing. Not set: not computed, and then it decides nothing.
    std::optional<std::uint32_t> coverage_loss_ppm{};
    std::optional<VehicleClass> vehicle_class{};
    Capabilities capabilities{0};
    bool contaminated{false};
    std::optional<std::int64_t> crew_left_s{};   // until the crew's shift ends; negative: it has ended
    std::uint32_t fuel_range_km{0};              // 0: not known
    Zone zone{Zone::unknown};                    // of its home and the scene
    std::optional<FreeAt> free_at{};             // of a busy unit
    std::uint32_t task_urgency{0};               // of what it is on, while it may be diverted; 0: not
    bool told{false};                            // its fix is the dispatcher's word
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
    lacks_need,            // of what the call needs it lacks something: Candidate.lacks
    first_responder,       // lacks something, yet is there long before the first that does not: send both
    keeps_coverage,        // put first by the rule of coverage
    uncovers,              // the quickest, passed over by that rule
    home_zone,
    other_zone,
    crew_hours_short,
    crew_over_hours,
    fuel_short,
    contaminated,
    free_later,            // busy: Candidate.release says when it will be free, total_s when it could be there
    sooner_than_first,     // busy, yet there before the first that can go
    may_be_diverted,       // on a less urgent call, without a patient: total_s is from where it is now
    unit_off_road,         // beside straight_line: roads are known, this unit stands on none
    last_stretch_closed,   // the last road, where the scene lies, is closed: it has to be entered all the same
    position_old,          // not heard of for kFixLostS: it counts as beyond the radius, whatever its time
    link_lost,
    link_offline,
    told_by_voice,         // its place is the dispatcher's word, as old as that
};
enum class Exclusion : std::uint8_t { none, busy, out_of_service, no_position, unreachable, too_far, fuel_out };

struct Candidate {
    UnitId unit;
    std::uint32_t rank{0};             // from 1; 0: excluded
    std::uint32_t turnout_s{0};
    std::uint32_t drive_s{0};
    std::uint32_t access_s{0};         // as RoadTime
    std::uint32_t widen_s{0};          // for the age of the fix; part of total_s
    std::uint32_t total_s{0};
    std::uint32_t distance_m{0};
    bool within_radius{false};
    std::vector<Reason> reasons;
    Exclusion excluded{Exclusion::none};
    std::uint32_t straight_m{0};
    std::uint32_t straight_rank{0};    // among all units with a position; 0: none
    std::uint32_t fix_age_s{0};
    std::vector<std::string> lacks{};  // "class_B", "ventilator"
    std::optional<Release> release{};  // of a busy unit; its total_s is when it could be there
    std::optional<std::uint32_t> coverage_loss_ppm{};
};

// none: by time, fit for the call before unfit.
enum class Rule : std::uint8_t { none, coverage };
enum class Shortfall : std::uint8_t { none, no_unit, none_within_radius };

struct Ranking {
    std::vector<Candidate> candidates; // by rank, then the excluded by unit
    bool degraded{false};              // at least one time is a straight line's
    Shortfall shortfall{Shortfall::none};
    std::vector<std::string> unmet{};  // "no_class_B": nobody who can go brings it within the radius
    Rule rule{Rule::none};
};

// Since its last fix a unit may have driven away for as long as that is old; unless it waits where it was seen then. Without a
// limit: what nobody has heard of for an hour may be an hour away. Of a place that is no fix: 0.
[[nodiscard]] std::uint32_t widening_s(PositionFrom position, bool waits_where_seen, std::uint32_t unseen_road_s);
[[nodiscard]] bool is_position_old(PositionFrom position, bool waits_where_seen, std::uint32_t unseen_road_s);

// What puts a unit behind others whatever its place. Recommendation, coverage and move-up ask here.
struct Fitness {
    bool contaminated{false};
    std::optional<std::int64_t> crew_left_s{};   // as UnitInput
};
// The crew's shift ends before a call that it reaches in `ahead_s` is done with, which takes kTaskTypicalS. Of a crew
// whose hours are not known: false.
[[nodiscard]] bool short_of_hours(const Fitness& fitness, std::uint32_t ahead_s);
// Behind the others for this call: of levels 2 to 4 one that is not clean, of levels 3 and 4 one short of hours.
[[nodiscard]] bool stands_behind(const CallInput& call, const Fitness& fitness, std::uint32_t ahead_s);
// There is a call for which it stands behind, when that is as far as the radius. Coverage does not count on such a
// unit, and it is not moved to stand by: for a life at risk it is sent all the same.
[[nodiscard]] bool is_reserve(const Fitness& fitness);

// Order of those that can go: within the radius before beyond; of these, those that lack nothing the call needs before the
// others; of levels 2 to 4 clean vehicles, and of levels 3 and 4 crews with hours left, before the rest; then by time. For
// level 1 nothing but need and time counts.
Ranking recommend(const CallInput& call, const std::vector<UnitInput>& units);

std::string_view name(Reason reason);
std::string_view name(Exclusion exclusion);   // "" for none
std::string_view name(Shortfall shortfall);   // "" for none
std::string_view name(Rule rule);             // "" for none

} // namespace ems::dispatch
