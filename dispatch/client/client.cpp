#include "dispatch/client/client.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/client/event_queue.h"
#include "dispatch/client/lead_probe.h"
#include "dispatch/client/ws_client.h"
#include "telemetry/base/assert.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"
#include "telemetry/base/backoff.h"
#include "telemetry/seal/random.h"

namespace ems::client {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds kTick{100};
constexpr milliseconds kLeaderPause{200};
constexpr milliseconds kSearchMost{1000};

struct Pending {
    api::ClientFrame frame;
    Ticks deadline{};
    std::uint64_t wire{0};  // its number on the present connection; 0: not sent on it
    Ticks again{};          // when to send it again to a server that could not say; zero: it waits for an answer
    bool unknown{false};    // a server did not learn what became of it
};

struct Watch {
    bool vitals{false};
    bool wave{false};
};

struct Credentials {
    std::string user;
    Secret<std::string> password;
};

bool changes_something(const api::ClientFrame& frame) {
    switch (frame.body_case()) {
    case api::ClientFrame::kNewCall:
    case api::ClientFrame::kUpdateIncident:
    case api::ClientFrame::kAssign:
    case api::ClientFrame::kCancelAssignment:
    case api::ClientFrame::kEnterUnitState:
    case api::ClientFrame::kSetDestination:
    case api::ClientFrame::kCloseIncident:
    case api::ClientFrame::kRevealIdentity:
    case api::ClientFrame::kSendTerminalText:
    case api::ClientFrame::kCloseRoad:
    case api::ClientFrame::kReopenRoad:
    case api::ClientFrame::kAnswerMoveUp:
    case api::ClientFrame::kSwapUnit:
    case api::ClientFrame::kDivertUnit:
    case api::ClientFrame::kRefuseAssignment:
    case api::ClientFrame::kOrderPosting:
    case api::ClientFrame::kEndPosting:
    case api::ClientFrame::kAnswerProposal:
    case api::ClientFrame::kSetUnitFacts:
    case api::ClientFrame::kCorrectStamp:
    case api::ClientFrame::kMarkAlarm:
    case api::ClientFrame::kStoreSnapshot:
    case api::ClientFrame::kMergeIncident:
    case api::ClientFrame::kAddNote:
    case api::ClientFrame::kRecordNeighbour:
    case api::ClientFrame::kSetSpo2Scale:
        return true;
    default:
        return false;
    }
}

Error error_of(const api::ErrorReply& reply) {
    Error out{static_cast<Code>(reply.code()), reply.detail()};
    // A newer server may know codes that we do not: its own words then.
    if (code_name(out.code) == "unknown" && out.detail.empty()) {
        out.detail = reply.text_en();
    }
    return out;
}

Result<WsTarget> target_of(const ClientConfig& config, const std::string& server) {
    const std::size_t colon = server.rfind(':');
    WsTarget out;
    int port = 0;
    if (colon != std::string::npos) {
        out.host = server.substr(0, colon);
        port = std::atoi(server.c_str() + colon + 1);
    }
    if (out.host.empty() || port < 1 || port > 65535) {
        return fail(Code::config, "\"" + server + "\" is not HOST:PORT");
    }
    out.port = static_cast<std::uint16_t>(port);
    out.ca_file = config.ca_file;
    out.certificate_file = config.certificate_file;
    out.key_file = config.key_file;
    out.timeout = config.connect_timeout;
    return out;
}

} // namespace

Applied StateArrived::feed(Mirror& mirror) const {
    if (const auto* snapshot = std::get_if<api::Snapshot>(&state)) {
        mirror.apply(*snapshot);
        return Applied::yes;
    }
    return mirror.apply(std::get<api::Delta>(state));
}

// Everything below runs on the client's own thread unless it says otherwise.
struct Client::Body {
    Body(ClientConfig c, std::function<void()> wake)
        : config(std::move(c)), queue(config.events_max, std::move(wake)), work(io.get_executor()),
          pause(io), tick(io), search(io),
          backoff({config.backoff_first, config.backoff_most}, std::random_device{}()),
          search_backoff({kLeaderPause, kSearchMost}, std::random_device{}()) {
        for (const std::string& server : config.servers) {
            trials.push_back(ConnectTrial{});
            trials.back().server = server;
        }
    }

    asio::awaitable<void> run();
    asio::awaitable<void> run_ticks();
    asio::awaitable<void> run_search();
    asio::awaitable<std::optional<std::size_t>> find_leader();
    [[nodiscard]] bool looks_for_leader() const;
    void forget_failures();
    asio::awaitable<Error> attempt();
    asio::awaitable<Error> read_frames();
    asio::awaitable<void> wait(milliseconds time);

    enum class HasState { no, yes };
    void set_phase(Phase next, Error why = {}, api::LogInOk session = {}, HasState has_state = HasState::yes);
    void go_live(HasState has_state);
    void begin_log_in();
    void subscribe();
    void send_watches();
    void submit(RequestId id, api::ClientFrame frame, Ticks deadline);
    void transmit(Pending& pending);
    std::uint64_t transmit(api::ClientFrame& frame);
    void answer(RequestId id, Result<api::ServerFrame> frame);

    ConnectWatch watch_trial();
    void note_trial(TrialState state, ConnectStep step);
    void end_trial(const Error& why);

    void take(api::ServerFrame frame);
    void take_log_in(const api::ServerFrame& frame);
    void take_refused_subscription(Error error);
    void take_pong(const api::Pong& pong);
    void take_state(api::ServerFrame& frame);
    void take_reply(api::ServerFrame frame);
    void on_tick(Ticks now);

    const ClientConfig config;
    EventQueue queue;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work;
    asio::steady_timer pause;
    asio::steady_timer tick;
    asio::steady_timer search;
    Backoff backoff;
    Backoff search_backoff;
    std::thread thread;
    std::atomic<RequestId> next_request{1};

    Phase phase{Phase::waiting};
    std::optional<Credentials> credentials;
    std::string token;
    std::size_t server_index{0};
    std::optional<std::size_t> next_server; // the one that was found to lead
    bool lost_lead{false};        // the present server said so, and has not said otherwise since
    std::size_t tried{0};         // since the last pause, or since a link held
    std::shared_ptr<WsClient> link;
    Error ended;                  // why we gave the present connection up
    std::uint64_t next_wire{1};
    std::uint64_t log_in_wire{0};
    bool resuming{false};
    std::uint64_t subscribe_wire{0};
    Ticks subscribe_again{};      // after a refusal for want of a leader; zero: not waiting
    api::LogInOk welcome;         // of the present connection
    std::optional<bool> world_is_drill{config.drill};  // of what went live first; for good
    bool have_snapshot{false};
    bool shows_state{false};      // as the last PhaseChanged said
    std::uint64_t seq{0};
    std::map<RequestId, Pending> pending;
    std::map<std::int64_t, Watch> watches;
    Ticks heard{};
    Ticks pinged{};
    Ticks began{};
    std::optional<Ticks> live_since; // of the present connection

    mutable std::mutex status_mutex;
    ClientStatus status;
    std::vector<ConnectTrial> trials; // of config.servers
    Ticks status_heard{std::chrono::steady_clock::now()};
};

void Client::Body::set_phase(Phase next, Error why, api::LogInOk session, HasState has_state) {
    phase = next;
    shows_state = next == Phase::live && has_state == HasState::yes;
    {
        const std::lock_guard lock{status_mutex};
        status.phase = next;
        status.server = config.servers.empty() ? "" : config.servers[server_index];
        status.connects += next == Phase::live ? 1U : 0U;
    }
    queue.push(PhaseChanged{next, std::move(why), std::move(session), has_state == HasState::yes});
}

// The present attempt has come to `step`.
void Client::Body::note_trial(TrialState state, ConnectStep step) {
    const std::lock_guard lock{status_mutex};
    ConnectTrial& trial = trials[server_index];
    trial.state = state;
    trial.step = step;
    trial.cause = ConnectCause::none;
    trial.error = Error{};
}

// What ended it is known from the transport, or was said by the server.
void Client::Body::end_trial(const Error& why) {
    const std::lock_guard lock{status_mutex};
    ConnectTrial& trial = trials[server_index];
    const bool was_live = trial.state == TrialState::live;
    trial.state = TrialState::failed;
    trial.error = why;
    if (trial.cause == ConnectCause::we_expired || trial.cause == ConnectCause::we_are_refused) {
        trial.step = ConnectStep::tls; // TLS 1.3 has begun the next step before it hears of it
    }
    if (trial.cause != ConnectCause::none) {
        return;
    }
    const bool silent = why.code == Code::timeout;
    const bool hung_up = why.code == Code::link_down;
    if (silent && was_live) {
        trial.cause = ConnectCause::silent;
    } else {
        trial.cause = silent ? ConnectCause::timed_out : hung_up ? ConnectCause::closed : ConnectCause::answered;
    }
}

ConnectWatch Client::Body::watch_trial() {
    ConnectWatch out;
    out.began = [this](ConnectStep step) { note_trial(TrialState::running, step); };
    out.ended = [this](ConnectCause cause) {
        const std::lock_guard lock{status_mutex};
        trials[server_index].cause = cause;
    };
    return out;
}

asio::awaitable<void> Client::Body::wait(milliseconds time) {
    pause.expires_after(time);
    co_await pause.async_wait(kToValue);
}

asio::awaitable<void> Client::Body::run() {
    for (;;) {
        if (!credentials || phase == Phase::refused || config.servers.empty()) {
            co_await wait(std::chrono::hours{1});
            continue;
        }
        Error why = co_await attempt();
        end_trial(why);
        link.reset();
        forget_failures();
        if (phase == Phase::refused) {
            continue;
        }
        server_index = next_server.value_or((server_index + 1) % config.servers.size());
        next_server.reset();
        set_phase(Phase::waiting, std::move(why));
        // Every server once, then a pause: the one that leads must not be waited for because another is gone.
        ++tried;
        if (tried >= config.servers.size()) {
            tried = 0;
            co_await wait(backoff.next());
        }
    }
}

// A link that did not hold counts as one more attempt: of two servers that let in and drop at once, neither may be asked
// without a pause, and the pauses grow.
void Client::Body::forget_failures() {
    if (live_since && std::chrono::steady_clock::now() - *live_since >= config.link_holds) {
        backoff.reset();
        tried = 0;
    }
    live_since.reset();
}

asio::awaitable<Error> Client::Body::attempt() {
    set_phase(Phase::connecting);
    Result<WsTarget> target = target_of(config, config.servers[server_index]);
    if (!target) {
        note_trial(TrialState::running, ConnectStep::name);
        watch_trial().ended(ConnectCause::address_malformed);
        co_return target.error();
    }
    ConnectWatch watch = watch_trial();
    Result<std::shared_ptr<WsClient>> connected =
        co_await WsClient::connect(io, std::move(*target), std::move(watch));
    if (!connected) {
        co_return connected.error();
    }
    link = std::move(*connected);
    ended = Error{Code::link_down, ""};
    next_wire = 1;
    log_in_wire = 0;
    subscribe_wire = 0;
    have_snapshot = false;
    lost_lead = false;
    // What was open on the lost connection was its alone: by now its owner may have left the case.
    std::vector<RequestId> presences;
    for (auto& [id, request] : pending) {
        if (request.wire != 0 && request.frame.has_tell_editing()) {
            presences.push_back(id);
        }
        request.wire = 0;
        request.again = {};
    }
    for (const RequestId id : presences) {
        answer(id, fail(Code::link_down));
    }
    began = heard = pinged = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock{status_mutex};
        status.leads = true;
    }
    begin_log_in();
    Error why = co_await read_frames();
    co_return ended.detail.empty() ? why : ended;
}

asio::awaitable<Error> Client::Body::read_frames() {
    const std::shared_ptr<WsClient> present = link;
    for (;;) {
        Result<std::string> bytes = co_await present->receive();
        if (!bytes) {
            co_return bytes.error();
        }
        heard = std::chrono::steady_clock::now();
        {
            const std::lock_guard lock{status_mutex};
            status_heard = heard;
        }
        api::ServerFrame frame;
        if (!frame.ParseFromString(*bytes)) {
            present->close();
            co_return Error{Code::malformed, "the server's frame cannot be read"};
        }
        take(std::move(frame));
    }
}

std::uint64_t Client::Body::transmit(api::ClientFrame& frame) {
    if (!link) {
        return 0;
    }
    const std::uint64_t wire = next_wire++;
    frame.set_request(wire);
    const Result<void> sent = link->send(frame.SerializeAsString());
    return sent ? wire : 0;
}

void Client::Body::transmit(Pending& request) {
    request.wire = transmit(request.frame);
    request.again = {};
}

void Client::Body::begin_log_in() {
    EMS_ASSERT(credentials.has_value());
    note_trial(TrialState::running, ConnectStep::log_in);
    set_phase(Phase::logging_in);
    api::ClientFrame frame;
    resuming = !token.empty();
    if (resuming) {
        frame.mutable_resume()->set_token(token);
    } else {
        frame.mutable_log_in()->set_user(credentials->user);
        frame.mutable_log_in()->set_password(credentials->password.reveal());
        frame.mutable_log_in()->set_seat(config.seat);
    }
    log_in_wire = transmit(frame);
}

void Client::Body::take_log_in(const api::ServerFrame& frame) {
    log_in_wire = 0;
    if (frame.has_log_in_ok() && world_is_drill.value_or(frame.log_in_ok().drill()) != frame.log_in_ok().drill()) {
        // What is on the screens is of one world, and nobody could tell what came from the other.
        watch_trial().ended(ConnectCause::other_world);
        token.clear();
        ended = Error{Code::refused, frame.log_in_ok().drill() ? "the server is a drill's, and this program shows the real world"
                                                               : "the server is of the real world, and this program shows a drill"};
        link->close();
        return;
    }
    if (frame.has_log_in_ok()) {
        if (!frame.log_in_ok().token().empty()) {
            token = frame.log_in_ok().token();
        }
        welcome = frame.log_in_ok();
        subscribe();
        return;
    }
    const Error error = error_of(frame.error());
    const bool no = error.code == Code::bad_credentials || error.code == Code::not_logged_in ||
                    error.code == Code::forbidden;
    if (resuming && no) {
        token.clear();
        begin_log_in();
        return;
    }
    if (no) {
        set_phase(Phase::refused, error);
    }
    ended = error;
    if (ended.detail.empty()) {
        ended.detail = code_text_en(error.code);
    }
    link->close();
}

void Client::Body::subscribe() {
    if (phase != Phase::live) {
        note_trial(TrialState::running, ConnectStep::state);
    }
    api::ClientFrame frame;
    frame.mutable_subscribe()->set_have_seq(0);
    have_snapshot = false;
    subscribe_again = {};
    subscribe_wire = transmit(frame);
}

void Client::Body::send_watches() {
    for (const auto& [unit, watch] : watches) {
        api::ClientFrame frame;
        frame.mutable_watch_vehicle()->set_unit_id(unit);
        frame.mutable_watch_vehicle()->set_vitals(watch.vitals);
        frame.mutable_watch_vehicle()->set_wave(watch.wave);
        transmit(frame);
    }
}

void Client::Body::submit(RequestId id, api::ClientFrame frame, Ticks deadline) {
    if (pending.size() >= config.requests_max) {
        answer(id, fail(Code::full, "too many requests wait for an answer"));
        return;
    }
    Pending& request = pending[id];
    request.frame = std::move(frame);
    request.deadline = deadline;
    if (phase == Phase::live) {
        transmit(request);
    }
}

void Client::Body::answer(RequestId id, Result<api::ServerFrame> frame) {
    pending.erase(id);
    queue.push(ReplyArrived{id, std::move(frame)});
}

void Client::Body::take(api::ServerFrame frame) {
    switch (frame.body_case()) {
    case api::ServerFrame::kPong:
        take_pong(frame.pong());
        return;
    case api::ServerFrame::kSnapshot:
    case api::ServerFrame::kDelta:
        take_state(frame);
        return;
    case api::ServerFrame::kLive:
        queue.push(LiveArrived{std::move(*frame.mutable_live())});
        return;
    default:
        break;
    }
    if (frame.reply_to() != 0 && frame.reply_to() == log_in_wire) {
        take_log_in(frame);
    } else if (frame.reply_to() != 0 && frame.reply_to() == subscribe_wire && frame.has_error()) {
        take_refused_subscription(error_of(frame.error()));
    } else {
        take_reply(std::move(frame));
    }
}

void Client::Body::take_refused_subscription(Error error) {
    if (error.code == Code::not_leader && phase == Phase::live) {
        // It led when we came. Live data go on, the state we have stands still, and its new leader may be itself.
        lost_lead = true;
        subscribe_again = std::chrono::steady_clock::now() + kLeaderPause;
        return;
    }
    if (error.code == Code::forbidden && config.state == StateWish::if_permitted) {
        if (phase != Phase::live) {
            go_live(HasState::no);
        } else if (shows_state) {
            // The role lost its right since: what we hold stands still from now, and is not the present.
            shows_state = false;
            queue.push(PhaseChanged{Phase::live, std::move(error), welcome, false});
        }
        return;
    }
    if (error.code == Code::forbidden) {
        set_phase(Phase::refused, error); // the role sees no state; another attempt changes nothing
    }
    // Without state the connection is worth nothing; another server may lead.
    ended = std::move(error);
    if (ended.detail.empty()) {
        ended.detail = code_text_en(ended.code);
    }
    link->close();
}

void Client::Body::take_pong(const api::Pong& pong) {
    const std::int64_t now_us = SystemClock{}.utc_us();
    const std::int64_t round_trip = now_us - pong.client_us();
    lost_lead = !pong.leads();
    const std::lock_guard lock{status_mutex};
    status.term = pong.term();
    status.leads = pong.leads();
    if (round_trip >= 0) {
        status.round_trip_us = round_trip;
        status.clock_offset_us = pong.server_us() - (pong.client_us() + round_trip / 2);
    }
}

void Client::Body::go_live(HasState has_state) {
    world_is_drill = welcome.drill();
    live_since = std::chrono::steady_clock::now();
    note_trial(TrialState::live, ConnectStep::state);
    set_phase(Phase::live, Error{}, welcome, has_state);
    send_watches();
    for (auto& [id, request] : pending) {
        transmit(request);
    }
}

void Client::Body::take_state(api::ServerFrame& frame) {
    if (frame.has_snapshot()) {
        seq = frame.snapshot().seq();
        have_snapshot = true;
        if (phase != Phase::live) {
            // Only now: a server without the lead lets in, but gives no state, and what is held is not the present.
            go_live(HasState::yes);
        }
        if (!shows_state) {
            shows_state = true; // the right came back
            queue.push(PhaseChanged{Phase::live, Error{}, welcome, true});
        }
        queue.push(StateArrived{std::move(*frame.mutable_snapshot())});
        return;
    }
    if (!have_snapshot) {
        return;
    }
    if (frame.delta().seq() != seq + 1) {
        EMS_LOG(warn, "client", "gap of state have={} got={}", seq, frame.delta().seq());
        {
            const std::lock_guard lock{status_mutex};
            ++status.resyncs;
        }
        subscribe();
        return;
    }
    seq = frame.delta().seq();
    queue.push(StateArrived{std::move(*frame.mutable_delta())});
}

void Client::Body::take_reply(api::ServerFrame frame) {
    const std::uint64_t wire = frame.reply_to();
    if (wire == 0) {
        queue.push(ReplyArrived{0, std::move(frame)});
        return;
    }
    const auto found = std::find_if(pending.begin(), pending.end(), [wire](const auto& entry) {
        return entry.second.wire == wire;
    });
    if (found == pending.end()) {
        return;  // answered too late, or to a watch
    }
    Pending& request = found->second;
    const Code refused = frame.has_error() ? static_cast<Code>(frame.error().code()) : Code{};
    if (refused == Code::not_leader || refused == Code::db_outcome_unknown) {
        // Under its key it happens once however often it is sent.
        lost_lead = lost_lead || refused == Code::not_leader;
        request.unknown = request.unknown || refused == Code::db_outcome_unknown;
        request.wire = 0;
        request.again = std::chrono::steady_clock::now() + kLeaderPause;
    } else if (frame.has_error()) {
        answer(found->first, Failure{error_of(frame.error())});
    } else {
        if (request.frame.has_log_off()) { // nobody is logged in anew by a reconnect
            credentials.reset();
            token.clear();
        }
        answer(found->first, std::move(frame));
    }
}

asio::awaitable<void> Client::Body::run_ticks() {
    for (;;) {
        tick.expires_after(kTick);
        co_await tick.async_wait(kToValue);
        on_tick(std::chrono::steady_clock::now());
    }
}

bool Client::Body::looks_for_leader() const {
    return phase == Phase::live && link && lost_lead && config.servers.size() > 1;
}

// A server that lost the lead answers on and would keep its desks. Live data come from it until another is known to lead.
asio::awaitable<void> Client::Body::run_search() {
    for (;;) {
        search.expires_after(search_backoff.next());
        co_await search.async_wait(kToValue);
        if (!looks_for_leader()) {
            search_backoff.reset();
            continue;
        }
        const std::optional<std::size_t> leader = co_await find_leader();
        if (leader && looks_for_leader()) {
            next_server = leader;
            ended = Error{Code::not_leader, "another server leads"};
            link->close();
        }
    }
}

asio::awaitable<std::optional<std::size_t>> Client::Body::find_leader() {
    for (std::size_t i = 1; i < config.servers.size() && looks_for_leader(); ++i) {
        const std::size_t index = (server_index + i) % config.servers.size();
        Result<WsTarget> target = target_of(config, config.servers[index]);
        if (!target) {
            continue;
        }
        const bool leads = co_await leads_now(io, std::move(*target));
        if (leads) {
            co_return index;
        }
    }
    co_return std::nullopt;
}

void Client::Body::on_tick(Ticks now) {
    std::vector<RequestId> late;
    for (auto& [id, request] : pending) {
        if (now >= request.deadline) {
            late.push_back(id);
        } else if (request.again != Ticks{} && now >= request.again && phase == Phase::live) {
            transmit(request);
        }
    }
    for (const RequestId id : late) {
        const bool leaderless = pending.at(id).again != Ticks{} && !pending.at(id).unknown;
        answer(id, leaderless ? fail(Code::not_leader) : fail(Code::timeout, "no answer from the centre"));
    }
    if (subscribe_again != Ticks{} && now >= subscribe_again && phase == Phase::live) {
        subscribe();
    }
    const bool connected = link && (phase == Phase::live || phase == Phase::logging_in);
    if (!connected) {
        return;
    }
    // A log-in may take the server a moment of hashing; it answers pings only afterwards.
    const Ticks last = phase == Phase::live ? heard : std::max(heard, began + config.connect_timeout);
    if (now - last > config.silence_max) {
        ended = Error{Code::timeout, "nothing heard from the centre"};
        link->close();
        return;
    }
    if (phase == Phase::live && now - pinged >= config.ping_interval) {
        pinged = now;
        api::ClientFrame frame;
        frame.mutable_ping()->set_client_us(SystemClock{}.utc_us());
        transmit(frame);
    }
}

Client::Client(ClientConfig config, std::function<void()> wake)
    : body_(std::make_unique<Body>(std::move(config), std::move(wake))) {
    const auto ended = [](std::exception_ptr escaped) {
        // Nothing here throws but for want of memory.
        EMS_ASSERT(!escaped);
    };
    asio::co_spawn(body_->io, body_->run(), ended);
    asio::co_spawn(body_->io, body_->run_ticks(), ended);
    asio::co_spawn(body_->io, body_->run_search(), ended);
    body_->thread = std::thread{[body = body_.get()] { body->io.run(); }};
}

Client::~Client() {
    body_->io.stop();
    body_->thread.join();
}

void Client::log_in(std::string user, Secret<std::string> password) {
    asio::post(body_->io, [body = body_.get(), user = std::move(user),
                           password = std::move(password)]() mutable {
        const bool changed = !body->credentials || body->credentials->user != user;
        body->credentials = Credentials{std::move(user), std::move(password)};
        if (changed) {
            body->token.clear();
        }
        if (body->phase == Phase::refused) {
            body->phase = Phase::waiting;
        }
        body->pause.cancel();
    });
}

RequestId Client::send(api::ClientFrame frame) {
    return send(std::move(frame), body_->config.request_deadline);
}

RequestId Client::send(api::ClientFrame frame, milliseconds deadline) {
    const RequestId id = body_->next_request++;
    if (frame.idempotency_key().empty() && changes_something(frame)) {
        frame.set_idempotency_key(seal::uuid_text());
    }
    const Ticks until = std::chrono::steady_clock::now() + deadline;
    asio::post(body_->io, [body = body_.get(), id, frame = std::move(frame), until]() mutable {
        body->submit(id, std::move(frame), until);
    });
    return id;
}

void Client::watch_vehicle(std::int64_t unit_id, bool vitals, bool wave) {
    asio::post(body_->io, [body = body_.get(), unit_id, vitals, wave] {
        body->watches[unit_id] = Watch{vitals, wave};
        if (body->phase == Phase::live) {
            api::ClientFrame frame;
            frame.mutable_watch_vehicle()->set_unit_id(unit_id);
            frame.mutable_watch_vehicle()->set_vitals(vitals);
            frame.mutable_watch_vehicle()->set_wave(wave);
            body->transmit(frame);
        }
        if (!vitals && !wave) {
            body->watches.erase(unit_id);
        }
    });
}

std::vector<Event> Client::drain(std::size_t count_max) {
    EventQueue::Drained out = body_->queue.drain(count_max);
    if (out.resync) {
        resync();
    }
    return std::move(out.events);
}

void Client::resync() {
    asio::post(body_->io, [body = body_.get()] {
        if (body->phase == Phase::live) {
            {
                const std::lock_guard lock{body->status_mutex};
                ++body->status.resyncs;
            }
            body->subscribe();
        }
    });
}

bool Client::wait(milliseconds limit) { return body_->queue.wait(limit); }

std::vector<ConnectTrial> Client::trials() const {
    const std::lock_guard lock{body_->status_mutex};
    return body_->trials;
}

ClientStatus Client::status() const {
    const std::uint64_t dropped = body_->queue.live_dropped();
    const std::lock_guard lock{body_->status_mutex};
    ClientStatus out = body_->status;
    out.live_dropped = dropped;
    out.silent_ms = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() -
                                                             body_->status_heard)
                        .count();
    return out;
}

} // namespace ems::client
