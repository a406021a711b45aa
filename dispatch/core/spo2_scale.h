// Which scale NEWS2 reads the saturation of an incident's patient on. Scale 2 is for hypercapnic respiratory failure that a
// clinician has confirmed (RCP 2017): a person switches it, and nothing derives it from what the caller said. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch/core/write_set.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

struct ScaleRequest {
    IncidentId incident;
    std::uint32_t scale{1};
    std::uint64_t version{0};   // of the switch that its sender saw; 0: none
    std::string actor;
};
// The audit of the switch; the store writes the switch itself, which leaves the incident's version as it is: who is about to send
// a unit is not refused for it. Errors: no_such_incident, incident_closed, choice_unknown (scale 1 or 2), scale_needs_unit (no unit is
// on it: nobody has seen the patient), version_stale.
Result<WriteSet> decide_spo2_scale(const World& world, const ScaleRequest& request);

} // namespace ems::dispatch
