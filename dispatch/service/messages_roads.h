// What is known of roads, reach and coverage as messages of the console protocol, and back. Values
// only.
#pragma once

#include <cstdint>
#include <optional>

#include "dispatch/contract/api.pb.h"
#include "dispatch/service/cover_now.h"
#include "dispatch/service/road_thread.h"
#include "dispatch/service/under_way.h"
#include "dispatch/store/road_conditions.h"
#include "map/live/road_conditions.h"
#include "map/reach/station_areas.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

class RoadDesk;

// What a dispatcher entered at `now_us`. invalid_argument in words: kind, place, points, classes,
// value, times (at most a year ahead, not over already), reason.
Result<RoadConditionRow> road_condition_of(const api::RoadCondition& message, std::int64_t now_us);
api::RoadCondition to_message(const RoadConditionRow& row);
api::RoadsState roads_state(const RoadDesk& desk);
// Of a row that road_condition_of let through.
map::RoadCondition to_map(const RoadConditionRow& row);
// For the audit: what holds where, and until when.
std::string describe(const RoadConditionRow& row);

api::Coverage to_message(const CoverNow& now);
// Nothing when the unit counted in no coverage.
void add_loss(const CoverNow& now, UnitId unit, api::Candidate& out);
// Share of all people out of reach while the unit is away, in millionths; nothing: not worked out.
std::optional<std::uint32_t> loss_ppm(const CoverNow& now, UnitId unit);
// Over what its list promised.
void add_arrival(const ExpectedArrival& arrival, api::Assignment& out);
api::MoveUpAdvice to_message(const MoveUpRow& row);
api::Isochrones to_message(const std::vector<Isochrone>& isochrones, std::int64_t computed_us);
api::Zone to_message(const map::StationArea& outline, std::int64_t station);

} // namespace ems::dispatch
