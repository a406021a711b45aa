// Verbs about units that are free, about what fences suggest and what was written down wrong; the queue; and what was shown
// and chosen.
#include "dispatch/service/verbs.h"

#include <algorithm>
#include <utility>

#include "dispatch/core/decide_orders.h"
#include "dispatch/core/queue.h"
#include "dispatch/core/task_writes.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/orders.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kListsShown = 50;

api::ServerFrame done() {
    api::ServerFrame frame;
    frame.mutable_done();
    return frame;
}

} // namespace

Result<PostingRow> Verbs::posting_row(const api::OrderPosting& in, const Track& track) const {
    const auto kind = posting_kind_of(in.kind());
    if (!kind) {
        return fail(Code::choice_unknown, "kind is standby, relocation or go_home");
    }
    PostingRow out;
    out.unit = track.info.id;
    out.kind = *kind;
    if (*kind == PostingKind::standby) {
        out.place = {in.place().lat_e7(), in.place().lon_e7()};
        out.name = in.name();
        return out;
    }
    const StationId wanted = *kind == PostingKind::go_home ? track.info.station : StationId{in.station_id()};
    const std::vector<NamedPlace>& stations = c_.centre.registry()->stations;
    const auto station = std::find_if(stations.begin(), stations.end(),
                                      [&](const NamedPlace& s) { return s.id == wanted.value; });
    if (station == stations.end()) {
        return fail(Code::no_such_station);
    }
    out.station = wanted;
    out.place = station->place;
    out.name = station->name;
    return out;
}

Task<Verbs::Posting> Verbs::prepare_posting(const api::OrderPosting& in, const std::string& actor) {
    const Track* track = c_.fleet->by_unit({in.unit_id()});
    if (track == nullptr) {
        co_return fail(Code::no_such_unit);
    }
    const UnitInfo info = track->info;
    auto row = posting_row(in, *track);
    if (!row) {
        co_return Failure{row.error()};
    }
    Posting out;
    out.request = {std::move(*row), in.reason(), actor};
    if (auto near = check_near(row->place); !near) {
        co_return Failure{near.error()};
    }
    // A request that cannot succeed must not use up a number.
    if (auto possible = decide_posting(c_.centre.world(), out.request); !possible) {
        co_return Failure{possible.error()};
    }
    auto id = co_await c_.store.take_id(IdKind::posting);
    if (!id) {
        co_return Failure{id.error()};
    }
    out.request.row.id = {*id};
    out.order = posting_order(info, out.request.row, now_us());
    out.request.row.command = out.order.id;
    co_return out;
}

Result<WriteSet> Verbs::posting_writes(const World& world, const Posting& posting) {
    Result<WriteSet> writes = decide_posting(world, posting.request);
    if (writes && !posting.order.id.empty()) {
        writes->operations.emplace_back(QueueCommand{posting.order});
    }
    return writes;
}

api::ServerFrame Verbs::posted(const Posting& posting) {
    api::ServerFrame reply;
    reply.mutable_posting_ok()->set_posting_id(posting.request.row.id.value);
    reply.mutable_posting_ok()->set_command_id(posting.order.id);
    return reply;
}

Task<api::ServerFrame> Verbs::order_posting(const Call& call) {
    auto posting = co_await prepare_posting(call.frame.order_posting(), call.user.name);
    if (!posting) {
        co_return Failure{posting.error()};
    }
    Centre::Decider decide = [&posting](const World& world) { return posting_writes(world, *posting); };
    co_return co_await commit(call, std::move(decide), posted(*posting));
}

Task<api::ServerFrame> Verbs::end_posting(const Call& call) {
    const api::EndPosting& in = call.frame.end_posting();
    const auto state = posting_state_of(in.state());
    if (!state || *state == PostingState::refused) {
        co_return fail(Code::choice_unknown, "state is arrived, done or cancelled");
    }
    const PostingEndRequest request{{in.posting_id()}, *state, in.reason(), call.user.name};
    const std::int64_t now = now_us();
    Centre::Decider decide = [this, &request, now](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_posting_end(world, request);
        if (writes && ended(request.state)) {
            PostingRow posting = world.postings.at(request.posting);
            posting.state = request.state;
            const Track* track = c_.fleet->by_unit(posting.unit);
            if (track != nullptr && !track->info.vid.empty()) {
                writes->operations.emplace_back(QueueCommand{posting_end_order(track->info, posting, now)});
            }
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

Task<api::ServerFrame> Verbs::answer_proposal(const Call& call) {
    const api::AnswerProposal& in = call.frame.answer_proposal();
    const ProposalAnswer request{{in.proposal_id()}, in.confirm() ? Answer::confirm : Answer::dismiss, now_us(),
                                 call.user.name};
    Centre::Decider decide = [this, &request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_proposal_answer(world, request);
        if (writes) {
            tell_ended(world, "调度确认", *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

Task<api::ServerFrame> Verbs::set_unit_facts(const Call& call) {
    const api::SetUnitFacts& in = call.frame.set_unit_facts();
    UnitFacts facts;
    facts.unit = {in.unit_id()};
    facts.now_us = now_us();
    facts.actor = call.user.name;
    if (in.has_crew_until_us()) {
        facts.crew_until_us = in.crew_until_us();
    }
    if (in.has_fuel_range_km()) {
        facts.fuel_range_km = in.fuel_range_km();
    }
    if (in.has_contaminated()) {
        facts.contaminated = in.contaminated();
    }
    if (in.has_version()) {
        facts.version = in.version();
    }
    if (in.has_place()) {
        facts.place = PlaceE7{in.place().lat_e7(), in.place().lon_e7()};
        // A desk's clock that is ahead loses no place.
        facts.place_at_us = std::min<std::int64_t>(in.place_at_us(), facts.now_us);
        auto near = check_place(*facts.place);
        if (near) {
            near = check_near(*facts.place);
        }
        if (!near) {
            co_return Failure{near.error()};
        }
    }
    Centre::Decider decide = [&facts](const World& world) { return decide_unit_facts(world, facts); };
    co_return co_await commit(call, std::move(decide), done());
}

Task<api::ServerFrame> Verbs::correct_stamp(const Call& call) {
    const api::CorrectStamp& in = call.frame.correct_stamp();
    const auto event = stamp_event_of(in.event());
    if (!event) {
        co_return fail(Code::choice_unknown, "no such stamp");
    }
    const CorrectionRequest request{{in.incident_id()}, {in.assignment_id()}, *event, in.at_us(), in.reason(), now_us(),
                                    call.user.name};
    // Quality control comes the next morning: what is no longer held here is read for the decision.
    // One at a time: two that are decided on the same reading could each fit, and not fit each other.
    std::optional<AsyncLock::Held> held;
    World past;
    if (c_.centre.world().incident(request.incident) == nullptr) {
        AsyncLock::Held turn = co_await past_lock_.acquire();
        held.emplace(std::move(turn));
        auto row = co_await c_.store.incident(request.incident);
        if (!row) {
            co_return Failure{row.error()};
        }
        past.incidents[request.incident] = std::move(*row);
    }
    Centre::Decider decide = [&request, &past](const World& world) {
        return decide_correction(world.incident(request.incident) != nullptr ? world : past, request);
    };
    co_return co_await commit(call, std::move(decide), done());
}

api::ServerFrame Verbs::queue() const {
    api::ServerFrame reply;
    reply.mutable_queue();
    for (const QueueRow& row : waiting(c_.centre.world(), now_us())) {
        api::QueueRow& out = *reply.mutable_queue()->add_rows();
        out.set_incident_id(row.incident.value);
        out.set_queue(std::string{name(row.queue)});
        out.set_units_short(row.units_short);
        out.set_since_us(row.since_us);
    }
    return reply;
}

namespace {

std::uint32_t rank_in(const api::Recommendation& list, UnitId unit) {
    for (const api::Candidate& candidate : list.candidates()) {
        if (candidate.unit_id() == unit.value) {
            return candidate.rank();
        }
    }
    return 0;
}

} // namespace

Task<api::ServerFrame> Verbs::explanation(api::GetExplanation request) {
    // Also of incidents that have long left the memory.
    auto lists = co_await c_.store.lists_of({request.incident_id()}, kListsShown);
    if (!lists) {
        co_return Failure{lists.error()};
    }
    if (lists->empty()) {
        co_return fail(Code::no_list_shown);
    }
    api::ServerFrame reply;
    api::Explanation& out = *reply.mutable_explanation();
    out.set_incident_id(request.incident_id());
    for (const StoredList& list : *lists) {
        api::ExplainedList& shown = *out.add_lists();
        if (!shown.mutable_shown()->ParseFromString(list.shown)) {
            co_return fail(Code::corrupt, "stored recommendation");
        }
        shown.mutable_shown()->set_id(list.id);
        shown.set_shown_to(list.shown_to);
        shown.set_shown_us(list.shown_us);
        for (const StoredChoice& choice : list.choices) {
            api::Choice& row = *shown.add_choices();
            row.set_assignment_id(choice.assignment.value);
            row.set_unit_id(choice.unit.value);
            row.set_rank(rank_in(shown.shown(), choice.unit));
            row.set_override_reason(choice.override_reason);
            row.set_chosen_by(choice.chosen_by);
            row.set_at_us(choice.at_us);
            row.set_end_reason(choice.end_reason);
            row.set_end_note(choice.end_note);
        }
    }
    co_return reply;
}

} // namespace ems::dispatch
