// Verbs that send units or take them from their tasks: assign, swap, divert, refusal by voice, and the lists they are chosen
// from.
#include "dispatch/service/verbs.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/decide_orders.h"
#include "dispatch/core/task_writes.h"
#include "dispatch/service/advice.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/orders.h"
#include "telemetry/seal/random.h"

namespace ems::dispatch {
namespace {

api::ServerFrame done() {
    api::ServerFrame frame;
    frame.mutable_done();
    return frame;
}

const std::pair<UnitId, std::uint32_t>* find_unit(const std::vector<std::pair<UnitId, std::uint32_t>>& list, UnitId unit) {
    const auto found = std::find_if(list.begin(), list.end(), [unit](const auto& entry) { return entry.first == unit; });
    return found == list.end() ? nullptr : &*found;
}

// Units move a kilometre in so long, and others come free.
constexpr std::int64_t kListFreshUs = 60'000'000;

// The first crew of the incident that has not answered; 0: all have.
std::int64_t silent_assignment(const World& world, IncidentId incident, std::int64_t now_us) {
    for (const auto& [id, row] : world.assignments) {
        if (row.incident == incident && unanswered(row, now_us)) {
            return id.value;
        }
    }
    return 0;
}

} // namespace

Verbs::Shown Verbs::shown_of(const api::Recommendation& recommendation) {
    Shown out;
    out.id = recommendation.id();
    out.incident = {recommendation.incident_id()};
    out.made_us = recommendation.computed_us();
    for (const api::Candidate& candidate : recommendation.candidates()) {
        if (candidate.rank() > 0) {
            out.ranked.emplace_back(UnitId{candidate.unit_id()}, candidate.total_s());
        } else if (candidate.total_s() > 0 && candidate.free_in_s() == 0) {
            out.others.emplace_back(UnitId{candidate.unit_id()}, candidate.total_s());
        }
    }
    return out;
}

Task<api::ServerFrame> Verbs::recommend(User user, api::Recommend request) {
    const IncidentRow* incident = c_.centre.world().incident({request.incident_id()});
    if (incident == nullptr) {
        co_return fail(Code::no_such_incident);
    }
    auto recommendation = advise_for(*incident);
    if (!recommendation) {
        co_return Failure{recommendation.error()};
    }
    recommendation->set_instead_of_assignment_id(silent_assignment(c_.centre.world(), incident->id, now_us()));
    // Storing what was shown must not stand between a caller and the list: without a database it goes out unnumbered.
    auto id = co_await c_.store.take_id(IdKind::recommendation);
    if (id) {
        recommendation->set_id(*id);
        const StoreRecommendation shown{*id, {request.incident_id()}, without_routes(*recommendation)};
        Centre::Decider decide = [&shown, &user](const World&) -> Result<WriteSet> {
            return WriteSet{user.name, {shown}};
        };
        auto stored = co_await c_.centre.commit(std::move(decide));
        if (!stored) {
            recommendation->set_id(0);
        }
    }
    remember(*recommendation);
    api::ServerFrame reply;
    *reply.mutable_recommendation() = std::move(*recommendation);
    co_return reply;
}

Task<Verbs::NextUnit> Verbs::next_unit(AssignmentId assignment) {
    const AssignmentRow* row = c_.centre.world().assignment(assignment);
    const IncidentRow* incident = row != nullptr ? c_.centre.world().incident(row->incident) : nullptr;
    if (incident == nullptr || ended(row->state)) {
        co_return fail(Code::assignment_ended);
    }
    auto list = advise_for(*incident);
    if (!list) {
        co_return Failure{list.error()};
    }
    if (shown_of(*list).ranked.empty()) {
        co_return NextUnit{};
    }
    auto id = co_await c_.store.take_id(IdKind::recommendation);
    if (!id) {
        co_return Failure{id.error()};
    }
    list->set_id(*id);
    list->set_instead_of_assignment_id(assignment.value);
    NextUnit out;
    out.recommendation = *id;
    const Shown shown = shown_of(*list);
    std::tie(out.unit, out.total_s) = shown.ranked.front();
    const StoreRecommendation stored{*id, shown.incident, without_routes(*list)};
    const AddAudit audit{"next_unit_proposed", shown.incident,
                         fmt::format("assignment={} is silent unit={} recommendation={}", assignment.value,
                                     out.unit.value, *id)};
    Centre::Decider decide = [&stored, &audit](const World&) -> Result<WriteSet> {
        return WriteSet{"system", {stored, audit}};
    };
    auto committed = co_await c_.centre.commit(std::move(decide));
    if (!committed) {
        co_return Failure{committed.error()};
    }
    remember(*list);
    co_return out;
}

Task<Verbs::Shown> Verbs::list_for(IncidentId incident, std::int64_t recommendation) {
    const auto seen = std::find_if(shown_.rbegin(), shown_.rend(), [&](const Shown& s) {
        return s.id != 0 && s.id == recommendation && s.incident == incident;
    });
    if (seen != shown_.rend()) {
        co_return *seen;
    }
    if (recommendation != 0) {
        // Shown by the server that led before, or long ago.
        auto stored = co_await c_.store.shown_list(incident, recommendation);
        api::Recommendation list;
        if (stored && *stored && list.ParseFromString(**stored)) {
            co_return shown_of(list);
        }
    }
    auto id = co_await c_.store.take_id(IdKind::recommendation);
    if (!id) {
        co_return Failure{id.error()};
    }
    const IncidentRow* row = c_.centre.world().incident(incident);
    if (row == nullptr) {
        co_return fail(Code::no_such_incident);
    }
    auto fresh = advise_for(*row);
    if (!fresh) {
        co_return Failure{fresh.error()};
    }
    fresh->set_id(*id);
    Shown out = shown_of(*fresh);
    out.fresh = StoreRecommendation{*id, incident, without_routes(*fresh)};
    co_return out;
}

UnitId Verbs::first_that_can_go(const Shown& list) const {
    const auto first = std::find_if(list.ranked.begin(), list.ranked.end(), [&](const auto& entry) {
        const UnitRow* row = c_.centre.world().unit(entry.first);
        return row != nullptr && traits(row->state).dispatchable;
    });
    return first == list.ranked.end() ? UnitId{} : first->first;
}

Result<void> Verbs::judge_by_now(const IncidentRow& incident, Shown& list) const {
    const bool is_past = now_us() - list.made_us > kListFreshUs || !first_that_can_go(list).is_set();
    if (!is_past || list.fresh) {
        return {};
    }
    auto present = advise_for(incident);
    if (!present) {
        return Failure{present.error()};
    }
    Shown now = shown_of(*present);
    list.ranked = std::move(now.ranked);
    list.others = std::move(now.others);
    return {};
}

Task<Verbs::Sending> Verbs::prepare(const Call& call, Chosen chosen, From from) {
    if (c_.fleet->by_unit(chosen.unit) == nullptr) {
        co_return fail(Code::no_such_unit);
    }
    const IncidentRow* asked_for = c_.centre.world().incident(chosen.incident);
    if (asked_for == nullptr) {
        co_return fail(Code::no_such_incident);
    }
    if (ended(asked_for->state)) {
        co_return fail(Code::incident_closed);
    }
    if (auto fits = check_text(chosen.override_reason, "override_reason"); !fits) {
        co_return Failure{fits.error()};
    }
    // A race that is lost already uses up no numbers and no list.
    const UnitRow* wanted = c_.centre.world().unit(chosen.unit);
    if (from == From::free_units && wanted != nullptr && wanted->assignment.is_set()) {
        co_return fail(Code::unit_already_assigned,
                       fmt::format("unit {} has assignment {}", wanted->id.value, wanted->assignment.value));
    }
    auto list = co_await list_for(chosen.incident, chosen.recommendation);
    if (!list) {
        co_return Failure{list.error()};
    }
    // Looked up again: the world may have been read anew while the list was.
    const IncidentRow* judged = c_.centre.world().incident(chosen.incident);
    if (judged == nullptr) {
        co_return fail(Code::no_such_incident);
    }
    if (auto present = judge_by_now(*judged, *list); !present) {
        co_return Failure{present.error()};
    }
    const UnitRow* asked = c_.centre.world().unit(chosen.unit);
    const bool can_go = asked != nullptr && traits(asked->state).dispatchable;
    // Also where nobody is ranked: why one goes that has not the fuel, or no road, is for somebody to say.
    const bool overrides = from == From::free_units && can_go && first_that_can_go(*list) != chosen.unit;
    if (overrides && is_blank(chosen.override_reason)) {
        co_return fail(Code::not_first_in_list);
    }
    auto id = co_await c_.store.take_id(IdKind::assignment);
    if (!id) {
        co_return Failure{id.error()};
    }
    // Looked up again: the world and the registry may have been read anew while the number was taken.
    const IncidentRow* incident = c_.centre.world().incident(chosen.incident);
    const Track* track = c_.fleet->by_unit(chosen.unit);
    if (incident == nullptr || track == nullptr || c_.centre.registry() == nullptr) {
        co_return fail(Code::no_such_incident, "no such incident or unit");
    }
    const Registry& registry = *c_.centre.registry();
    const std::int64_t now = now_us();
    Sending out;
    out.request = {chosen.incident, chosen.unit, {*id}, list->id, chosen.override_reason, 0, now, call.user.name};
    const auto* known = find_unit(list->ranked, chosen.unit);
    known = known != nullptr ? known : find_unit(list->others, chosen.unit);
    if (known != nullptr) {
        out.request.predicted_scene_us = now + static_cast<std::int64_t>(known->second * 1e6 / registry.time_scale);
    }
    const NamedPlace* to = incident->destination.is_set()
                               ? hospital(incident->destination.value)
                               : propose_hospital({c_.centre.world(), *c_.fleet, registry, c_.roads, now,
                                                   c_.centre.release_history()},
                                                  incident->place);
    out.unit = track->info;
    out.station = track->station;
    if (to != nullptr) {
        out.hospital = *to;
    }
    if (!out.unit.vid.empty()) {
        out.command = seal::uuid_text();
    }
    out.fresh = std::move(list->fresh);
    co_return out;
}

// The list comes before the assignment that refers to it, the order after.
void Verbs::add_sending(const World& world, const Sending& sending, WriteSet& writes) {
    const AssignRequest& request = sending.request;
    const NamedPlace* to = sending.hospital ? &*sending.hospital : nullptr;
    for (Operation& operation : writes.operations) {
        auto* set = std::get_if<SetUnit>(&operation);
        if (set != nullptr && set->row.id == request.unit) {
            set->row.hospital = {to != nullptr ? to->id : 0};
        }
    }
    if (sending.fresh) {
        writes.operations.insert(writes.operations.begin(), *sending.fresh);
    }
    if (!sending.command.empty()) {
        writes.operations.emplace_back(QueueCommand{
            dispatch_order({*world.incident(request.incident), sending.unit, request.assignment, to, request.now_us,
                            sending.command, sending.station})});
    }
}

void Verbs::add_cancel(const World& world, AssignmentId assignment, const std::string& reason, WriteSet& writes) const {
    const AssignmentRow* row = world.assignment(assignment);
    const Track* track = row != nullptr ? c_.fleet->by_unit(row->unit) : nullptr;
    if (track != nullptr && !track->info.vid.empty()) {
        writes.operations.emplace_back(QueueCommand{cancel_order(track->info, assignment, reason, now_us())});
    }
}

void Verbs::tell_ended(const World& world, const std::string& reason, WriteSet& writes) const {
    for (const AssignmentId ended : ended_tasks(writes)) {
        add_cancel(world, ended, reason, writes);
    }
}

namespace {

api::ServerFrame assigned(AssignmentId assignment, const std::string& command) {
    api::ServerFrame reply;
    reply.mutable_assign_ok()->set_assignment_id(assignment.value);
    reply.mutable_assign_ok()->set_command_id(command);
    return reply;
}

} // namespace

Task<api::ServerFrame> Verbs::assign(const Call& call) {
    const api::Assign& in = call.frame.assign();
    Chosen chosen{{in.incident_id()}, {in.unit_id()}, in.recommendation_id(), in.override_reason()};
    auto sending = co_await prepare(call, std::move(chosen), From::free_units);
    if (!sending) {
        co_return Failure{sending.error()};
    }
    sending->request.intent = in.additional() ? AssignIntent::additional : AssignIntent::demanded;
    Centre::Decider decide = [&sending](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_assign(world, sending->request);
        if (writes) {
            add_sending(world, *sending, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), assigned(sending->request.assignment, sending->command));
}

Task<api::ServerFrame> Verbs::swap_unit(const Call& call) {
    const api::SwapUnit& in = call.frame.swap_unit();
    if (auto valid = check_reason(in.reason()); !valid) {
        co_return Failure{valid.error()};
    }
    const AssignmentRow* row = c_.centre.world().assignment({in.assignment_id()});
    if (row == nullptr) {
        co_return fail(Code::no_such_assignment);
    }
    Chosen chosen{row->incident, {in.unit_id()}, in.recommendation_id(), in.override_reason()};
    auto sending = co_await prepare(call, std::move(chosen), From::free_units);
    if (!sending) {
        co_return Failure{sending.error()};
    }
    const SwapRequest request{{in.assignment_id()}, sending->request, in.reason()};
    Centre::Decider decide = [this, &sending, &request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_swap(world, request);
        if (writes) {
            add_cancel(world, request.out, request.reason, *writes);
            add_sending(world, *sending, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), assigned(sending->request.assignment, sending->command));
}

Task<api::ServerFrame> Verbs::divert_unit(const Call& call) {
    const api::DivertUnit& in = call.frame.divert_unit();
    if (auto valid = check_reason(in.reason()); !valid) {
        co_return Failure{valid.error()};
    }
    Chosen chosen{{in.incident_id()}, {in.unit_id()}, in.recommendation_id(), in.reason()};
    auto sending = co_await prepare(call, std::move(chosen), From::task);
    if (!sending) {
        co_return Failure{sending.error()};
    }
    DivertRequest request{sending->request, in.reason()};
    request.to.intent = in.additional() ? AssignIntent::additional : AssignIntent::demanded;
    Centre::Decider decide = [this, &sending, &request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_divert(world, request);
        if (writes) {
            // The vehicle hears of the end of the one before it hears of the other: commands go out in order.
            add_cancel(world, world.units.at(request.to.unit).assignment, request.reason, *writes);
            add_sending(world, *sending, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), assigned(sending->request.assignment, sending->command));
}

Task<api::ServerFrame> Verbs::refuse_assignment(const Call& call) {
    const api::RefuseAssignment& in = call.frame.refuse_assignment();
    const RefusalRequest request{{in.assignment_id()}, in.reason(), now_us(), call.user.name};
    Centre::Decider decide = [this, &request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_refusal(world, request);
        if (writes) {
            add_cancel(world, request.assignment, request.reason, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

} // namespace ems::dispatch
