#include "dispatch/core/spo2_scale.h"

#include <fmt/format.h>

#include "dispatch/core/task_writes.h"

namespace ems::dispatch {

Result<WriteSet> decide_spo2_scale(const World& world, const ScaleRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    if (incident == nullptr) {
        return fail(Code::no_such_incident);
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (request.scale != 1 && request.scale != 2) {
        return fail(Code::choice_unknown, "the scale is 1 or 2");
    }
    if (world.live_assignments(incident->id) == 0) {
        return fail(Code::scale_needs_unit);
    }
    if (request.version != incident->spo2_scale.version) {
        return fail(Code::version_stale);
    }
    WriteSet out{request.actor, {}};
    audit(out, "set_spo2_scale", incident->id, fmt::format("scale {}->{}", incident->spo2_scale.scale, request.scale));
    return out;
}

} // namespace ems::dispatch
