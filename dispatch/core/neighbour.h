// The centre of a neighbour region is asked by telephone for a unit; that it was asked, and what it said, stands at the incident.
#pragma once

#include <string>

#include "dispatch/core/write_set.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

inline constexpr std::size_t kNeighbourTextMax = 100;   // bytes, of each text of a word

struct NeighbourRequest {
    IncidentId incident;
    std::uint64_t version{0};     // of the incident, as its sender saw it; another is refused
    NeighbourWord word;           // without time and writer
    std::string actor;
};
// The caller stores the word with it. One that agrees or refuses need not have been asked here before: an answer says both. A
// neighbour may be asked again once it has answered, and may change its mind. Errors: no_such_incident, incident_closed,
// version_stale, neighbour_invalid, neighbour_asked, too_many_neighbour_words.
Result<WriteSet> decide_neighbour(const World& world, const NeighbourRequest& request);

} // namespace ems::dispatch
