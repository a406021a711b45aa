#include "dispatch/service/verbs.h"

#include <algorithm>
#include <optional>

#include "dispatch/core/decide.h"
#include "dispatch/core/merge.h"
#include "dispatch/core/recommend.h"
#include "dispatch/core/task_writes.h"
#include "dispatch/service/advice.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/orders.h"
#include "dispatch/service/road_parts.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kKeyMax = 64;
constexpr std::size_t kShownMax = 500;
constexpr double kFarthestM = 200'000;   // of a scene from the nearest station: no county is that large

// Keyed: a request holds the caller's number, and of a plain hash in a dump all numbers could be tried.
std::string hash_of(api::ClientFrame frame, const seal::DataKey& key) {
    frame.clear_request();
    frame.clear_idempotency_key();
    return key.blind_index(frame.SerializeAsString(), "dispatch.idempotency.request_hash");
}

api::ServerFrame done() {
    api::ServerFrame frame;
    frame.mutable_done();
    return frame;
}

} // namespace

std::string without_routes(api::Recommendation recommendation) {
    for (api::Candidate& candidate : *recommendation.mutable_candidates()) {
        candidate.clear_route();
    }
    return recommendation.SerializeAsString();
}

Task<api::ServerFrame> Verbs::run(User user, api::ClientFrame frame) {
    if (!c_.centre.leads() || c_.fleet == nullptr) {
        co_return fail(Code::not_leader);
    }
    switch (frame.body_case()) {
    case api::ClientFrame::kRecommend: co_return co_await recommend(std::move(user), frame.recommend());
    case api::ClientFrame::kGetTimeline: co_return co_await timeline(frame.get_timeline());
    case api::ClientFrame::kGetCallerHistory:
        co_return co_await caller_history(std::move(user), frame.get_caller_history());
    case api::ClientFrame::kRevealIdentity: co_return co_await reveal_identity(std::move(user), frame.reveal_identity());
    case api::ClientFrame::kWatchVideo: co_return co_await watch_video(std::move(user), frame.watch_video());
    case api::ClientFrame::kOpenVoice: co_return co_await open_voice(std::move(user), frame.open_voice());
    case api::ClientFrame::kGetHistory: co_return co_await history(frame.get_history());
    case api::ClientFrame::kGetRoads: co_return road_list();
    case api::ClientFrame::kGetCoverage: co_return coverage();
    case api::ClientFrame::kGetMoveUp: co_return move_up();
    case api::ClientFrame::kGetIsochrones: co_return co_await isochrones(frame.get_isochrones());
    case api::ClientFrame::kGetRoute: co_return co_await route(frame.get_route());
    case api::ClientFrame::kGetTerminalTexts: co_return co_await terminal_texts(frame.get_terminal_texts());
    case api::ClientFrame::kGetExplanation: co_return co_await explanation(frame.get_explanation());
    case api::ClientFrame::kGetQueue: co_return queue();
    default: break;
    }
    Call call{std::move(user), std::move(frame), {}, 0};
    co_return co_await change(std::move(call));
}

Task<api::ServerFrame> Verbs::change(Call call) {
    const std::string& key = call.frame.idempotency_key();
    if (key.empty() || key.size() > kKeyMax || holds_control(key)) {
        co_return fail(Code::invalid_argument, "a request that changes something needs an idempotency key");
    }
    call.request_hash = hash_of(call.frame, c_.data_key);
    const std::shared_ptr<AsyncLock> turn = turn_of(call);
    const AsyncLock::Held held = co_await turn->acquire();
    if (!c_.centre.leads()) {
        co_return fail(Code::not_leader);
    }
    call.term = c_.centre.term();
    auto before = co_await recall(call);
    if (!before) {
        co_return Failure{before.error()};
    }
    if (const KeyedStep step = first_step(before->found); step == KeyedStep::answer_stored) {
        co_return std::move(before->frame);
    } else if (step == KeyedStep::refuse_other) {
        co_return fail(Code::key_reused);
    }
    auto reply = co_await perform(call);
    if (step_after(reply ? std::nullopt : std::optional{reply.error().code}) == KeyedStep::answer_own) {
        co_return reply;
    }
    auto after = co_await recall(call);
    if (last_step(after ? std::optional{after->found} : std::nullopt) == KeyedStep::answer_stored) {
        co_return std::move(after->frame);
    }
    co_return reply;
}

std::shared_ptr<AsyncLock> Verbs::turn_of(const Call& call) {
    std::erase_if(turns_, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<AsyncLock>& known = turns_[{call.user.name, call.frame.idempotency_key()}];
    std::shared_ptr<AsyncLock> turn = known.lock();
    if (turn == nullptr) {
        turn = std::make_shared<AsyncLock>(executor_);
        known = turn;
    }
    return turn;
}

Task<Verbs::Recalled> Verbs::recall(const Call& call) {
    auto stored = co_await c_.store.answer(call.user.name, call.frame.idempotency_key());
    if (!stored) {
        co_return Failure{stored.error()};
    }
    Recalled out;
    if (!*stored) {
        co_return out;
    }
    out.found = (*stored)->request_hash == call.request_hash ? KeyFound::same_request : KeyFound::other_request;
    if (out.found == KeyFound::same_request && !out.frame.ParseFromString((*stored)->response)) {
        co_return fail(Code::corrupt, "stored answer");
    }
    co_return out;
}

Task<api::ServerFrame> Verbs::perform(const Call& call) {
    switch (call.frame.body_case()) {
    case api::ClientFrame::kNewCall: co_return co_await new_call(call);
    case api::ClientFrame::kUpdateIncident: co_return co_await update_incident(call);
    case api::ClientFrame::kAssign: co_return co_await assign(call);
    case api::ClientFrame::kCancelAssignment: co_return co_await cancel_assignment(call);
    case api::ClientFrame::kEnterUnitState: co_return co_await enter_unit_state(call);
    case api::ClientFrame::kSetDestination: co_return co_await set_destination(call);
    case api::ClientFrame::kCloseIncident: co_return co_await close_incident(call);
    case api::ClientFrame::kCloseRoad: co_return co_await close_road(call);
    case api::ClientFrame::kReopenRoad: co_return co_await reopen_road(call);
    case api::ClientFrame::kAnswerMoveUp: co_return co_await answer_move_up(call);
    case api::ClientFrame::kMergeIncident: co_return co_await merge_incident(call);
    case api::ClientFrame::kAddNote: co_return co_await add_note(call);
    case api::ClientFrame::kRecordNeighbour: co_return co_await record_neighbour(call);
    case api::ClientFrame::kSetSpo2Scale: co_return co_await set_spo2_scale(call);
    case api::ClientFrame::kSendTerminalText: co_return co_await send_terminal_text(call);
    case api::ClientFrame::kStoreSnapshot: co_return co_await store_snapshot(call);
    case api::ClientFrame::kSwapUnit: co_return co_await swap_unit(call);
    case api::ClientFrame::kDivertUnit: co_return co_await divert_unit(call);
    case api::ClientFrame::kRefuseAssignment: co_return co_await refuse_assignment(call);
    case api::ClientFrame::kOrderPosting: co_return co_await order_posting(call);
    case api::ClientFrame::kEndPosting: co_return co_await end_posting(call);
    case api::ClientFrame::kAnswerProposal: co_return co_await answer_proposal(call);
    case api::ClientFrame::kSetUnitFacts: co_return co_await set_unit_facts(call);
    case api::ClientFrame::kCorrectStamp: co_return co_await correct_stamp(call);
    case api::ClientFrame::kMarkAlarm: co_return co_await mark_alarm(call);
    default: break;
    }
    co_return fail(Code::invalid_argument, "no such request");
}

Centre::Decider Verbs::keyed(const Call& call, const api::ServerFrame& reply, Centre::Decider decide) {
    StoreKey key{call.user.name, call.frame.idempotency_key(), call.request_hash, reply.SerializeAsString()};
    return [decide = std::move(decide), key = std::move(key)](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide(world);
        if (writes) {
            // First, so that a repeat stops before it waits for any row.
            writes->operations.insert(writes->operations.begin(), key);
        }
        return writes;
    };
}

Task<api::ServerFrame> Verbs::commit(const Call& call, Centre::Decider decide, api::ServerFrame reply) {
    Centre::Decider whole = keyed(call, reply, std::move(decide));
    auto committed = co_await c_.centre.commit(std::move(whole), call.term);
    if (!committed) {
        co_return Failure{committed.error()};
    }
    co_return reply;
}

Result<api::Recommendation> Verbs::advise_for(const IncidentRow& incident) const {
    if (c_.fleet == nullptr || c_.centre.registry() == nullptr) {
        return fail(Code::not_leader);
    }
    const CoverNow* cover = c_.road_parts != nullptr ? c_.road_parts->cover.now() : nullptr;
    auto advice = advise({c_.centre.world(), *c_.fleet, *c_.centre.registry(), c_.roads, now_us(),
                          c_.centre.release_history(), cover, c_.zones},
                         incident);
    advice.set_closures_unknown(c_.road_parts != nullptr && !c_.road_parts->desk.is_loaded());
    advice.set_roads_revision(c_.road_parts != nullptr ? c_.road_parts->desk.revision() : 0);
    return advice;
}

void Verbs::remember(const api::Recommendation& recommendation) {
    shown_.push_back(shown_of(recommendation));
    if (shown_.size() > kShownMax) {
        shown_.pop_front();
    }
}

const NamedPlace* Verbs::hospital(std::int64_t id) const {
    const Registry* registry = c_.centre.registry();
    if (registry == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(registry->hospitals.begin(), registry->hospitals.end(),
                                    [id](const NamedPlace& h) { return h.id == id; });
    return found == registry->hospitals.end() ? nullptr : &*found;
}

Result<void> Verbs::check_near(PlaceE7 place) const {
    EMS_TRY(check_place(place));
    const Registry* registry = c_.centre.registry();
    if (registry == nullptr || registry->stations.empty()) {
        return {};
    }
    const bool near = std::any_of(registry->stations.begin(), registry->stations.end(), [&](const NamedPlace& station) {
        return map::distance_m(to_wgs84(place), to_wgs84(station.place)) <= kFarthestM;
    });
    if (!near) {
        return fail(Code::place_too_far);
    }
    return {};
}

Task<api::ServerFrame> Verbs::merge_incident(const Call& call) {
    const api::MergeIncident& in = call.frame.merge_incident();
    const MergeRequest request{{in.incident_id()}, in.version(), in.different() ? MergeAnswer::different : MergeAnswer::same,
                               {in.into_incident_id()}, now_us(), call.user.name};
    Centre::Decider decide = [this, &request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_merge(world, request);
        if (writes && request.answer == MergeAnswer::same) {
            const IncidentId into = request.into.is_set() ? request.into : world.incident(request.incident)->same_as;
            tell_changed(world, into, request.now_us, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

Task<api::ServerFrame> Verbs::cancel_assignment(const Call& call) {
    const api::CancelAssignment& in = call.frame.cancel_assignment();
    if (auto valid = check_reason(in.reason()); !valid) {
        co_return Failure{valid.error()};
    }
    const CancelRequest request{{in.assignment_id()}, in.reason(), now_us(), call.user.name};
    Centre::Decider decide = [this, &request](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_cancel(world, request);
        if (!writes) {
            return writes;
        }
        add_cancel(world, request.assignment, request.reason, *writes);
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

Task<api::ServerFrame> Verbs::enter_unit_state(const Call& call) {
    const api::EnterUnitState& in = call.frame.enter_unit_state();
    const auto state = unit_state_of(in.state());
    if (!state) {
        co_return fail(Code::choice_unknown, "no such state");
    }
    StateRequest request;
    request.unit = {in.unit_id()};
    request.state = *state;
    request.source = StampSource::dispatcher;
    request.when.received_us = now_us();
    request.actor = call.user.name;
    request.note = in.note();
    if (in.has_assignment_id()) {
        request.seen_on = AssignmentId{in.assignment_id()};
    }
    if (const Track* track = c_.fleet->by_unit(request.unit); track != nullptr && track->position) {
        const api::UnitPosition& fix = *track->position;
        request.place = PlaceE7{fix.place().lat_e7(), fix.place().lon_e7()};
        request.place_age_us =
            request.when.received_us - fix.received_us() + std::int64_t{fix.age_at_receipt_ms()} * 1'000;
    }
    if (auto fits = check_text(in.note(), "note"); !fits) {
        co_return Failure{fits.error()};
    }
    const std::string words = in.note().empty() ? "调度登记：" + std::string{traits(*state).chinese} : in.note();
    Centre::Decider decide = [this, &request, &words](const World& world) -> Result<WriteSet> {
        request.told_place = told_place(world, request);
        Result<WriteSet> writes = decide_state(world, request);
        if (writes) {
            tell_ended(world, words, *writes);
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

std::optional<PlaceE7> Verbs::told_place(const World& world, const StateRequest& request) const {
    const UnitRow* unit = world.unit(request.unit);
    const Track* track = c_.fleet->by_unit(request.unit);
    // A vehicle that is heard says better itself where it is.
    const bool heard = request.place && request.place_age_us < std::int64_t{kFixOldS} * 1'000'000;
    if (unit == nullptr || track == nullptr || heard) {
        return {};
    }
    const NamedPlace* to = hospital(unit->hospital.value);
    return place_told_by(world, *unit, request.state, to != nullptr ? std::optional{to->place} : std::nullopt);
}

Task<api::ServerFrame> Verbs::set_destination(const Call& call) {
    const api::SetDestination& in = call.frame.set_destination();
    const NamedPlace* to = hospital(in.hospital_id());
    if (to == nullptr) {
        co_return fail(Code::no_such_hospital);
    }
    const NamedPlace place = *to;
    const DestinationRequest request{{in.assignment_id()}, {in.hospital_id()}, call.user.name};
    const std::int64_t now = now_us();
    Centre::Decider decide = [this, &request, &place, now](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes = decide_destination(world, request);
        if (!writes) {
            return writes;
        }
        const Track* track = c_.fleet->by_unit(world.assignment(request.assignment)->unit);
        if (track != nullptr && !track->info.vid.empty()) {
            writes->operations.emplace_back(
                QueueCommand{destination_order(track->info, request.assignment, place, now)});
        }
        return writes;
    };
    co_return co_await commit(call, std::move(decide), done());
}

Task<api::ServerFrame> Verbs::close_incident(const Call& call) {
    const api::CloseIncident& in = call.frame.close_incident();
    CloseRequest request{{in.incident_id()}, in.outcome(), now_us(), call.user.name};
    if (in.has_version()) {
        request.version = in.version();
    }
    Centre::Decider decide = [&request](const World& world) { return decide_close(world, request); };
    co_return co_await commit(call, std::move(decide), done());
}

} // namespace ems::dispatch
