// Conditions of roads as dispatchers enter them (dispatch.road_condition). Written under the
// leader's term with the key and the audit of the request that enters or ends them, in one
// transaction. Each function takes an open connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch/store/store.h"

namespace ems::dispatch {

enum class RoadKind : std::uint8_t { closure, flood, slow, speed, rain, snow };
enum class RoadPlace : std::uint8_t { stretch, area, everywhere };
enum class RoadWays : std::uint8_t { both, along };

std::string_view name(RoadKind kind);
std::string_view name(RoadPlace place);
std::optional<RoadKind> road_kind_of(std::string_view name);
std::optional<RoadPlace> road_place_of(std::string_view name);

struct RoadConditionRow {
    std::int64_t id{0};
    RoadKind kind{RoadKind::closure};
    RoadPlace place{RoadPlace::stretch};
    std::vector<PlaceE7> points;
    RoadWays ways{RoadWays::both};
    std::vector<std::string> classes;
    std::string road;
    double value{0};
    std::int64_t from_us{0};
    std::int64_t until_us{0}; // 0: until somebody ends it
    std::string reason;
    std::int64_t created_us{0};
    std::string created_by;
    std::int64_t ended_us{0}; // 0: nobody ended it
    std::string ended_by;
    std::string end_reason;
    std::uint64_t version{0};
    // Not stored: it finds no road on the map of this server, which may be another than it was
    // entered on.
    bool without_effect{false};
};

// Those that hold now or will, by id.
Task<std::vector<RoadConditionRow>> road_conditions(pg::Connection& db, std::string region);
Task<std::int64_t> take_road_condition_id(pg::Connection& db);
// Each gives the row as it now is. `request` holds the key and the audit. Errors: term_stale,
// repeated (the key was used before), too_many_requests (500 hold already), db_conflict (another
// version, or ended), those of telemetry/pg.
Task<RoadConditionRow> add_road_condition(pg::Connection& db, std::uint64_t term, WriteSet request,
                                          std::string region, RoadConditionRow row);
Task<RoadConditionRow> end_road_condition(pg::Connection& db, std::uint64_t term, WriteSet request,
                                          std::int64_t id, std::uint64_t version,
                                          std::string reason);

} // namespace ems::dispatch
