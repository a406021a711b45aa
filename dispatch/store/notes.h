// Notes of incidents (dispatch.incident_note), and the earlier calls of a number. Each function takes an open connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch/store/store.h"

namespace ems::dispatch {

struct NewNote {
    IncidentId incident;
    std::string display;   // how screens call its writer
    std::string text;      // 1 to 500 characters
};

// Writes it under the leader's term in one transaction with `request`, which holds the key and the audit, and gives the
// incident as it is then. Errors: term_stale, repeated (the key was used before), no_such_incident, too_many_notes, those of
// telemetry/pg.
Task<Rows> add_note(pg::Connection& db, std::uint64_t term, WriteSet request, NewNote note);
// All of an incident, oldest first: at most kNotesMax.
Task<std::vector<NoteRow>> notes_of(pg::Connection& db, IncidentId incident);

inline constexpr std::int64_t kCallsShown = 5;
struct CallsOfNumber {
    std::uint32_t count{0};             // of the past year
    std::vector<IncidentRow> newest;    // newest first, at most kCallsShown
};
// Incidents of the past year whose caller's number has this keyed hash.
Task<CallsOfNumber> calls_of(pg::Connection& db, std::string phone_index);

} // namespace ems::dispatch
