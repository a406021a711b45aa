#include "dispatch/core/decide.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/outbox.h"
#include "dispatch/core/task_writes.h"

namespace ems::dispatch {
namespace {

using U = UnitState;
using A = AssignmentState;
using S = StampEvent;

void stay_on_task(TaskWrites& task, const StateRequest& request) {
    if (task.assignment().state != A::accepted) {
        task.set_assignment(A::accepted, "");
        task.stop_order("the crew is under way");
    }
    task.stamp(*traits(request.state).stamp, request.when, request.source);
}

// The patient is where they were to be brought: a unit that stops there has served them, and nobody needs another.
bool has_delivered(UnitState state) { return state == U::at_hospital || state == U::handover; }

// The unit leaves the scene or the hospital free, or stops at the hospital: served, whatever came of it.
UnitRow finish_task(TaskWrites& task, const UnitRow& unit, const StateRequest& request) {
    const bool stops = request.state == U::out_of_service;
    const bool at_scene = unit.state == U::at_scene || unit.state == U::at_patient;
    const std::string_view outcome =
        unit.state == U::at_scene ? "no_patient" : unit.state == U::at_patient ? "not_transported" : "handed_over";
    task.set_assignment(A::done, outcome);
    if (stops) {
        task.not_applicable(S::left_hospital, "out of service", request.when);
        task.not_applicable(kReturnStamps, "out of service", request.when);
    } else if (!at_scene) {
        task.stamp(S::left_hospital, request.when, request.source);
    }
    AssignmentId keep = stops ? AssignmentId{} : task.assignment().id;
    if (request.state != U::clearing && !stops) {
        task.stamp(S::available, request.when, request.source);
    }
    if (request.state == U::available) {
        task.not_applicable(S::at_station, "return not reported", request.when);
        keep = {};
    }
    task.not_applicable(kTaskStamps, at_scene ? outcome : std::string_view{"not reported"}, request.when);
    task.not_applicable(S::cancelled, "completed", request.when);
    task.close_if_last(outcome);
    return off_task(unit, task.incident(), keep);
}

// The incident demands another unit, and where the patient now is: in the vehicle, if it had set out with one. Others that
// are on it have a patient of their own at the place of the call, which then stays.
UnitRow break_down(TaskWrites& task, const UnitRow& unit, const StateRequest& request, WriteSet& out) {
    end_unserved(task, {A::cancelled, "breakdown", request.note, request.when, request.source, request.state});
    task.reopen_if_alone();
    const bool patient_on_board = unit.state == U::transporting;
    const bool fresh = request.place && on_the_map(*request.place) && request.place_age_us <= kPatientPlaceAgeMaxUs;
    const bool moves = patient_on_board && fresh && task.alone();
    if (moves) {
        IncidentRow& row = change_of(out, task.incident()).row;
        row.place = *request.place;
        row.place_source = "vehicle";
    }
    audit(out, "breakdown", task.incident().id,
          fmt::format("unit={} state={} patient_on_board={} place={}", unit.id.value, name(unit.state),
                      patient_on_board ? "yes" : "no", moves ? "vehicle" : "kept"));
    return off_task(unit, task.incident(), {});
}

// What was suggested of this unit and has now been said, or can no more come true; `after` is the unit as it will be. A
// task of which no stamp is to come any more takes its suggestions along: a report for it would be refused.
void settle_proposals(const World& world, const UnitRow& after, const StateRequest& request, WriteSet& out) {
    for (const auto& [id, proposal] : world.proposals) {
        if (proposal.unit != after.id || proposal.posting.is_set()) {
            continue;
        }
        const bool of_past_task = proposal.assignment.is_set() && proposal.assignment != after.assignment &&
                                  proposal.assignment != after.stamp_assignment;
        if (proposal.state == request.state) {
            out.operations.emplace_back(SetProposal{id, ProposalOutcome::confirmed});
        } else if (of_past_task || request.state == U::out_of_service ||
                   !legal(request.state, proposal.state, Cause::report)) {
            out.operations.emplace_back(SetProposal{id, ProposalOutcome::superseded});
        }
    }
}

// What a crew acts for that is not what the unit is now on. Beside nothing there is no other: a crew names its last task
// until it gets the next one. That it is out of service holds for whatever the unit was given meanwhile, which the crew did
// not see yet; only not the word of a vehicle that another unit drives by now.
bool names_other(const World& world, const UnitRow& unit, const StateRequest& request) {
    const AssignmentId now = unit.assignment.is_set() ? unit.assignment : unit.stamp_assignment;
    if (!request.assignment.is_set() || !now.is_set() || request.assignment == now) {
        return false;
    }
    const AssignmentRow* named = world.assignment(request.assignment);
    const bool is_older = named != nullptr && named->unit == unit.id && request.assignment < now;
    return request.state != U::out_of_service || !is_older;
}

// A button that was held up in a dead zone says what was so before a dispatcher took the unit out of service; the unit would be
// sent again, and whoever took it out would not know.
bool is_before_entry(const UnitRow& unit, const StateRequest& request) {
    return unit.state == U::out_of_service && request.source != StampSource::dispatcher &&
           request.when.said_us() < unit.entered_us;
}

// Last stamps of a task that has ended: free again, back at the station.
UnitRow report_return(const World& world, UnitRow unit, const StateRequest& request, WriteSet& out) {
    if (!world.knows_task(unit.stamp_assignment)) {
        unit.stamp_assignment = {};
        return unit;
    }
    TaskWrites task{world, unit, unit.stamp_assignment, out};
    if (request.state == U::out_of_service) {
        task.not_applicable(kReturnStamps, "out of service", request.when);
    } else {
        task.stamp(S::available, request.when, request.source);
    }
    if (request.state == U::available) {
        // Who drove home from clearing without a word and confirms the fence is at the station as well.
        if (unit.state == U::returning || request.source == StampSource::geofence) {
            task.stamp(S::at_station, request.when, request.source);
        } else {
            task.not_applicable(S::at_station, "return not reported", request.when);
        }
    }
    if (request.state != U::returning) {
        unit.stamp_assignment = {};
    }
    return unit;
}

} // namespace

std::int64_t When::event_us() const {
    if (proposed_us > 0) {
        return std::min(proposed_us, received_us);
    }
    const std::int64_t behind_us = received_us - device_us;
    const bool believable = device_us > 0 && device_clock_good && behind_us <= kDeviceBehindMaxUs &&
                            behind_us >= -kDeviceAheadMaxUs;
    return believable ? std::min(device_us, received_us) : received_us;
}

std::int64_t When::said_us() const {
    const bool told = (proposed_us == 0 || is_pressed) && device_us > 0 && device_clock_good;
    return told ? std::min(device_us, received_us) : received_us;
}

std::optional<PlaceE7> place_told_by(const World& world, const UnitRow& unit, UnitState to, std::optional<PlaceE7> hospital) {
    const bool leaves = to == U::clearing || to == U::returning || to == U::available;
    const bool from_scene = unit.state == U::at_scene || unit.state == U::at_patient;
    if (to == U::at_hospital || to == U::handover || (leaves && has_delivered(unit.state))) {
        return hospital;
    }
    const IncidentRow* task = world.incident(unit.incident);
    const bool at_scene = to == U::at_scene || to == U::at_patient || to == U::transporting || (leaves && from_scene);
    return at_scene && task != nullptr ? std::optional{task->place} : std::nullopt;
}

std::vector<AssignmentId> ended_tasks(const WriteSet& writes) {
    std::vector<AssignmentId> out;
    for (const Operation& operation : writes.operations) {
        const auto* set = std::get_if<SetAssignment>(&operation);
        if (set != nullptr && ended(set->row.state)) {
            out.push_back(set->row.id);
        }
    }
    return out;
}

Result<WriteSet> decide_state(const World& world, const StateRequest& request) {
    const UnitRow* unit = world.unit(request.unit);
    if (unit == nullptr) {
        return fail(Code::no_such_unit);
    }
    WriteSet out{request.actor, {}};
    if (names_other(world, *unit, request)) {
        return fail(Code::task_changed,
                    fmt::format("assignment {} is not the unit's present one", request.assignment.value));
    }
    if (request.seen_on && *request.seen_on != unit->assignment) {
        return fail(Code::task_changed, "the unit has another task than its sender saw");
    }
    if (request.state == unit->state) {
        return out;
    }
    if (is_before_entry(*unit, request)) {
        return fail(Code::version_stale, "a dispatcher has taken the unit out of service since");
    }
    if (!legal(unit->state, request.state, Cause::report)) {
        return fail(Code::illegal_transition,
                    fmt::format("{} to {}", name(unit->state), name(request.state)));
    }
    const bool breaks_down = request.state == U::out_of_service && traits(unit->state).on_task && !has_delivered(unit->state);
    // Before the handover is signed a dispatcher who types it has to say why: the patient may still be in the vehicle.
    if (request.state == U::out_of_service && unit->state == U::at_hospital &&
        request.source == StampSource::dispatcher && request.note.empty()) {
        return fail(Code::handover_not_signed);
    }
    UnitRow row = *unit;
    IncidentId incident = unit->incident;
    if (unit->assignment.is_set()) {
        if (world.assignment(unit->assignment) == nullptr || world.incident(unit->incident) == nullptr) {
            return fail(Code::internal, "unit's assignment is not loaded");
        }
        TaskWrites task{world, *unit, unit->assignment, out};
        if (traits(request.state).on_task) {
            stay_on_task(task, request);
        } else if (breaks_down) {
            row = break_down(task, *unit, request, out);
        } else {
            row = finish_task(task, *unit, request);
        }
    } else {
        row = report_return(world, row, request, out);
    }
    if (request.told_place) {
        row.told_place = request.told_place;
        row.told_us = request.when.event_us();
    } else if (unit->state == U::returning && request.state == U::available) {
        row.told_place.reset();   // it is where it stands by
        row.told_us = 0;
    }
    if (request.state == U::out_of_service) {
        end_posting(world, unit->id, PostingState::cancelled, "out of service", out);
    }
    if (!breaks_down) {
        settle_proposals(world, row, request, out);
    }
    audit(out, "unit_state", incident,
          fmt::format("unit={} {}->{} source={}{}{}", unit->id.value, name(unit->state), name(request.state),
                      name(request.source), request.note.empty() ? "" : " note=", request.note));
    const bool entered = request.source == StampSource::dispatcher;
    set_unit(out, std::move(row), request.state, request.source, entered ? request.when.received_us : 0);
    return out;
}

namespace {

Result<WriteSet> crew_answers(const World& world, const AckReport& report, const CommandRow& command,
                              const AssignmentRow& assignment, WriteSet out) {
    const UnitRow* unit = world.unit(command.unit);
    if (unit == nullptr || world.incident(assignment.incident) == nullptr || ended(assignment.state)) {
        return out;
    }
    TaskWrites task{world, *unit, assignment.id, out};
    const bool holds_unit = unit->assignment == assignment.id;
    if (report.ack == Ack::stored) {
        if (assignment.state == A::ordered) {
            task.set_assignment(A::delivered, "");
            audit(out, "order_delivered", assignment.incident,
                  fmt::format("unit={} assignment={}", unit->id.value, assignment.id.value));
        }
        return out;
    }
    if (report.ack == Ack::accepted) {
        if (assignment.state != A::accepted) {
            task.set_assignment(A::accepted, "");
        }
        task.stamp(S::crew_ack, report.when, StampSource::crew_button);
        if (holds_unit && unit->state == U::assigned) {
            set_unit(out, *unit, U::acknowledged, StampSource::crew_button);
        }
        audit(out, "crew_accepted", assignment.incident, fmt::format("unit={}", unit->id.value));
        return out;
    }
    // A refusal after the crew has set out is a matter for the dispatcher, not for a button.
    if (assignment.state == A::accepted || !holds_unit) {
        audit(out, "crew_refused_late", assignment.incident, fmt::format("unit={}", unit->id.value));
        return out;
    }
    end_unserved(task, {A::refused, "refused by crew", report.note.substr(0, kTextMax), report.when,
                        StampSource::crew_button});
    task.reopen_if_alone();
    set_unit(out, off_task(*unit, task.incident(), {}), release_target(unit->state), StampSource::crew_button);
    audit(out, "crew_refused", assignment.incident,
          fmt::format("unit={} reason={:.200}", unit->id.value, report.note));
    return out;
}

std::optional<PostingState> posting_after(Ack ack) {
    // In the order of Ack: what has expired or was superseded moves nothing.
    constexpr std::array<std::optional<PostingState>, 6> kAfter{PostingState::delivered, PostingState::delivered, PostingState::refused,
                                                                std::nullopt, std::nullopt, PostingState::arrived};
    return kAfter[static_cast<std::size_t>(ack)];
}

// In the order of Ack. Of a command whose crew has arrived it says no more than that they went.
constexpr std::array<std::string_view, 6> kCommandStates{"stored", "accepted", "refused", "expired", "superseded", "accepted"};
constexpr std::array<std::string_view, 6> kPostingAnswers{"stored", "accepted", "refused", "expired", "superseded", "arrived"};

// A posting is on its vehicle, its crew will not go, goes, or is there.
void answer_posting(const World& world, const AckReport& report, WriteSet& out) {
    for (const auto& [id, posting] : world.postings) {
        if (posting.command.empty() || posting.command != report.command_id) {
            continue;
        }
        const auto next = posting_after(report.ack);
        if (next && legal(posting.state, *next)) {
            PostingRow row = posting;
            row.state = *next;
            row.end_reason = *next == PostingState::refused ? report.note.substr(0, kTextMax) : std::string{};
            out.operations.emplace_back(SetPosting{std::move(row)});
            if (*next != PostingState::delivered) {
                settle_arrival(world, id,
                               *next == PostingState::arrived ? ProposalOutcome::confirmed : ProposalOutcome::superseded, out);
            }
        }
        if (report.ack == Ack::accepted || report.ack == Ack::refused || report.ack == Ack::arrived) {
            audit(out, "crew_posting", {},
                  fmt::format("unit={} posting={} answer={} at_us={} note={:.200}", posting.unit.value, id.value,
                              kPostingAnswers[static_cast<std::size_t>(report.ack)], report.when.event_us(), report.note));
        }
    }
}

} // namespace

namespace {

void time_out(const World& world, const CommandRow& command, const When& when, WriteSet& out) {
    const AssignmentRow* assignment = world.assignment(command.assignment);
    const UnitRow* unit = world.unit(command.unit);
    const bool waits = command.kind == "dispatch" && assignment != nullptr && assignment->state == A::ordered &&
                       unit != nullptr && unit->assignment == assignment->id && world.knows_task(assignment->id);
    if (!waits) {
        return;
    }
    TaskWrites task{world, *unit, assignment->id, out};
    end_unserved(task, {A::timed_out, "not reached", "", when, StampSource::system});
    task.reopen_if_alone();
    set_unit(out, off_task(*unit, task.incident(), {}), release_target(unit->state), StampSource::system);
    audit(out, "order_timed_out", assignment->incident,
          fmt::format("unit={} assignment={}", unit->id.value, assignment->id.value));
}

} // namespace

Result<WriteSet> decide_expiry(const World& world, const std::string& command_id, std::int64_t now_us) {
    WriteSet out{"system", {}};
    const auto found = world.commands.find(command_id);
    if (found == world.commands.end() || !open(found->second)) {
        return out;
    }
    const CommandRow& command = found->second;
    // First, so that it counts as expired: what ends the task withdraws its order.
    out.operations.emplace_back(SetCommand{command.id, command.assignment, "expired", command.attempts, ""});
    time_out(world, command, {now_us, 0, false}, out);
    return out;
}

Result<WriteSet> decide_ack(const World& world, const AckReport& report) {
    const auto found = world.commands.find(report.command_id);
    WriteSet out{report.actor, {}};
    if (found == world.commands.end()) {
        // A server that took over does not know the orders that the vehicles held before; it knows their postings.
        answer_posting(world, report, out);
        if (out.operations.empty()) {
            return fail(Code::not_found, "no such command");
        }
        return out;
    }
    const CommandRow& command = found->second;
    out.operations.emplace_back(SetCommand{command.id, command.assignment,
                                           std::string{kCommandStates[static_cast<std::size_t>(report.ack)]}, command.attempts,
                                           report.note});
    answer_posting(world, report, out);
    if (report.ack == Ack::expired) {
        time_out(world, command, report.when, out);   // it says itself that it will never show it
        return out;
    }
    const AssignmentRow* assignment = world.assignment(command.assignment);
    const bool answer = report.ack == Ack::stored || report.ack == Ack::accepted || report.ack == Ack::refused;
    if (command.kind != "dispatch" || assignment == nullptr || !answer) {
        return out;
    }
    return crew_answers(world, report, command, *assignment, std::move(out));
}

Result<void> check_demand(const World& world, const AssignRequest& request) {
    const bool asked = request.intent == AssignIntent::additional || world.units_short(request.incident) > 0;
    if (!asked) {
        return fail(Code::incident_has_its_units,
                    fmt::format("incident {} demands no further unit", request.incident.value));
    }
    return {};
}

void raise_demand(const World& world, const AssignRequest& request, WriteSet& out) {
    const IncidentRow& incident = *world.incident(request.incident);
    if (world.units_short(incident.id) == 0) {
        IncidentRow& row = change_of(out, incident).row;
        row.units_wanted = std::min(incident.units_wanted + 1, kUnitsWantedMax);
    }
}

Result<WriteSet> decide_assign(const World& world, const AssignRequest& request) {
    EMS_TRY(check_sendable(world, request));
    EMS_TRY(check_demand(world, request));
    WriteSet out{request.actor, {}};
    raise_demand(world, request, out);
    take_for_call(world, *world.unit(request.unit), request, out);
    audit(out, "assign", request.incident,
          fmt::format("unit={} assignment={} recommendation={} override={:.200}", request.unit.value,
                      request.assignment.value, request.recommendation, request.override_reason));
    return out;
}

namespace {

// After a unit less is wanted: with none but `except` on it and as many served as are still wanted, nobody would ever end it.
void close_if_served(const World& world, AssignmentId except, SetIncident& change) {
    std::uint32_t served = 0;
    std::string outcome;
    for (const auto& [id, assignment] : world.assignments) {
        if (assignment.incident != change.row.id || id == except) {
            continue;
        }
        if (!ended(assignment.state)) {
            return;
        }
        if (assignment.state == A::done) {
            ++served;
            outcome = assignment.end_reason;
        }
    }
    if (served > 0 && served >= change.row.units_wanted) {
        change.row.state = IncidentState::closed;
        change.outcome = std::move(outcome);
    }
}

} // namespace

Result<WriteSet> decide_cancel(const World& world, const CancelRequest& request) {
    const AssignmentRow* assignment = world.assignment(request.assignment);
    if (assignment == nullptr) {
        return fail(Code::no_such_assignment);
    }
    const UnitRow* unit = world.unit(assignment->unit);
    if (ended(assignment->state) || unit == nullptr || unit->assignment != assignment->id) {
        return fail(Code::assignment_ended);
    }
    const UnitState target = release_target(unit->state);
    if (!legal(unit->state, target, Cause::release)) {
        return fail(Code::patient_on_board, fmt::format("the unit is {}", name(unit->state)));
    }
    WriteSet out{request.actor, {}};
    TaskWrites task{world, *unit, assignment->id, out};
    const When when{request.now_us, 0, false};
    end_unserved(task, {A::cancelled, "cancelled", request.reason, when, StampSource::dispatcher});
    task.reopen_if_alone();
    // Who calls one of several back wants one less, when all that are wanted are there; of a call that is short it was the
    // wrong one, and as many are wanted as before. The last one is still wanted.
    if (task.incident().units_wanted > 1 && world.units_short(task.incident().id) == 0) {
        change_of(out, task.incident()).row.units_wanted -= 1;
    }
    close_if_served(world, assignment->id, change_of(out, task.incident()));
    set_unit(out, off_task(*unit, task.incident(), {}), target, StampSource::dispatcher);
    audit(out, "cancel_assignment", assignment->incident,
          fmt::format("unit={} assignment={} reason={:.200}", unit->id.value, assignment->id.value,
                      request.reason));
    return out;
}

Result<WriteSet> decide_close(const World& world, const CloseRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    if (incident == nullptr) {
        return fail(Code::no_such_incident);
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (request.version.value_or(incident->version) != incident->version) {
        return fail(Code::version_stale);
    }
    if (world.live_assignments(incident->id) > 0) {
        return fail(Code::unit_on_incident);
    }
    const bool served = world.any_done(incident->id);
    if (!served && !request.version) {
        return fail(Code::version_stale, "which version was seen is not said, and nobody served it");
    }
    EMS_TRY(served ? check_text(request.outcome, "outcome") : check_reason(request.outcome));
    const bool by_neighbour = request.outcome.starts_with(kServedByNeighbour);
    if (request.outcome == kServedByNeighbour) {
        return fail(Code::reason_needed, "which neighbour");
    }
    WriteSet out{request.actor, {}};
    IncidentRow row = *incident;
    row.state = served || by_neighbour ? IncidentState::closed : IncidentState::cancelled;
    out.operations.emplace_back(SetIncident{std::move(row), request.outcome});
    if (!served && by_neighbour) {
        out.operations.emplace_back(AddStamp{incident->id,
                                             {S::cancelled, 0, 0, request.now_us, StampSource::dispatcher, {}, {},
                                              "served by a neighbour"}});
    } else if (!served) {
        out.operations.emplace_back(AddStamp{incident->id,
                                             {S::cancelled, std::max(request.now_us, last_of_call_us(*incident)), 0, request.now_us,
                                              StampSource::dispatcher, {}, {}, {}}});
    }
    audit(out, "close_incident", incident->id, fmt::format("outcome={:.200}", request.outcome));
    return out;
}

namespace {

// A transfer is planned for a time that a roster can know; an emergency is now.
Result<void> check_plan(const IncidentRow& row, std::int64_t now_us) {
    if (row.kind == IncidentKind::emergency) {
        if (row.planned_us != 0) {
            return fail(Code::emergency_is_now);
        }
        return {};
    }
    if (row.planned_us < now_us - kPlannedBehindMaxUs || row.planned_us > now_us + kPlannedAheadMaxUs) {
        return fail(Code::planned_time_range);
    }
    if (!row.destination.is_set()) {
        return fail(Code::transfer_needs_hospital);
    }
    return {};
}

} // namespace

Result<WriteSet> decide_call(const CallRequest& request) {
    const OpenIncident& open = request.open;
    EMS_TRY(check_incident(open.incident));
    EMS_TRY(check_plan(open.incident, request.now_us));
    if (open.ring_us > open.answered_us || open.answered_us > request.now_us ||
        open.ring_us < request.now_us - kDeviceBehindMaxUs) {
        return fail(Code::clock_order);
    }
    WriteSet out{request.actor, {}};
    out.operations.emplace_back(open);
    // A line that does not tell when it rang was not answered at once: the time of answering would say so.
    const StampRow rang = request.ring_known
                              ? StampRow{S::ring_start, open.ring_us, 0, request.now_us, StampSource::caller_line, {}, {}, {}}
                              : StampRow{S::ring_start, 0, 0, request.now_us, StampSource::system, {}, {}, "not told by the line"};
    const std::array<StampRow, 3> stamps{{
        rang,
        {S::answered, open.answered_us, 0, request.now_us, StampSource::dispatcher, {}, {}, {}},
        {S::case_opened, request.now_us, 0, request.now_us, StampSource::dispatcher, {}, {}, {}},
    }};
    for (const StampRow& stamp : stamps) {
        out.operations.emplace_back(AddStamp{open.incident.id, stamp});
    }
    audit(out, "new_call", open.incident.id,
          fmt::format("call={} number={} level={}", open.call.value, open.incident.number,
                      open.incident.level));
    return out;
}

Result<WriteSet> decide_update(const World& world, const UpdateRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    if (incident == nullptr) {
        return fail(Code::no_such_incident);
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (request.version != incident->version) {
        return fail(Code::version_stale);
    }
    IncidentRow row = *incident;
    row.level = request.level == 0 ? row.level : request.level;
    row.complaint = request.complaint.empty() ? row.complaint : request.complaint;
    row.address = request.address.empty() ? row.address : request.address;
    if (request.has_place) {
        row.place = request.place;
        row.place_source = "dispatcher";
    }
    row.units_wanted = request.units_wanted == 0 ? row.units_wanted : request.units_wanted;
    row.need = request.need.value_or(row.need);
    correct(row, request.correction);
    EMS_TRY(check_incident(row));
    if (request.planned_us != 0) {
        row.planned_us = request.planned_us;
        EMS_TRY(check_plan(row, request.now_us));
    }
    WriteSet out{request.actor, {}};
    audit(out, "update_incident", incident->id,
          fmt::format("level {}->{} place_changed={} units_wanted={}->{}{}", incident->level, row.level,
                      row.place != incident->place, incident->units_wanted, row.units_wanted,
                      corrected_fields(*incident, row, request.correction)));
    SetIncident change;
    change.row = std::move(row);
    change.identity = identity_of(request.correction);
    if (request.units_wanted != 0) {
        close_if_served(world, {}, change);
    }
    out.operations.emplace_back(std::move(change));
    return out;
}

Result<WriteSet> decide_destination(const World& world, const DestinationRequest& request) {
    const AssignmentRow* assignment = world.assignment(request.assignment);
    if (assignment == nullptr) {
        return fail(Code::no_such_assignment);
    }
    const UnitRow* unit = world.unit(assignment->unit);
    if (ended(assignment->state) || unit == nullptr || unit->assignment != assignment->id) {
        return fail(Code::assignment_ended);
    }
    if (has_delivered(unit->state)) {
        return fail(Code::illegal_transition, fmt::format("the unit is {}", name(unit->state)));
    }
    WriteSet out{request.actor, {}};
    UnitRow row = *unit;
    row.hospital = request.hospital;
    set_unit(out, std::move(row), unit->state, StampSource::dispatcher);
    audit(out, "set_destination", assignment->incident,
          fmt::format("unit={} hospital={}", unit->id.value, request.hospital.value));
    return out;
}

} // namespace ems::dispatch
