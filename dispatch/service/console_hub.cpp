#include "dispatch/service/console_hub.h"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/service/messages.h"
#include "dispatch/service/messages_roads.h"
#include "dispatch/service/orders.h"
#include "dispatch/service/road_parts.h"
#include "telemetry/base/log.h"
#include "telemetry/seal/password.h"
#include "telemetry/seal/random.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kSeatMax = 64;
constexpr std::size_t kUserNameMax = 32;

boost::asio::awaitable<bool> verify(std::string hash, std::string password) {
    co_return seal::verify_password(hash, password);
}

WsBuffer encode(const api::ServerFrame& frame) { return make_ws_buffer(frame.SerializeAsString()); }

} // namespace

std::optional<Request> needed_right(const api::ClientFrame& frame) {
    switch (frame.body_case()) {
    case api::ClientFrame::kSubscribe: return Request::subscribe;
    case api::ClientFrame::kNewCall: return Request::new_call;
    case api::ClientFrame::kUpdateIncident: return Request::update_incident;
    case api::ClientFrame::kRecommend: return Request::recommend;
    case api::ClientFrame::kAssign: return Request::assign;
    case api::ClientFrame::kCancelAssignment: return Request::cancel_assignment;
    case api::ClientFrame::kEnterUnitState: return Request::enter_unit_state;
    case api::ClientFrame::kSetDestination: return Request::set_destination;
    case api::ClientFrame::kCloseIncident: return Request::close_incident;
    case api::ClientFrame::kGetTimeline: return Request::get_timeline;
    case api::ClientFrame::kRevealIdentity: return Request::reveal_identity;
    case api::ClientFrame::kWatchVehicle: return Request::watch_vehicle;
    case api::ClientFrame::kWatchVideo: return Request::watch_video;
    case api::ClientFrame::kGetHistory: return Request::get_history;
    case api::ClientFrame::kGetFleetStatus: return Request::get_fleet_status;
    case api::ClientFrame::kSendTerminalText: return Request::send_terminal_text;
    case api::ClientFrame::kGetTerminalTexts: return Request::get_terminal_texts;
    case api::ClientFrame::kReplay: return Request::replay;
    case api::ClientFrame::kCloseRoad: return Request::close_road;
    case api::ClientFrame::kReopenRoad: return Request::reopen_road;
    case api::ClientFrame::kGetRoads: return Request::get_roads;
    case api::ClientFrame::kGetCoverage: return Request::get_coverage;
    case api::ClientFrame::kGetIsochrones: return Request::get_isochrones;
    case api::ClientFrame::kGetRoute: return Request::get_route;
    case api::ClientFrame::kGetMoveUp: return Request::get_move_up;
    case api::ClientFrame::kAnswerMoveUp: return Request::answer_move_up;
    case api::ClientFrame::kSwapUnit: return Request::swap_unit;
    case api::ClientFrame::kDivertUnit: return Request::divert_unit;
    case api::ClientFrame::kRefuseAssignment: return Request::refuse_assignment;
    case api::ClientFrame::kOrderPosting: return Request::order_posting;
    case api::ClientFrame::kEndPosting: return Request::end_posting;
    case api::ClientFrame::kAnswerProposal: return Request::answer_proposal;
    case api::ClientFrame::kSetUnitFacts: return Request::set_unit_facts;
    case api::ClientFrame::kCorrectStamp: return Request::correct_stamp;
    case api::ClientFrame::kGetQueue: return Request::get_queue;
    case api::ClientFrame::kGetExplanation: return Request::get_explanation;
    case api::ClientFrame::kLogIn:
    case api::ClientFrame::kResume:
    case api::ClientFrame::kPing:
    case api::ClientFrame::BODY_NOT_SET: break;
    }
    return std::nullopt;
}

ConsoleHub::ConsoleHub(VerbsContext context, Verbs& verbs, Replays& replays)
    : c_(context), verbs_(verbs), replays_(replays) {}
ConsoleHub::~ConsoleHub() = default;

boost::asio::awaitable<void> ConsoleHub::serve(std::shared_ptr<WsConnection> connection) {
    sessions_.emplace_back();
    sessions_.back().connection = std::move(connection);
    const auto self = std::prev(sessions_.end());
    // Leaves the list however the coroutine ends.
    struct Leave {
        ConsoleHub& hub;
        std::list<Session>::iterator self;
        ~Leave() {
            hub.live_dropped_by_ended_ += self->connection->counters().live_dropped;
            hub.sessions_.erase(self);
        }
    } const leave{*this, self};
    const auto here = co_await boost::asio::this_coro::executor;
    Requests requests{here, kRequestsWaitingMax};
    Requests replays{here, kReplaysWaitingMax};
    auto reading = boost::asio::co_spawn(here, read(*self, requests), boost::asio::deferred);
    auto working = boost::asio::co_spawn(here, work(*self, requests, replays), boost::asio::deferred);
    auto replaying = boost::asio::co_spawn(here, replay(*self, replays), boost::asio::deferred);
    auto all = boost::asio::experimental::make_parallel_group(std::move(reading), std::move(working),
                                                              std::move(replaying));
    const auto [order, read_error, work_error, replay_error] =
        co_await all.async_wait(boost::asio::experimental::wait_for_all(), boost::asio::use_awaitable);
    for (const std::exception_ptr& error : {read_error, work_error, replay_error}) {
        if (error) {
            std::rethrow_exception(error);
        }
    }
}

boost::asio::awaitable<void> ConsoleHub::read(Session& session, Requests& requests) {
    for (;;) {
        Result<std::string> message = co_await session.connection->receive();
        if (!message) {
            break;
        }
        api::ClientFrame frame;
        if (!frame.ParseFromString(*message)) {
            EMS_LOG(warn, "console", "unreadable message cn={}", session.connection->peer_cn());
            session.connection->close("unreadable message");
            break;
        }
        if (frame.has_ping()) {
            reply(session, frame.request(), pong(frame.ping()));
            continue;
        }
        if (!requests.try_send(boost::system::error_code{}, std::move(frame))) {
            session.connection->close("too many requests at once");
            break;
        }
    }
    // What was received is still carried out: its sender cannot know how far it came.
    requests.close();
}

boost::asio::awaitable<void> ConsoleHub::work(Session& session, Requests& requests, Requests& replays) {
    for (;;) {
        auto [error, frame] = co_await requests.async_receive(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) {
            break;
        }
        const std::uint64_t request = frame.request();
        const auto kind = frame.body_case();
        const Ticks began = c_.clock.ticks();
        if (frame.has_replay()) {
            if (!replays.try_send(boost::system::error_code{}, std::move(frame))) {
                requests_.note(kind, Code::too_many_requests, c_.clock.ticks() - began);
                reply(session, request, fail(Code::too_many_requests, "one page of a replay at a time"));
            }
            continue;
        }
        Result<api::ServerFrame> answered = co_await answer(session, std::move(frame));
        requests_.note(kind, answered ? std::nullopt : std::optional{answered.error().code}, c_.clock.ticks() - began);
        reply(session, request, std::move(answered));
        if (session.failures >= kLogInFailuresMax) {
            session.connection->close("too many failed log-ins");
        }
    }
    replays.close();
}

// Beside the other requests: an order does not wait behind a page of the past.
boost::asio::awaitable<void> ConsoleHub::replay(Session& session, Requests& replays) {
    for (;;) {
        auto [error, frame] = co_await replays.async_receive(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (error) {
            co_return;
        }
        const std::uint64_t request = frame.request();
        const auto kind = frame.body_case();
        const Ticks began = c_.clock.ticks();
        Result<api::ServerFrame> answered = co_await answer(session, std::move(frame));
        requests_.note(kind, answered ? std::nullopt : std::optional{answered.error().code}, c_.clock.ticks() - began);
        reply(session, request, std::move(answered));
    }
}

void ConsoleHub::reply(Session& session, std::uint64_t request, Result<api::ServerFrame> answer) const {
    api::ServerFrame out;
    if (answer) {
        out = std::move(*answer);
    } else {
        *out.mutable_error() = to_message(answer.error());
    }
    out.set_reply_to(request);
    send(session, out, WsClass::state);
}

api::ServerFrame ConsoleHub::pong(const api::Ping& ping) const {
    api::ServerFrame out;
    out.mutable_pong()->set_client_us(ping.client_us());
    out.mutable_pong()->set_server_us(c_.clock.utc_us());
    out.mutable_pong()->set_term(c_.centre.term());
    out.mutable_pong()->set_leads(c_.centre.leads());
    return out;
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::answer(Session& session, api::ClientFrame frame) {
    switch (frame.body_case()) {
    case api::ClientFrame::kLogIn: co_return co_await log_in(session, frame.log_in());
    case api::ClientFrame::kResume: co_return co_await resume(session, frame.resume());
    default: break;
    }
    const auto right = needed_right(frame);
    if (!right) {
        co_return fail(Code::malformed, "empty request");
    }
    if (!session.user) {
        co_return fail(Code::not_logged_in);
    }
    if (!permitted(session.user->role, *right)) {
        EMS_LOG(warn, "console", "forbidden user={} role={} request={}", session.user->name,
                name(session.user->role), permissions()[static_cast<std::size_t>(*right)].name);
        co_return fail(Code::forbidden);
    }
    if (*right == Request::subscribe) {
        // Without the lead what is held here may be empty or past: it must not be taken for the present.
        if (!c_.centre.leads()) {
            co_return fail(Code::not_leader);
        }
        session.subscribed = true;
        api::ServerFrame state;
        *state.mutable_snapshot() = snapshot();
        co_return state;
    }
    if (*right == Request::watch_vehicle) {
        co_return watch(session, frame.watch_vehicle());
    }
    if (*right == Request::get_fleet_status) {
        api::ServerFrame status = co_await fleet_status_hook_();
        co_return status;
    }
    User user = *session.user;
    if (*right == Request::replay) {
        co_return co_await replays_.run(std::move(user), frame.replay());
    }
    co_return co_await verbs_.run(std::move(user), std::move(frame));
}

boost::asio::awaitable<Result<bool>> ConsoleHub::password_fits(std::string hash, std::string password) {
    if (hashing_ >= kHashThreads + kHashWaitersMax) {
        co_return fail(Code::too_many_requests);
    }
    ++hashing_;
    const bool fits = co_await boost::asio::co_spawn(hashers_, verify(std::move(hash), std::move(password)),
                                                     boost::asio::use_awaitable);
    --hashing_;
    co_return fits;
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::refuse_log_in(Session& session, std::string user) {
    ++session.failures;
    const std::string detail = "cn=" + session.connection->peer_cn();
    EMS_LOG(warn, "console", "log-in refused {}", detail);
    AddAudit row{"log_in_refused", {}, detail};
    auto audited = co_await c_.store.audit(std::move(user), std::move(row));
    if (!audited) {
        EMS_LOG(warn, "console", "refused log-in not in the audit: {}", audited.error().message());
    }
    co_return fail(Code::bad_credentials);
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::log_in(Session& session, api::LogIn request) {
    if (request.user().size() > kUserNameMax || request.seat().size() > kSeatMax ||
        request.password().size() > seal::kPasswordSizeMax) {
        std::string nobody{"unknown"};
        co_return co_await refuse_log_in(session, std::move(nobody));
    }
    auto found = co_await c_.store.find_user(request.user());
    if (!found && found.error().code != Code::not_found) {
        co_return Failure{found.error()};
    }
    const std::string hash = found ? found->password_hash : seal::decoy_hash();
    auto fits = co_await password_fits(hash, request.password());
    if (!fits) {
        co_return Failure{fits.error()};
    }
    const auto role = found ? role_of(found->role) : std::nullopt;
    if (!*fits || !role || found->locked) {
        // A name that nobody has may be a password typed in the wrong field.
        std::string named = found ? found->name : "unknown";
        co_return co_await refuse_log_in(session, std::move(named));
    }
    const std::string token = seal::random_token();
    const std::int64_t expires_us = c_.clock.utc_us() + kSessionLifeUs;
    const SessionRow row{seal::token_hash(token), found->id, request.seat(), session.connection->peer_cn(), expires_us};
    auto kept = co_await c_.store.add_session(row, found->name);
    if (!kept) {
        co_return Failure{kept.error()};
    }
    admit(session, *found, *role, row.token_hash);
    EMS_LOG(info, "console", "logged in user={} role={} cn={} seat={}", found->name, found->role,
            session.connection->peer_cn(), request.seat());
    co_return welcome(*session.user, token, expires_us);
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::resume(Session& session, api::ResumeSession request) {
    std::string hash = seal::token_hash(request.token());
    auto found = co_await c_.store.find_session(hash, session.connection->peer_cn());
    const auto role = found ? role_of(found->role) : std::nullopt;
    if (!found && found.error().code != Code::not_found) {
        co_return Failure{found.error()};
    }
    if (!role) {
        co_return fail(Code::not_logged_in, "the session has ended");
    }
    admit(session, *found, *role, std::move(hash));
    co_return welcome(*session.user, request.token(), found->session_expires_us);
}

void ConsoleHub::admit(Session& session, const UserRow& found, Role role, std::string token_hash) const {
    session.user = User{found.id, found.name, found.display_name, role};
    session.token_hash = std::move(token_hash);
    session.failures = 0;
    // What another user of this connection was shown is not this one's to see.
    session.subscribed = false;
    session.watches.clear();
}

boost::asio::awaitable<void> ConsoleHub::check_sessions() {
    std::vector<std::pair<std::string, std::string>> held;
    for (const Session& session : sessions_) {
        if (session.user) {
            held.emplace_back(session.token_hash, session.connection->peer_cn());
        }
    }
    for (const auto& [hash, cn] : held) {
        auto found = co_await c_.store.find_session(hash, cn);
        const bool gone = !found && found.error().code == Code::not_found;
        if (!found && !gone) {
            co_return;   // the database is away: nobody is thrown out for that
        }
        const auto role = found ? role_of(found->role) : std::nullopt;
        for (Session& session : sessions_) {
            if (!session.user || session.token_hash != hash) {
                continue;
            }
            if (role) {
                session.user->role = *role;
                continue;
            }
            EMS_LOG(info, "console", "session ended user={} cn={}", session.user->name, cn);
            session.user.reset();
            session.subscribed = false;
            session.watches.clear();
            session.connection->close("the session has ended");
        }
    }
}

api::ServerFrame ConsoleHub::welcome(const User& user, std::string token, std::int64_t expires_us) const {
    api::ServerFrame reply;
    api::LogInOk& ok = *reply.mutable_log_in_ok();
    ok.set_token(std::move(token));
    ok.set_user(user.name);
    ok.set_display_name(user.display_name);
    ok.set_role(std::string{name(user.role)});
    ok.set_expires_us(expires_us);
    ok.set_time_scale(1);
    if (const Registry* registry = c_.centre.registry()) {
        ok.set_region(registry->region);
        ok.set_network_note(registry->network_note);
        ok.set_time_scale(registry->time_scale);
    }
    return reply;
}

Result<api::ServerFrame> ConsoleHub::watch(Session& session, const api::WatchVehicle& request) {
    const UnitId unit{request.unit_id()};
    if (c_.fleet == nullptr || c_.fleet->by_unit(unit) == nullptr) {
        return fail(Code::not_found, "no such unit");
    }
    if (request.vitals() || request.wave()) {
        session.watches[unit] = {request.vitals(), request.wave()};
    } else {
        session.watches.erase(unit);
    }
    if (watch_hook_) {
        watch_hook_(unit);
    }
    api::ServerFrame reply;
    reply.mutable_done();
    return reply;
}

ConsoleHub::Watched ConsoleHub::watched(UnitId unit) const {
    Watched all;
    for (const Session& session : sessions_) {
        const auto watch = session.watches.find(unit);
        if (watch != session.watches.end()) {
            all.vitals = all.vitals || watch->second.vitals;
            all.wave = all.wave || watch->second.wave;
        }
    }
    return all;
}

std::map<UnitId, ConsoleHub::Watched> ConsoleHub::watched() const {
    std::map<UnitId, Watched> out;
    for (const Session& session : sessions_) {
        for (const auto& [unit, watch] : session.watches) {
            Watched& all = out[unit];
            all.vitals = all.vitals || watch.vitals;
            all.wave = all.wave || watch.wave;
        }
    }
    return out;
}

std::uint64_t ConsoleHub::live_dropped() const {
    std::uint64_t out = live_dropped_by_ended_;
    for (const Session& session : sessions_) {
        out += session.connection->counters().live_dropped;
    }
    return out;
}

std::size_t ConsoleHub::session_count() const {
    return static_cast<std::size_t>(
        std::count_if(sessions_.begin(), sessions_.end(), [](const Session& session) { return session.user.has_value(); }));
}

api::Unit ConsoleHub::unit_message(const UnitRow& row) const {
    const Track* track = c_.fleet != nullptr ? c_.fleet->by_unit(row.id) : nullptr;
    return track == nullptr ? to_message(row, UnitInfo{}, "never")
                            : to_message(row, track->info, std::string{name(track->link)});
}

api::Assignment ConsoleHub::assignment_message(const AssignmentRow& row) const {
    const auto alarm = alarms_.find(row.id);
    api::Assignment out = to_message(row, alarm == alarms_.end() ? std::string{} : alarm->second);
    const auto next = next_.find(row.id);
    if (next != next_.end() && unanswered(row, c_.clock.utc_us())) {
        out.set_next_unit_id(next->second.unit.value);
        out.set_next_total_s(next->second.total_s);
        out.set_next_recommendation_id(next->second.recommendation);
    }
    return out;
}

std::vector<AssignmentId> ConsoleHub::silent_crews() const {
    std::vector<AssignmentId> out;
    const auto& units = c_.centre.world().units;
    const bool any_free = std::any_of(units.begin(), units.end(),
                                      [](const auto& entry) { return traits(entry.second.state).dispatchable; });
    if (!any_free) {
        return out;   // no list needs computing to know that
    }
    const std::int64_t now_us = c_.clock.utc_us();
    for (const auto& [id, row] : c_.centre.world().assignments) {
        if (unanswered(row, now_us) && !next_.contains(id)) {
            out.push_back(id);
        }
    }
    return out;
}

void ConsoleHub::propose_next(AssignmentId assignment, const Verbs::NextUnit& next) {
    const AssignmentRow* row = c_.centre.world().assignment(assignment);
    // Nobody is no answer to keep: the next turn asks again.
    if (row == nullptr || !next.unit.is_set() || !unanswered(*row, c_.clock.utc_us())) {
        return;
    }
    next_[assignment] = next;
    EMS_LOG(warn, "crew", "silent assignment={} next_unit={}", assignment.value, next.unit.value);
    api::Delta delta;
    *delta.add_assignments() = assignment_message(*row);
    send_delta(std::move(delta));
}

api::Snapshot ConsoleHub::snapshot() const {
    api::Snapshot out;
    out.set_seq(seq_);
    out.set_server_us(c_.clock.utc_us());
    out.set_term(c_.centre.term());
    const World& world = c_.centre.world();
    for (const auto& [id, row] : world.units) {
        *out.add_units() = unit_message(row);
    }
    for (const auto& [id, row] : world.incidents) {
        *out.add_incidents() = to_message(row);
    }
    for (const auto& [id, row] : world.assignments) {
        *out.add_assignments() = assignment_message(row);
    }
    for (const auto& [id, row] : world.postings) {
        *out.add_postings() = to_message(row);
    }
    for (const auto& [id, row] : world.proposals) {
        *out.add_proposals() = to_message(row);
    }
    if (c_.fleet != nullptr) {
        for (const auto& [id, track] : c_.fleet->tracks()) {
            if (track.position) {
                *out.add_positions() = *track.position;
            }
        }
    }
    for (const auto& [key, standing] : standing_) {
        if (standing.alarm.alarm().active()) {
            *out.add_alarms() = standing.alarm;
        }
    }
    if (c_.road_parts != nullptr) {
        for (const auto& [id, row] : c_.road_parts->desk.rows()) {
            *out.add_roads() = to_message(row);
        }
        if (const CoverNow* cover = c_.road_parts->cover.now(); cover != nullptr && c_.road_parts->has_places) {
            *out.mutable_coverage() = to_message(*cover);
        }
        if (const MoveUpRow* advice = c_.road_parts->move_up.open()) {
            *out.mutable_move_up() = to_message(*advice);
        }
    }
    if (const Registry* registry = c_.centre.registry()) {
        for (const NamedPlace& place : registry->stations) {
            api::Station& station = *out.add_stations();
            station.set_id(place.id);
            station.set_name(place.name);
            station.set_zone(place.zone);
            *station.mutable_place() = to_message(place.place);
        }
        for (const Partner& partner : registry->partners) {
            *out.add_partners() = to_message(partner);
        }
        for (const NamedPlace& place : registry->hospitals) {
            api::Hospital& hospital = *out.add_hospitals();
            hospital.set_id(place.id);
            hospital.set_name(place.name);
            *hospital.mutable_place() = to_message(place.place);
        }
    }
    return out;
}

void ConsoleHub::send(Session& session, const api::ServerFrame& frame, WsClass kind) const {
    session.connection->send(encode(frame), kind);
}

void ConsoleHub::to_subscribers(const api::ServerFrame& frame, WsClass kind) {
    WsBuffer bytes;
    for (Session& session : sessions_) {
        if (session.subscribed) {
            bytes = bytes ? bytes : encode(frame);
            session.connection->send(bytes, kind);
        }
    }
}

void ConsoleHub::send_delta(api::Delta delta) {
    delta.set_seq(++seq_);
    delta.set_server_us(c_.clock.utc_us());
    api::ServerFrame frame;
    *frame.mutable_delta() = std::move(delta);
    to_subscribers(frame, WsClass::state);
}

void ConsoleHub::changed(const Rows& rows) {
    api::Delta delta;
    for (const UnitRow& row : rows.units) {
        *delta.add_units() = unit_message(row);
    }
    for (const IncidentRow& row : rows.incidents) {
        *delta.add_incidents() = to_message(row);
    }
    for (const AssignmentRow& row : rows.assignments) {
        if (ended(row.state)) {
            alarms_.erase(row.id);   // that of a cancellation comes with the next check
        }
        *delta.add_assignments() = assignment_message(row);
    }
    for (const PostingRow& row : rows.postings) {
        *delta.add_postings() = to_message(row);
    }
    for (const ProposalRow& row : rows.proposals) {
        *delta.add_proposals() = to_message(row);
    }
    if (delta.units_size() + delta.incidents_size() + delta.assignments_size() + delta.postings_size() +
            delta.proposals_size() >
        0) {
        send_delta(std::move(delta));
    }
}

void ConsoleHub::links_changed(const std::vector<UnitId>& units) {
    api::Delta delta;
    for (const UnitId unit : units) {
        if (const UnitRow* row = c_.centre.world().unit(unit)) {
            *delta.add_units() = unit_message(*row);
        }
    }
    if (delta.units_size() > 0) {
        send_delta(std::move(delta));
    }
}

void ConsoleHub::roads_changed(const std::vector<RoadConditionRow>& rows) {
    api::Delta delta;
    for (const RoadConditionRow& row : rows) {
        *delta.add_roads() = to_message(row);
    }
    send_delta(std::move(delta));
}

void ConsoleHub::coverage_changed() {
    const CoverNow* now = c_.road_parts != nullptr && c_.road_parts->has_places ? c_.road_parts->cover.now() : nullptr;
    if (now == nullptr || !c_.centre.leads()) {
        return;
    }
    api::Coverage coverage = to_message(*now);
    coverage.clear_computed_us();
    std::string bytes = coverage.SerializeAsString();
    if (bytes == coverage_sent_) {
        return;   // units moved, and nobody is reached later or sooner for it
    }
    coverage_sent_ = std::move(bytes);
    api::Delta delta;
    coverage.set_computed_us(now->computed_us);
    *delta.mutable_coverage() = std::move(coverage);
    send_delta(std::move(delta));
}

void ConsoleHub::move_up_changed(const MoveUpRow& row) {
    api::Delta delta;
    *delta.mutable_move_up() = to_message(row);
    send_delta(std::move(delta));
}

void ConsoleHub::reset() {
    ++seq_;
    coverage_sent_.clear();   // the snapshot may have gone without
    if (!c_.centre.leads()) {
        return;   // a server that does not lead has nothing new to say
    }
    // Counted anew before the snapshot, so that no alarm leaves the screens for a moment.
    alarms_ = crew_alarms(c_.centre.world(), c_.clock.utc_us());
    api::ServerFrame frame;
    *frame.mutable_snapshot() = snapshot();
    to_subscribers(frame, WsClass::state);
}

void ConsoleHub::check_alarms() {
    if (!c_.centre.leads()) {
        return;
    }
    api::Delta delta;
    const std::int64_t now_us = c_.clock.utc_us();
    const World& world = c_.centre.world();
    std::map<AssignmentId, std::string> present = crew_alarms(world, now_us);
    std::swap(alarms_, present);
    std::vector<const AssignmentRow*> withdrawn;
    std::erase_if(next_, [&](const auto& entry) {
        const AssignmentRow* row = world.assignment(entry.first);
        const UnitRow* unit = world.unit(entry.second.unit);
        const bool can_go = unit != nullptr && traits(unit->state).dispatchable;
        if (row != nullptr && !can_go) {
            withdrawn.push_back(row);
        }
        return row == nullptr || !can_go || !unanswered(*row, now_us);
    });
    for (const AssignmentRow* row : withdrawn) {
        *delta.add_assignments() = assignment_message(*row);
    }
    for (const auto& [id, alarm] : alarms_) {
        const auto before = present.find(id);
        if (before == present.end() || before->second != alarm) {
            EMS_LOG(warn, "crew", "alarm={} assignment={}", alarm, id.value);
            *delta.add_assignments() = assignment_message(world.assignments.at(id));
        }
    }
    for (const auto& [id, alarm] : present) {
        const AssignmentRow* row = world.assignment(id);
        if (row != nullptr && !alarms_.contains(id)) {
            *delta.add_assignments() = assignment_message(*row);
        }
    }
    if (delta.assignments_size() > 0) {
        send_delta(std::move(delta));
    }
}

void ConsoleHub::send_positions(const std::vector<UnitId>& units) {
    api::ServerFrame frame;
    api::Live& live = *frame.mutable_live();
    live.set_server_us(c_.clock.utc_us());
    for (const UnitId unit : units) {
        const Track* track = c_.fleet != nullptr ? c_.fleet->by_unit(unit) : nullptr;
        if (track != nullptr && track->position) {
            *live.add_positions() = *track->position;
        }
    }
    if (live.positions_size() > 0) {
        to_subscribers(frame, WsClass::live);
    }
}

void ConsoleHub::send_vitals(UnitId unit, const api::LiveVitals& vitals) {
    WsBuffer bytes;
    for (Session& session : sessions_) {
        const auto watch = session.watches.find(unit);
        if (watch == session.watches.end() || !watch->second.vitals) {
            continue;
        }
        if (!bytes) {
            api::ServerFrame frame;
            frame.mutable_live()->set_server_us(c_.clock.utc_us());
            *frame.mutable_live()->add_vitals() = vitals;
            bytes = encode(frame);
        }
        session.connection->send(bytes, WsClass::live);
    }
}

void ConsoleHub::send_wave(UnitId unit, const api::LiveWave& wave) {
    WsBuffer bytes;
    for (Session& session : sessions_) {
        const auto watch = session.watches.find(unit);
        if (watch == session.watches.end() || !watch->second.wave) {
            continue;
        }
        if (!bytes) {
            api::ServerFrame frame;
            frame.mutable_live()->set_server_us(c_.clock.utc_us());
            *frame.mutable_live()->add_waves() = wave;
            bytes = encode(frame);
        }
        session.connection->send(bytes, WsClass::live);
    }
}

void ConsoleHub::vehicle_alarm(const api::LiveAlarm& alarm, AlarmSerial serial) {
    const std::pair key{UnitId{alarm.unit_id()}, alarm.alarm().code()};
    const auto known = standing_.find(key);
    if (known != standing_.end()) {
        const bool same_spool = known->second.serial.spool == serial.spool;
        const bool newer = same_spool ? serial.seq > known->second.serial.seq
                                      : alarm.device_us() > known->second.alarm.device_us();
        if (!newer) {
            return;
        }
        known->second = {alarm, serial};
    } else {
        if (standing_.size() >= kStandingAlarmsMax) {
            std::erase_if(standing_, [](const auto& entry) { return !entry.second.alarm.alarm().active(); });
        }
        if (standing_.size() < kStandingAlarmsMax) {
            standing_.emplace(key, StandingAlarm{alarm, serial});
        }
    }
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(c_.clock.utc_us());
    *frame.mutable_live()->add_alarms() = alarm;
    // An alarm is never shed.
    to_subscribers(frame, WsClass::state);
}

} // namespace ems::dispatch
