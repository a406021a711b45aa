#include "dispatch/core/task_writes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/outbox.h"

namespace ems::dispatch {
namespace {

using A = AssignmentState;
using S = StampEvent;
using U = UnitState;

constexpr std::int32_t kLatMaxE7 = 900'000'000;
constexpr std::int32_t kLonMaxE7 = 1'800'000'000;
constexpr std::uint32_t kAgeMaxYears = 150;

} // namespace

void audit(WriteSet& out, std::string_view action, IncidentId incident, std::string detail) {
    out.operations.emplace_back(AddAudit{std::string{action}, incident, std::move(detail)});
}

void set_unit(WriteSet& out, UnitRow row, UnitState state, StampSource source, std::int64_t entered_us) {
    row.entered_us = state == row.state ? row.entered_us : entered_us;
    row.state = state;
    out.operations.emplace_back(SetUnit{std::move(row), source});
}

SetIncident& change_of(WriteSet& out, const IncidentRow& row) {
    for (Operation& operation : out.operations) {
        if (auto* set = std::get_if<SetIncident>(&operation); set != nullptr && set->row.id == row.id) {
            return *set;
        }
    }
    out.operations.emplace_back(SetIncident{row, ""});
    return std::get<SetIncident>(out.operations.back());
}

void withdraw_words(const World& world, const PostingRow& posting, std::string_view note, WriteSet& out) {
    const auto words = world.commands.find(posting.command);
    if (words != world.commands.end() && open(words->second)) {
        out.operations.emplace_back(SetCommand{words->first, {}, "superseded", words->second.attempts, std::string{note}});
    }
}

void settle_arrival(const World& world, PostingId posting, ProposalOutcome said, WriteSet& out) {
    for (const auto& [id, proposal] : world.proposals) {
        if (proposal.posting == posting) {
            out.operations.emplace_back(SetProposal{id, said});
        }
    }
}

void end_posting(const World& world, UnitId unit, PostingState state, std::string_view reason, WriteSet& out) {
    if (const PostingRow* posting = world.posting_of(unit)) {
        PostingRow row = *posting;
        row.state = state;
        row.end_reason = std::string{reason};
        out.operations.emplace_back(SetPosting{std::move(row)});
        withdraw_words(world, *posting, reason, out);
        settle_arrival(world, posting->id, ProposalOutcome::superseded, out);
    }
}

void drop_proposals(const World& world, UnitId unit, std::optional<UnitState> said, WriteSet& out) {
    for (const auto& [id, proposal] : world.proposals) {
        if (proposal.unit == unit && !proposal.posting.is_set()) {
            const bool confirmed = said == proposal.state;
            out.operations.emplace_back(
                SetProposal{id, confirmed ? ProposalOutcome::confirmed : ProposalOutcome::superseded});
        }
    }
}

std::int64_t last_of_call_us(const IncidentRow& incident) {
    std::int64_t last_us = incident.created_us;
    for (const StampRow& row : incident.stamps) {
        last_us = row.assignment.is_set() ? last_us : std::max(last_us, row.at_us);
    }
    return last_us;
}

TaskWrites::TaskWrites(const World& world, const UnitRow& unit, AssignmentId assignment, WriteSet& out)
    : world_(world), unit_(unit), assignment_(*world.assignment(assignment)),
      incident_(*world.incident(assignment_.incident)), out_(out) {}

std::int64_t TaskWrites::fitting_us(S event, std::int64_t at_us) const {
    std::int64_t earliest_us = last_of_call_us(incident_);
    std::int64_t latest_us = std::numeric_limits<std::int64_t>::max();
    const auto bound = [&](const StampRow& row) {
        if (row.assignment != assignment_.id || row.at_us == 0) {
            return;
        }
        if (row.event < event) {
            earliest_us = std::max(earliest_us, row.at_us);
        } else {
            latest_us = std::min(latest_us, row.at_us);
        }
    };
    std::for_each(incident_.stamps.begin(), incident_.stamps.end(), bound);
    std::for_each(added_.begin(), added_.end(), bound);
    return std::max(earliest_us, std::min(at_us, latest_us));
}

void TaskWrites::stamp(S event, const When& when, StampSource source) {
    if (has(event)) {
        return;
    }
    add({event, fitting_us(event, when.event_us()), when.device_us, when.received_us, source, unit_.id, assignment_.id, {}});
}

void TaskWrites::not_applicable(S event, std::string_view reason, const When& when) {
    if (!has(event)) {
        add({event, 0, 0, when.received_us, StampSource::system, unit_.id, assignment_.id, std::string{reason}});
    }
}

void TaskWrites::not_applicable(std::initializer_list<S> events, std::string_view reason, const When& when) {
    for (const S event : events) {
        not_applicable(event, reason, when);
    }
}

void TaskWrites::set_assignment(A state, std::string_view reason, std::string_view note) {
    AssignmentRow row = assignment_;
    row.state = state;
    row.end_reason = std::string{reason};
    row.end_note = std::string{note};
    out_.operations.emplace_back(SetAssignment{std::move(row)});
}

bool TaskWrites::alone() const { return world_.live_assignments(incident_.id, assignment_.id) == 0; }

void TaskWrites::reopen_if_alone() {
    if (alone()) {
        change_of(out_, incident_).row.state = IncidentState::open;
    }
}

void TaskWrites::close_if_last(std::string_view outcome) {
    if (!alone()) {
        return;
    }
    SetIncident& change = change_of(out_, incident_);
    // This one counts as on it until it is done, so what is short now is short afterwards.
    if (world_.units_short(incident_.id) > 0) {
        change.row.state = IncidentState::open;
        return;
    }
    change.row.state = IncidentState::closed;
    change.outcome = std::string{outcome};
}

void TaskWrites::stop_order(std::string_view note) {
    for (const auto& [id, command] : world_.commands) {
        const bool open = command.state == "queued" || command.state == "sent";
        if (command.assignment == assignment_.id && command.kind == "dispatch" && open) {
            out_.operations.emplace_back(
                SetCommand{id, assignment_.id, "superseded", command.attempts, std::string{note}});
        }
    }
}

bool TaskWrites::has(S event) const {
    return incident_.stamp(event, assignment_.id) != nullptr ||
           std::any_of(added_.begin(), added_.end(), [event](const StampRow& row) { return row.event == event; });
}

void TaskWrites::add(StampRow row) {
    added_.push_back(row);
    out_.operations.emplace_back(AddStamp{incident_.id, std::move(row)});
}

UnitRow off_task(UnitRow row, const IncidentRow& incident, AssignmentId keep_stamping) {
    // The states on task stand in the order of a task: from the patient on the crew is with somebody.
    const bool met_patient = row.state >= U::at_patient;
    row.contaminated = row.contaminated || (met_patient && incident.need.isolation == Isolation::infectious);
    row.stamp_assignment = keep_stamping;
    row.assignment = {};
    row.incident = {};
    row.hospital = {};
    return row;
}

UnitState release_target(UnitState from) {
    return from == U::assigned || from == U::acknowledged ? U::available : U::returning;
}

void end_unserved(TaskWrites& task, const Unserved& end) {
    task.set_assignment(end.state, end.reason, end.note);
    task.stop_order(end.reason);
    task.stamp(S::cancelled, end.when, end.source);
    task.not_applicable(kTaskStamps, end.reason, end.when);
    task.not_applicable(kReturnStamps, end.reason, end.when);
    task.drop_proposals(end.said);
}

void put_on(const IncidentRow& incident, UnitRow unit, const AssignRequest& request, WriteSet& out) {
    AssignmentRow assignment;
    assignment.id = request.assignment;
    assignment.incident = incident.id;
    assignment.unit = unit.id;
    assignment.predicted_scene_us = request.predicted_scene_us;
    assignment.predicted_at_us = request.now_us;
    out.operations.emplace_back(NewAssignment{assignment, request.recommendation, request.override_reason});
    unit.assignment = assignment.id;
    unit.incident = incident.id;
    unit.stamp_assignment = {};
    unit.hospital = {};
    const UnitId id = unit.id;
    set_unit(out, std::move(unit), U::assigned, StampSource::dispatcher);
    if (incident.state == IncidentState::open) {
        change_of(out, incident).row.state = IncidentState::assigned;
    }
    out.operations.emplace_back(
        AddStamp{incident.id,
                 {S::unit_assigned, std::max(request.now_us, last_of_call_us(incident)), 0, request.now_us,
                  StampSource::dispatcher, id, assignment.id, {}}});
}

void take_for_call(const World& world, const UnitRow& unit, const AssignRequest& request, WriteSet& out) {
    if (world.knows_task(unit.stamp_assignment)) {
        TaskWrites last{world, unit, unit.stamp_assignment, out};
        last.not_applicable(kReturnStamps, "sent again before", {request.now_us, 0, false});
    }
    put_on(*world.incident(request.incident), unit, request, out);
    end_posting(world, unit.id, PostingState::done, "sent to a call", out);
    drop_proposals(world, unit.id, {}, out);
}

Result<void> check_sendable(const World& world, const AssignRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    const UnitRow* unit = world.unit(request.unit);
    if (incident == nullptr || unit == nullptr) {
        return fail(incident == nullptr ? Code::no_such_incident : Code::no_such_unit);
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    EMS_TRY(check_text(request.override_reason, "override_reason"));
    if (unit->assignment.is_set()) {
        return fail(Code::unit_already_assigned,
                    fmt::format("unit {} has assignment {}", unit->id.value, unit->assignment.value));
    }
    if (!traits(unit->state).dispatchable) {
        return fail(Code::unit_not_available, std::string{name(unit->state)});
    }
    return {};
}

bool on_the_map(PlaceE7 place) {
    const bool on_earth = place.lat_e7 >= -kLatMaxE7 && place.lat_e7 <= kLatMaxE7 && place.lon_e7 >= -kLonMaxE7 &&
                          place.lon_e7 <= kLonMaxE7;
    // 0, 0 lies in the sea and is what an empty form says.
    return on_earth && place != PlaceE7{};
}

Result<void> check_place(PlaceE7 place) {
    if (!on_the_map(place)) {
        return fail(Code::place_not_on_map);
    }
    return {};
}

Result<void> check_incident(const IncidentRow& row) {
    if (row.level < 1 || row.level > 4) {
        return fail(Code::level_unknown);
    }
    if (row.units_wanted < 1 || row.units_wanted > kUnitsWantedMax) {
        return fail(Code::units_wanted_range);
    }
    if (row.age_years > kAgeMaxYears) {
        return fail(Code::age_range);
    }
    if (row.age_months && *row.age_months / kMonthsOfYear != row.age_years) {
        return fail(Code::age_contradiction);
    }
    if (row.sex != "m" && row.sex != "f" && !row.sex.empty()) {
        return fail(Code::sex_unknown);
    }
    EMS_TRY(check_text(row.complaint, "complaint"));
    EMS_TRY(check_text(row.address, "address"));
    return check_place(row.place);
}

} // namespace ems::dispatch
