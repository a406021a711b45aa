// On which scale NEWS2 reads the saturation of an incident's patient (dispatch.incident_spo2_scale).
#pragma once

#include <cstdint>
#include <string>

#include "dispatch/store/store.h"

namespace ems::dispatch {

struct NewSpo2Scale {
    IncidentId incident;
    std::uint64_t version{0};   // of the switch before: 0 for the first
    std::uint32_t scale{1};     // 1 or 2
    std::string display;        // how screens call who switches
};

// Writes it under the leader's term in one transaction with `request`, which holds the key and the audit, and gives the
// incident as it is then. Errors: term_stale, repeated (the key was used before), db_conflict (switched since), no_such_incident,
// those of telemetry/pg.
Task<Rows> set_spo2_scale(pg::Connection& db, std::uint64_t term, WriteSet request, NewSpo2Scale scale);

} // namespace ems::dispatch
