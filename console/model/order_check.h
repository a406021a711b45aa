// Why an order cannot be given, as far as this desk can know before the server is asked; the server judges again. The same
// check stands behind keys, buttons and the command line. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "console/model/desk_state.h"

namespace ems::console {

enum class RefusalCode : std::uint8_t {
    not_connected,
    no_orders,          // the server takes none
    no_such_unit,
    no_such_incident,
    incident_ended,
    has_its_units,      // one more is an additional unit
    unit_on_task,       // about: the incident's number
    unit_off,           // out of service
    not_on_task,
    not_divertible,     // has reached its patient or the scene; about: state
    not_more_urgent,
    same_incident,
    same_unit,
    crew_accepted,
    already_in_state,
    reason_needed,
    not_first,          // of the list: a reason is needed; about: the first one's name
    too_long,
    note_too_long,
    no_posting,
    no_proposal,
    no_suggestion,      // of a case that may be the same
    no_move_up,
    no_such_road,
    no_such_stamp,
    time_ahead,
    out_of_range,       // about: least and most
    nothing_drawn,
    patient_on_board,   // a swap of a unit that has the patient
    physicians_only,
    no_unit_on_it,      // about: the incident's number
    neighbour_asked,    // and has not answered; about: its name
    only_who_agrees,    // names a unit and a time
    neighbour_too_long, // its name, unit or time
    neighbours_full,    // the case has all the words it can have
    count
};

struct Refused {
    RefusalCode code{RefusalCode::not_connected};
    std::string about;
    bool operator==(const Refused&) const = default;
};

// Nothing when it may be sent. `local_us` this machine's clock.
[[nodiscard]] std::optional<Refused> check_order(const DeskState& state, const api::ClientFrame& frame,
                                                 std::int64_t local_us);

// A unit that may be given an order: available, clearing, returning (the server's own word for it).
[[nodiscard]] bool is_sendable(const api::Unit& unit);
// The first of the shown list that can still be sent; null when there is no list or nobody can.
[[nodiscard]] const api::Candidate* first_sendable(const DeskState& state, std::int64_t incident_id);

inline constexpr std::size_t kReasonBytesMax = 500; // dispatch/service refuses longer ones

} // namespace ems::console
