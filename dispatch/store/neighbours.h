// What neighbour regions were asked and said (dispatch.incident_neighbour).
#pragma once

#include <string>

#include "dispatch/store/store.h"

namespace ems::dispatch {

struct NewNeighbourWord {
    IncidentId incident;
    NeighbourWord word;    // its time is the database's; who: how screens call its writer
};

// Writes it under the leader's term in one transaction with `request`, which holds the key, the incident's new version and the
// audit, and gives the incident as it is then. Errors: term_stale, repeated (the key was used before), db_conflict,
// too_many_neighbour_words, those of telemetry/pg.
Task<Rows> add_neighbour_word(pg::Connection& db, std::uint64_t term, WriteSet request, NewNeighbourWord fresh);

} // namespace ems::dispatch
