#include "dispatch/core/decide.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

namespace ems::dispatch {
namespace {

using U = UnitState;
using A = AssignmentState;
using S = StampEvent;

constexpr std::size_t kComplaintMax = 500;
constexpr std::int32_t kLatMaxE7 = 900'000'000;
constexpr std::int32_t kLonMaxE7 = 1'800'000'000;

// One assignment's part of a decision: collects operations and keeps stamps in rising order.
class Task {
  public:
    Task(const World& world, const UnitRow& unit, AssignmentId assignment, WriteSet& out)
        : world_(world), unit_(unit), assignment_(*world.assignment(assignment)),
          incident_(*world.incident(assignment_.incident)), out_(out) {
        last_us_ = incident_.created_us;
        for (const StampRow& row : incident_.stamps) {
            if (row.assignment == assignment_.id || !row.assignment.is_set()) {
                last_us_ = std::max(last_us_, row.at_us);
            }
        }
    }

    [[nodiscard]] const AssignmentRow& assignment() const { return assignment_; }
    [[nodiscard]] const IncidentRow& incident() const { return incident_; }

    // Times of one task never fall: a device that is behind is raised to the stamp before.
    void stamp(S event, const When& when, StampSource source) {
        if (has(event)) {
            return;
        }
        last_us_ = std::max(last_us_, when.event_us());
        add({event, last_us_, when.device_us, when.received_us, source, unit_.id, assignment_.id, {}});
    }
    void not_applicable(S event, std::string_view reason, const When& when) {
        if (!has(event)) {
            add({event, 0, 0, when.received_us, StampSource::system, unit_.id, assignment_.id,
                 std::string{reason}});
        }
    }
    void not_applicable(std::initializer_list<S> events, std::string_view reason, const When& when) {
        for (const S event : events) {
            not_applicable(event, reason, when);
        }
    }

    void set_assignment(A state, std::string_view reason) {
        AssignmentRow row = assignment_;
        row.state = state;
        row.end_reason = std::string{reason};
        out_.operations.emplace_back(SetAssignment{std::move(row)});
    }
    void set_incident(IncidentState state, std::string_view outcome) {
        IncidentRow row = incident_;
        row.state = state;
        out_.operations.emplace_back(SetIncident{std::move(row), std::string{outcome}});
    }
    // After an end without service the incident waits again, unless another unit is on it.
    void reopen_if_alone() {
        if (world_.live_assignments(incident_.id, assignment_.id) == 0 &&
            incident_.state == IncidentState::assigned) {
            set_incident(IncidentState::open, "");
        }
    }
    // The incident ends with its last task.
    void close_if_last(std::string_view outcome) {
        if (world_.live_assignments(incident_.id, assignment_.id) == 0 && !ended(incident_.state)) {
            set_incident(IncidentState::closed, outcome);
        }
    }
    void stop_order(std::string_view note) {
        for (const auto& [id, command] : world_.commands) {
            const bool open = command.state == "queued" || command.state == "sent";
            if (command.assignment == assignment_.id && command.kind == "dispatch" && open) {
                out_.operations.emplace_back(
                    SetCommand{id, assignment_.id, "superseded", command.attempts, std::string{note}});
            }
        }
    }

  private:
    [[nodiscard]] bool has(S event) const {
        return incident_.stamp(event, assignment_.id) != nullptr ||
               std::find(added_.begin(), added_.end(), event) != added_.end();
    }
    void add(StampRow row) {
        added_.push_back(row.event);
        out_.operations.emplace_back(AddStamp{incident_.id, std::move(row)});
    }

    const World& world_;
    const UnitRow& unit_;
    const AssignmentRow& assignment_;
    const IncidentRow& incident_;
    WriteSet& out_;
    std::int64_t last_us_{0};
    std::vector<S> added_;
};

void audit(WriteSet& out, std::string_view action, IncidentId incident, std::string detail) {
    out.operations.emplace_back(AddAudit{std::string{action}, incident, std::move(detail)});
}

void set_unit(WriteSet& out, UnitRow row, UnitState state, StampSource source) {
    row.state = state;
    out.operations.emplace_back(SetUnit{std::move(row), source});
}

constexpr auto kTaskStamps = {S::crew_ack,     S::wheels,      S::at_scene, S::at_patient,
                              S::left_scene,   S::at_hospital, S::handover, S::left_hospital};
constexpr auto kReturnStamps = {S::available, S::at_station};

UnitRow off_task(UnitRow row, AssignmentId keep_stamping) {
    row.stamp_assignment = keep_stamping;
    row.assignment = {};
    row.incident = {};
    row.hospital = {};
    return row;
}

// Takes the task away: refused, cancelled or broken down.
void end_unserved(Task& task, A state, std::string_view reason, const When& when, StampSource source) {
    task.set_assignment(state, reason);
    task.stop_order(reason);
    task.stamp(S::cancelled, when, source);
    task.not_applicable(kTaskStamps, reason, when);
    task.not_applicable(kReturnStamps, reason, when);
    task.reopen_if_alone();
}

void stay_on_task(Task& task, const StateRequest& request) {
    if (task.assignment().state != A::accepted) {
        task.set_assignment(A::accepted, "");
        task.stop_order("the crew is under way");
    }
    task.stamp(*traits(request.state).stamp, request.when, request.source);
}

// The unit leaves the scene or the hospital free: served, whatever came of it.
UnitRow finish_task(Task& task, const UnitRow& unit, const StateRequest& request) {
    const bool at_scene = unit.state == U::at_scene || unit.state == U::at_patient;
    const std::string_view outcome =
        unit.state == U::at_scene ? "no_patient" : unit.state == U::at_patient ? "not_transported" : "handed_over";
    task.set_assignment(A::done, outcome);
    if (!at_scene) {
        task.stamp(S::left_hospital, request.when, request.source);
    }
    AssignmentId keep = task.assignment().id;
    if (request.state != U::clearing) {
        task.stamp(S::available, request.when, request.source);
    }
    if (request.state == U::available) {
        task.not_applicable(S::at_station, "return not reported", request.when);
        keep = {};
    }
    task.not_applicable(kTaskStamps, at_scene ? outcome : std::string_view{"not reported"}, request.when);
    task.not_applicable(S::cancelled, "completed", request.when);
    task.close_if_last(outcome);
    return off_task(unit, keep);
}

// Last stamps of a task that has ended: free again, back at the station.
UnitRow report_return(const World& world, UnitRow unit, const StateRequest& request, WriteSet& out) {
    if (world.assignment(unit.stamp_assignment) == nullptr) {
        unit.stamp_assignment = {};
        return unit;
    }
    Task task{world, unit, unit.stamp_assignment, out};
    if (request.state == U::out_of_service) {
        task.not_applicable(kReturnStamps, "out of service", request.when);
    } else {
        task.stamp(S::available, request.when, request.source);
    }
    if (request.state == U::available) {
        if (unit.state == U::returning) {
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

UnitState release_target(UnitState from) {
    return from == U::assigned || from == U::acknowledged ? U::available : U::returning;
}

Result<void> check_incident(const IncidentRow& row) {
    if (row.level < 1 || row.level > 4) {
        return fail(Code::invalid_argument, "level is 1 to 4");
    }
    if (row.complaint.size() > kComplaintMax || row.address.size() > kComplaintMax) {
        return fail(Code::invalid_argument, "text is longer than 500 bytes");
    }
    const PlaceE7& p = row.place;
    if (p.lat_e7 < -kLatMaxE7 || p.lat_e7 > kLatMaxE7 || p.lon_e7 < -kLonMaxE7 || p.lon_e7 > kLonMaxE7 ||
        (p.lat_e7 == 0 && p.lon_e7 == 0)) {
        return fail(Code::invalid_argument, "place is not on the map");
    }
    return {};
}

} // namespace

std::int64_t When::event_us() const {
    const std::int64_t behind_us = received_us - device_us;
    const bool believable = device_us > 0 && device_clock_good && behind_us <= kDeviceBehindMaxUs &&
                            behind_us >= -kDeviceAheadMaxUs;
    return believable ? std::min(device_us, received_us) : received_us;
}

Result<WriteSet> decide_state(const World& world, const StateRequest& request) {
    const UnitRow* unit = world.unit(request.unit);
    if (unit == nullptr) {
        return fail(Code::not_found, "no such unit");
    }
    WriteSet out{request.actor, {}};
    const bool names_other = request.assignment.is_set() && request.assignment != unit->assignment &&
                             (unit->assignment.is_set() || request.assignment != unit->stamp_assignment);
    if (names_other) {
        return fail(Code::illegal_transition,
                    fmt::format("assignment {} is not the unit's present one", request.assignment.value));
    }
    if (request.state == unit->state) {
        return out;
    }
    if (!legal(unit->state, request.state, Cause::report)) {
        return fail(Code::illegal_transition,
                    fmt::format("{} to {}", name(unit->state), name(request.state)));
    }
    UnitRow row = *unit;
    IncidentId incident = unit->incident;
    if (unit->assignment.is_set()) {
        if (world.assignment(unit->assignment) == nullptr || world.incident(unit->incident) == nullptr) {
            return fail(Code::internal, "unit's assignment is not loaded");
        }
        Task task{world, *unit, unit->assignment, out};
        if (traits(request.state).on_task) {
            stay_on_task(task, request);
        } else if (request.state == U::out_of_service) {
            end_unserved(task, A::cancelled, "breakdown", request.when, request.source);
            row = off_task(row, {});
        } else {
            row = finish_task(task, *unit, request);
        }
    } else {
        row = report_return(world, row, request, out);
    }
    audit(out, "unit_state", incident,
          fmt::format("unit={} {}->{} source={}{}{}", unit->id.value, name(unit->state), name(request.state),
                      name(request.source), request.note.empty() ? "" : " note=", request.note));
    set_unit(out, std::move(row), request.state, request.source);
    return out;
}

namespace {

Result<WriteSet> crew_answers(const World& world, const AckReport& report, const CommandRow& command,
                              const AssignmentRow& assignment, WriteSet out) {
    const UnitRow* unit = world.unit(command.unit);
    if (unit == nullptr || world.incident(assignment.incident) == nullptr || ended(assignment.state)) {
        return out;
    }
    Task task{world, *unit, assignment.id, out};
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
    end_unserved(task, A::refused, "refused by crew", report.when, StampSource::crew_button);
    set_unit(out, off_task(*unit, {}), release_target(unit->state), StampSource::crew_button);
    audit(out, "crew_refused", assignment.incident,
          fmt::format("unit={} reason={:.200}", unit->id.value, report.note));
    return out;
}

std::string_view command_state(Ack ack) {
    switch (ack) {
    case Ack::stored: return "stored";
    case Ack::accepted: return "accepted";
    case Ack::refused: return "refused";
    case Ack::expired: return "expired";
    case Ack::superseded: return "superseded";
    }
    return "stored";
}

} // namespace

Result<WriteSet> decide_ack(const World& world, const AckReport& report) {
    const auto found = world.commands.find(report.command_id);
    if (found == world.commands.end()) {
        return fail(Code::not_found, "no such command");
    }
    const CommandRow& command = found->second;
    WriteSet out{report.actor, {}};
    out.operations.emplace_back(SetCommand{command.id, command.assignment,
                                           std::string{command_state(report.ack)}, command.attempts,
                                           report.note});
    const AssignmentRow* assignment = world.assignment(command.assignment);
    const bool answer = report.ack == Ack::stored || report.ack == Ack::accepted || report.ack == Ack::refused;
    if (command.kind != "dispatch" || assignment == nullptr || !answer) {
        return out;
    }
    return crew_answers(world, report, command, *assignment, std::move(out));
}

Result<WriteSet> decide_assign(const World& world, const AssignRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    const UnitRow* unit = world.unit(request.unit);
    if (incident == nullptr || unit == nullptr) {
        return fail(Code::not_found, incident == nullptr ? "no such incident" : "no such unit");
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (unit->assignment.is_set()) {
        return fail(Code::unit_already_assigned,
                    fmt::format("unit {} has assignment {}", unit->id.value, unit->assignment.value));
    }
    if (!traits(unit->state).dispatchable || !legal(unit->state, U::assigned, Cause::order)) {
        return fail(Code::unit_not_available, std::string{name(unit->state)});
    }
    WriteSet out{request.actor, {}};
    const When when{request.now_us, 0, false};
    UnitRow row = *unit;
    if (world.assignment(row.stamp_assignment) != nullptr) {
        Task last{world, *unit, row.stamp_assignment, out};
        last.not_applicable(kReturnStamps, "sent again before", when);
    }
    AssignmentRow assignment;
    assignment.id = request.assignment;
    assignment.incident = incident->id;
    assignment.unit = unit->id;
    assignment.predicted_scene_us = request.predicted_scene_us;
    assignment.predicted_at_us = request.now_us;
    out.operations.emplace_back(NewAssignment{assignment, request.recommendation, request.override_reason});
    row.assignment = assignment.id;
    row.incident = incident->id;
    row.stamp_assignment = {};
    row.hospital = {};
    set_unit(out, std::move(row), U::assigned, StampSource::dispatcher);
    if (incident->state == IncidentState::open) {
        IncidentRow assigned = *incident;
        assigned.state = IncidentState::assigned;
        out.operations.emplace_back(SetIncident{std::move(assigned), ""});
    }
    out.operations.emplace_back(
        AddStamp{incident->id, {S::unit_assigned, request.now_us, 0, request.now_us, StampSource::dispatcher,
                                unit->id, assignment.id, {}}});
    audit(out, "assign", incident->id,
          fmt::format("unit={} assignment={} recommendation={} override={:.200}", unit->id.value,
                      assignment.id.value, request.recommendation, request.override_reason));
    return out;
}

Result<WriteSet> decide_cancel(const World& world, const CancelRequest& request) {
    const AssignmentRow* assignment = world.assignment(request.assignment);
    if (assignment == nullptr) {
        return fail(Code::not_found, "no such assignment");
    }
    const UnitRow* unit = world.unit(assignment->unit);
    if (ended(assignment->state) || unit == nullptr || unit->assignment != assignment->id) {
        return fail(Code::illegal_transition, "the assignment has ended");
    }
    const UnitState target = release_target(unit->state);
    if (!legal(unit->state, target, Cause::release)) {
        return fail(Code::illegal_transition, fmt::format("the unit is {}", name(unit->state)));
    }
    WriteSet out{request.actor, {}};
    Task task{world, *unit, assignment->id, out};
    const When when{request.now_us, 0, false};
    end_unserved(task, A::cancelled, "cancelled", when, StampSource::dispatcher);
    set_unit(out, off_task(*unit, {}), target, StampSource::dispatcher);
    audit(out, "cancel_assignment", assignment->incident,
          fmt::format("unit={} assignment={} reason={:.200}", unit->id.value, assignment->id.value,
                      request.reason));
    return out;
}

Result<WriteSet> decide_close(const World& world, const CloseRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    if (incident == nullptr) {
        return fail(Code::not_found, "no such incident");
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (world.live_assignments(incident->id) > 0) {
        return fail(Code::illegal_transition, "a unit is still on it: cancel its assignment first");
    }
    if (request.outcome.size() > kComplaintMax) {
        return fail(Code::invalid_argument, "text is longer than 500 bytes");
    }
    WriteSet out{request.actor, {}};
    const bool served = world.any_done(incident->id);
    IncidentRow row = *incident;
    row.state = served ? IncidentState::closed : IncidentState::cancelled;
    out.operations.emplace_back(SetIncident{std::move(row), request.outcome});
    if (!served) {
        out.operations.emplace_back(AddStamp{incident->id,
                                             {S::cancelled, request.now_us, 0, request.now_us,
                                              StampSource::dispatcher, {}, {}, {}}});
    }
    audit(out, "close_incident", incident->id, fmt::format("outcome={:.200}", request.outcome));
    return out;
}

Result<WriteSet> decide_call(const CallRequest& request) {
    const OpenIncident& open = request.open;
    EMS_TRY(check_incident(open.incident));
    if (open.incident.age_years > 150) {
        return fail(Code::invalid_argument, "age is 0 to 150");
    }
    if (open.incident.sex != "m" && open.incident.sex != "f" && !open.incident.sex.empty()) {
        return fail(Code::invalid_argument, "sex is m, f or empty");
    }
    if (open.ring_us > open.answered_us || open.answered_us > request.now_us ||
        request.now_us - open.ring_us > kDeviceBehindMaxUs) {
        return fail(Code::invalid_argument, "ring, answer and now are out of order");
    }
    WriteSet out{request.actor, {}};
    out.operations.emplace_back(open);
    const StampSource line = request.ring_known ? StampSource::caller_line : StampSource::system;
    const std::array<StampRow, 3> stamps{{
        {S::ring_start, open.ring_us, 0, request.now_us, line, {}, {}, {}},
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
        return fail(Code::not_found, "no such incident");
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (request.version != incident->version) {
        return fail(Code::db_conflict, "the incident changed since it was read");
    }
    IncidentRow row = *incident;
    row.level = request.level == 0 ? row.level : request.level;
    row.complaint = request.complaint.empty() ? row.complaint : request.complaint;
    row.address = request.address.empty() ? row.address : request.address;
    row.place = request.has_place ? request.place : row.place;
    EMS_TRY(check_incident(row));
    WriteSet out{request.actor, {}};
    audit(out, "update_incident", incident->id,
          fmt::format("level {}->{} place_changed={}", incident->level, row.level,
                      row.place != incident->place));
    out.operations.emplace_back(SetIncident{std::move(row), ""});
    return out;
}

Result<WriteSet> decide_destination(const World& world, const DestinationRequest& request) {
    const AssignmentRow* assignment = world.assignment(request.assignment);
    if (assignment == nullptr) {
        return fail(Code::not_found, "no such assignment");
    }
    const UnitRow* unit = world.unit(assignment->unit);
    if (ended(assignment->state) || unit == nullptr || unit->assignment != assignment->id) {
        return fail(Code::illegal_transition, "the assignment has ended");
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
