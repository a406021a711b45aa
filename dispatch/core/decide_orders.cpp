#include "dispatch/core/decide_orders.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/task_writes.h"

namespace ems::dispatch {
namespace {

using A = AssignmentState;
using U = UnitState;

constexpr std::size_t kPlaceNameMax = 100;
constexpr std::int64_t kShiftAheadMaxUs = 48LL * 3600 * 1'000'000;
constexpr std::uint32_t kFuelRangeMaxKm = 2'000;

// The assignment and the unit that acts on it, both live.
struct Live {
    const AssignmentRow* assignment{nullptr};
    const UnitRow* unit{nullptr};
};
Result<Live> live_of(const World& world, AssignmentId id) {
    const AssignmentRow* assignment = world.assignment(id);
    if (assignment == nullptr) {
        return fail(Code::no_such_assignment);
    }
    const UnitRow* unit = world.unit(assignment->unit);
    if (unit == nullptr || unit->assignment != id) {
        return fail(Code::assignment_ended);
    }
    return Live{assignment, unit};
}

} // namespace

std::uint32_t urgency(const IncidentRow& incident) {
    return incident.level * 2 + (incident.kind == IncidentKind::transfer ? 1 : 0);
}

Result<WriteSet> decide_swap(const World& world, const SwapRequest& request) {
    EMS_TRY(check_reason(request.reason));
    const Result<Live> live = live_of(world, request.out);
    if (!live) {
        return Failure{live.error()};
    }
    const UnitRow& out_unit = *live->unit;
    AssignRequest in = request.in;
    in.incident = live->assignment->incident;
    EMS_TRY(check_sendable(world, in));
    const UnitState target = release_target(out_unit.state);
    if (!legal(out_unit.state, target, Cause::release)) {
        return fail(Code::patient_on_board, fmt::format("the unit is {}", name(out_unit.state)));
    }
    WriteSet out{in.actor, {}};
    const When when{in.now_us, 0, false};
    TaskWrites task{world, out_unit, request.out, out};
    end_unserved(task, {A::cancelled, "swapped", request.reason, when, StampSource::dispatcher});
    set_unit(out, off_task(out_unit, task.incident(), {}), target, StampSource::dispatcher);
    take_for_call(world, *world.unit(in.unit), in, out);
    audit(out, "swap", in.incident,
          fmt::format("unit={} instead of {} assignment={} recommendation={} reason={:.200}", in.unit.value,
                      out_unit.id.value, in.assignment.value, in.recommendation, request.reason));
    return out;
}

Result<WriteSet> decide_divert(const World& world, const DivertRequest& request) {
    const AssignRequest& to = request.to;
    EMS_TRY(check_reason(request.reason));
    EMS_TRY(check_text(to.override_reason, "override_reason"));
    const UnitRow* unit = world.unit(to.unit);
    const IncidentRow* target = world.incident(to.incident);
    if (unit == nullptr || target == nullptr) {
        return fail(target == nullptr ? Code::no_such_incident : Code::no_such_unit);
    }
    if (ended(target->state)) {
        return fail(Code::incident_closed);
    }
    if (!traits(unit->state).divertible) {
        return fail(Code::unit_not_divertible, fmt::format("the unit is {}", name(unit->state)));
    }
    const IncidentRow& first = *world.incident(unit->incident);
    if (urgency(*target) >= urgency(first)) {
        return fail(Code::not_more_urgent);
    }
    EMS_TRY(check_demand(world, to));
    WriteSet out{to.actor, {}};
    TaskWrites task{world, *unit, unit->assignment, out};
    end_unserved(task, {A::cancelled, "diverted", request.reason, {to.now_us, 0, false}, StampSource::dispatcher});
    task.reopen_if_alone();
    raise_demand(world, to, out);
    put_on(*target, off_task(*unit, first, {}), to, out);
    const std::string words = fmt::format("unit={} from incident {} to {} assignment={} recommendation={} reason={:.200}",
                                          unit->id.value, first.id.value, target->id.value, to.assignment.value,
                                          to.recommendation, request.reason);
    audit(out, "diverted_away", first.id, words);
    audit(out, "divert", target->id, words);
    return out;
}

Result<WriteSet> decide_refusal(const World& world, const RefusalRequest& request) {
    EMS_TRY(check_reason(request.reason));
    const Result<Live> live = live_of(world, request.assignment);
    if (!live) {
        return Failure{live.error()};
    }
    if (!legal(live->assignment->state, A::refused)) {
        return fail(Code::crew_has_accepted);
    }
    const UnitRow& unit = *live->unit;
    WriteSet out{request.actor, {}};
    TaskWrites task{world, unit, request.assignment, out};
    end_unserved(task, {A::refused, "refused by crew", request.reason, {request.now_us, 0, false},
                        StampSource::dispatcher});
    task.reopen_if_alone();
    set_unit(out, off_task(unit, task.incident(), {}), release_target(unit.state), StampSource::dispatcher);
    audit(out, "crew_refused", live->assignment->incident,
          fmt::format("unit={} by voice reason={:.200}", unit.id.value, request.reason));
    return out;
}

Result<WriteSet> decide_posting(const World& world, const PostingRequest& request) {
    const PostingRow& row = request.row;
    const UnitRow* unit = world.unit(row.unit);
    if (unit == nullptr) {
        return fail(Code::no_such_unit);
    }
    EMS_TRY(check_place(row.place));
    EMS_TRY(check_text(request.reason, "reason"));
    if (is_blank(row.name) || row.name.size() > kPlaceNameMax) {
        return fail(Code::place_name_range);
    }
    EMS_TRY(check_text(row.name, "name"));
    if (!traits(unit->state).dispatchable) {
        return fail(Code::unit_not_available, std::string{name(unit->state)});
    }
    WriteSet out{request.actor, {}};
    end_posting(world, unit->id, PostingState::cancelled, "posted elsewhere", out);
    PostingRow fresh = row;
    fresh.state = PostingState::ordered;
    out.operations.emplace_back(NewPosting{std::move(fresh)});
    audit(out, "posting", {},
          fmt::format("unit={} posting={} kind={} place={} reason={:.200}", unit->id.value, row.id.value,
                      name(row.kind), row.name, request.reason));
    return out;
}

Result<WriteSet> decide_posting_end(const World& world, const PostingEndRequest& request) {
    EMS_TRY(check_text(request.reason, "reason"));
    const auto found = world.postings.find(request.posting);
    if (found == world.postings.end()) {
        return fail(Code::posting_over);
    }
    const PostingRow& posting = found->second;
    if (!legal(posting.state, request.state) || request.state == PostingState::delivered) {
        return fail(Code::illegal_transition,
                    fmt::format("{} to {}", name(posting.state), name(request.state)));
    }
    WriteSet out{request.actor, {}};
    PostingRow row = posting;
    row.state = request.state;
    row.end_reason = request.reason;
    out.operations.emplace_back(SetPosting{std::move(row)});
    if (ended(request.state)) {
        withdraw_words(world, posting, "the posting has ended", out);
    }
    settle_arrival(world, posting.id,
                   request.state == PostingState::arrived ? ProposalOutcome::confirmed : ProposalOutcome::superseded, out);
    audit(out, "posting_" + std::string{name(request.state)}, {},
          fmt::format("unit={} posting={}{} reason={:.200}", posting.unit.value, posting.id.value,
                      request.since_us == 0 ? std::string{} : fmt::format(" at_us={}", request.since_us), request.reason));
    return out;
}

Result<WriteSet> decide_unit_facts(const World& world, const UnitFacts& facts) {
    const UnitRow* unit = world.unit(facts.unit);
    if (unit == nullptr) {
        return fail(Code::no_such_unit);
    }
    if (facts.version.value_or(unit->version) != unit->version) {
        return fail(Code::version_stale);
    }
    UnitRow row = *unit;
    if (facts.place) {
        EMS_TRY(check_place(*facts.place));
        row.told_place = facts.place;
        row.told_us = facts.place_at_us == 0 ? facts.now_us : facts.place_at_us;
        if (row.told_us > facts.now_us || row.told_us < facts.now_us - kToldBehindMaxUs || row.told_us < unit->told_us) {
            return fail(Code::place_time_range);
        }
    }
    row.crew_until_us = facts.crew_until_us.value_or(row.crew_until_us);
    if (facts.fuel_range_km) {
        row.fuel_range_km = *facts.fuel_range_km;
        row.fuel_at_us = facts.fuel_at_us == 0 ? facts.now_us : facts.fuel_at_us;
    }
    row.contaminated = facts.contaminated.value_or(row.contaminated);
    // What was stored is of the past once the shift is over, and says nothing against another fact.
    const bool shift_given = facts.crew_until_us.value_or(0) != 0;
    if (shift_given && (row.crew_until_us < facts.now_us - kShiftAheadMaxUs ||
                        row.crew_until_us > facts.now_us + kShiftAheadMaxUs)) {
        return fail(Code::shift_end_range);
    }
    if (row.fuel_range_km > kFuelRangeMaxKm) {
        return fail(Code::fuel_range);
    }
    WriteSet out{facts.actor, {}};
    audit(out, "unit_facts", unit->incident,
          fmt::format("unit={} crew_until_us={} fuel_range_km={} contaminated={}{}", unit->id.value,
                      row.crew_until_us, row.fuel_range_km, row.contaminated ? "yes" : "no",
                      facts.place ? fmt::format(" place={},{} at_us={}", row.told_place->lat_e7, row.told_place->lon_e7,
                                                row.told_us)
                                  : std::string{}));
    set_unit(out, std::move(row), unit->state, facts.source);
    return out;
}

Result<WriteSet> decide_correction(const World& world, const CorrectionRequest& request) {
    EMS_TRY(check_reason(request.reason));
    const IncidentRow* incident = world.incident(request.incident);
    if (incident == nullptr) {
        return fail(Code::no_such_incident);
    }
    const StampRow* known = incident->stamp(request.event, request.assignment);
    if (known == nullptr) {
        return fail(Code::not_stamped);
    }
    if (request.at_us <= 0 || request.at_us > request.now_us ||
        request.at_us < incident->created_us - kDeviceBehindMaxUs) {
        return fail(Code::stamp_out_of_bounds);
    }
    for (const StampRow& row : incident->stamps) {
        // A time of the call bounds those of all its tasks, a task's time only its own and the call's.
        const bool related = row.assignment == request.assignment || !row.assignment.is_set() ||
                             !request.assignment.is_set();
        if (!related || row.at_us == 0 || row.event == request.event) {
            continue;
        }
        // The stamps stand in the order in which they happen; a cancellation is the last of its task.
        const bool falls = row.event < request.event ? row.at_us > request.at_us : row.at_us < request.at_us;
        if (falls) {
            return fail(Code::stamp_order, fmt::format("{} against {}", name(request.event), name(row.event)));
        }
    }
    WriteSet out{request.actor, {}};
    out.operations.emplace_back(CorrectStamp{
        incident->id, {request.event, request.at_us, 0, request.now_us, StampSource::dispatcher, known->unit,
                       request.assignment, {}}});
    audit(out, "correct_stamp", incident->id,
          fmt::format("event={} assignment={} from_us={} to_us={} reason={:.200}", name(request.event),
                      request.assignment.value, known->at_us, request.at_us, request.reason));
    return out;
}

namespace {

// It stands where it was posted, and nobody has said so yet.
WriteSet propose_arrival(const World& world, const ProposalRequest& request) {
    WriteSet out{request.actor, {}};
    const PostingRow* posting = world.posting_of(request.row.unit);
    const bool awaited = posting != nullptr && posting->id == request.row.posting && legal(posting->state, PostingState::arrived);
    const bool known = std::any_of(world.proposals.begin(), world.proposals.end(), [&](const auto& entry) {
        return entry.second.posting == request.row.posting;
    });
    if (!awaited || known) {
        return out;
    }
    ProposalRow row = request.row;
    // Who waited at that place before was not sent there yet.
    row.at_us = std::max(row.at_us, posting->created_us);
    row.outcome = ProposalOutcome::open;
    audit(out, "proposed", {},
          fmt::format("unit={} posting={} arrived source={}", row.unit.value, posting->id.value, name(row.source)));
    out.operations.emplace_back(NewProposal{std::move(row)});
    return out;
}

} // namespace

Result<WriteSet> decide_proposal(const World& world, const ProposalRequest& request) {
    const UnitRow* unit = world.unit(request.row.unit);
    if (unit == nullptr) {
        return fail(Code::no_such_unit);
    }
    if (request.row.posting.is_set()) {
        return propose_arrival(world, request);
    }
    WriteSet out{request.actor, {}};
    // A crew names its last task until it gets the next one.
    const AssignmentId now = unit->assignment.is_set() ? unit->assignment : unit->stamp_assignment;
    const bool of_other = request.assignment.is_set() && now.is_set() && request.assignment != now;
    const bool known = std::any_of(world.proposals.begin(), world.proposals.end(), [&](const auto& entry) {
        return entry.second.unit == unit->id && entry.second.state == request.row.state && !entry.second.posting.is_set();
    });
    if (of_other || known || !legal(unit->state, request.row.state, Cause::report)) {
        return out;
    }
    ProposalRow row = request.row;
    row.assignment = unit->assignment;
    row.incident = unit->incident;
    row.outcome = ProposalOutcome::open;
    audit(out, "proposed", row.incident,
          fmt::format("unit={} {}->{} source={}", unit->id.value, name(unit->state), name(row.state),
                      name(row.source)));
    out.operations.emplace_back(NewProposal{std::move(row)});
    return out;
}

Result<WriteSet> decide_proposal_answer(const World& world, const ProposalAnswer& request) {
    const auto found = world.proposals.find(request.proposal);
    if (found == world.proposals.end()) {
        return fail(Code::proposal_answered);
    }
    const ProposalRow& proposal = found->second;
    if (request.answer == Answer::dismiss) {
        WriteSet out{request.actor, {}};
        out.operations.emplace_back(SetProposal{proposal.id, ProposalOutcome::dismissed});
        audit(out, "proposal_dismissed", proposal.incident,
              proposal.posting.is_set() ? fmt::format("unit={} posting={}", proposal.unit.value, proposal.posting.value)
                                        : fmt::format("unit={} state={}", proposal.unit.value, name(proposal.state)));
        return out;
    }
    if (proposal.posting.is_set()) {
        return decide_posting_end(world,
                                  {proposal.posting, PostingState::arrived, "", request.actor, proposal.at_us});
    }
    StateRequest report;
    report.unit = proposal.unit;
    report.state = proposal.state;
    report.assignment = proposal.assignment;
    report.source = proposal.source;
    report.when = {request.now_us, 0, false, proposal.at_us};
    report.actor = request.actor;
    report.note = "proposal confirmed";
    return decide_state(world, report);
}

} // namespace ems::dispatch
