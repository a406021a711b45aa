#include "dispatch/service/console_hub.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/service/messages.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {

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
    case api::ClientFrame::kOpenVoice: return Request::open_voice;
    case api::ClientFrame::kMarkAlarm: return Request::mark_alarm;
    case api::ClientFrame::kStoreSnapshot: return Request::store_snapshot;
    case api::ClientFrame::kGetCameras: return Request::get_cameras;
    case api::ClientFrame::kGetRecordings: return Request::get_recordings;
    case api::ClientFrame::kReadRecording: return Request::read_recording;
    case api::ClientFrame::kFindCases: return Request::find_cases;
    case api::ClientFrame::kMergeIncident: return Request::merge_incident;
    case api::ClientFrame::kAddNote: return Request::add_note;
    case api::ClientFrame::kGetCallerHistory: return Request::get_caller_history;
    case api::ClientFrame::kRecordNeighbour: return Request::record_neighbour;
    case api::ClientFrame::kSetSpo2Scale: return Request::set_spo2_scale;
    case api::ClientFrame::kTellEditing: return Request::tell_editing;
    case api::ClientFrame::kLogIn:
    case api::ClientFrame::kResume:
    case api::ClientFrame::kLogOff:
    case api::ClientFrame::kPing:
    case api::ClientFrame::BODY_NOT_SET: break;
    }
    return std::nullopt;
}

ConsoleHub::ConsoleHub(VerbsContext context, Verbs& verbs, Replays& replays, Recordings& recordings)
    : c_(context), verbs_(verbs), replays_(replays), recordings_(recordings) {}
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
    forget_editing(*self);
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
        if (frame.has_replay() || Recordings::answers(frame)) {
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
        if (session.logged_off) {
            session.connection->close("logged off");
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
    case api::ClientFrame::kLogOff: co_return co_await log_off(session);
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
    if (*right == Request::tell_editing) {
        co_return tell_editing(session, frame.tell_editing());
    }
    if (*right == Request::get_fleet_status) {
        api::ServerFrame status = co_await fleet_status_hook_();
        co_return status;
    }
    if (*right == Request::mark_alarm) {
        if (auto allowed = check_shelving(frame.mark_alarm()); !allowed) {
            co_return Failure{allowed.error()};
        }
    }
    User user = *session.user;
    if (*right == Request::replay) {
        co_return co_await replays_.run(std::move(user), frame.replay());
    }
    if (Recordings::answers(frame)) {
        co_return co_await recordings_.run(std::move(user), std::move(frame));
    }
    co_return co_await verbs_.run(std::move(user), std::move(frame));
}

} // namespace ems::dispatch
