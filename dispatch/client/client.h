// A client of the console protocol, used by the console and by ems-ctl. It runs its own thread: connects (several
// servers in turn), logs in, subscribes, keeps the link alive, reconnects (a jittered pause after each round of all servers,
// growing until a link has held for a while), leaves a server that lost the lead once another is found to have it, and sends
// unanswered requests again with the same idempotency key. It stays in one world: after the real one has been live no drill
// is taken, nor the reverse. What happens comes out of a bounded queue that the owner drains.
//
//     Client client{config, [&] { QMetaObject::invokeMethod(this, &Window::drainClient, Qt::QueuedConnection); }};
//     client.log_in("wang", Secret<std::string>{password});
//     api::ClientFrame frame;
//     frame.mutable_recommend()->set_incident_id(17);
//     const RequestId request = client.send(frame);
//     ...
//     for (Event& event : client.drain()) {          // on the owner's thread
//         if (auto* state = std::get_if<StateArrived>(&event)) { state->feed(mirror); }
//         if (auto* reply = std::get_if<ReplyArrived>(&event); reply && reply->request == request) { ... }
//     }
//
// All functions may be called from any thread; drain() from one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dispatch/client/connect_trial.h"
#include "dispatch/client/mirror.h"
#include "dispatch/contract/api.pb.h"
#include "telemetry/base/result.h"
#include "telemetry/base/secret.h"

namespace ems::client {

// What a role that may not see the state means to the owner. needed: the log-in is refused, as nothing on a screen would
// be true. if_permitted: the client goes live without state, for requests of its own.
enum class StateWish { needed, if_permitted };

struct ClientConfig {
    std::vector<std::string> servers;  // "127.0.0.1:8443", tried in turn
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    std::string seat{"desk"};
    StateWish state{StateWish::needed};
    std::optional<bool> drill;         // of which world servers have to be; not set: the first that goes live decides
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds request_deadline{10'000};  // of a request, reconnects included
    std::chrono::milliseconds ping_interval{1000};
    std::chrono::milliseconds silence_max{4000};         // nothing heard for so long: the link is dead
    std::chrono::milliseconds backoff_first{200};
    std::chrono::milliseconds backoff_most{500};         // times 1.3: a centre that is back is found within 0.7 s
    std::chrono::milliseconds link_holds{2000};          // live for so long: what failed before counts no more
    std::size_t events_max{4096};
    std::size_t requests_max{256};
};

// waiting: between attempts, or before log_in(). refused: unknown user, wrong password or a locked account; no more
// attempts until log_in() is called again; also a role that may not see the state when that is needed. live: logged in,
// and the first snapshot of this connection comes next, unless PhaseChanged says that none will. live again without
// state: a re-subscription was refused, and what is held is not the present any more.
enum class Phase { waiting, connecting, logging_in, live, refused };

using RequestId = std::uint64_t;  // from 1; 0 is none

struct PhaseChanged {
    Phase phase{Phase::waiting};
    Error error;            // why, for waiting and refused, and for live without state that was seen before
    api::LogInOk session;   // filled when live
    bool has_state{true};   // false when live for a role that may not see it
};
// request 0: a frame nobody asked for and the client has no use of its own for, e.g. a new VideoGrant.
struct ReplyArrived {
    RequestId request{0};
    Result<api::ServerFrame> frame;  // a server's ErrorReply comes as an Error with its code and detail
};
// Snapshot or delta, in order and without gaps.
struct StateArrived {
    std::variant<api::Snapshot, api::Delta> state;
    // gap: the owner has lost a delta and asks for a snapshot with Client::resync().
    Applied feed(Mirror& mirror) const;
};
struct LiveArrived {
    api::Live live;
};
using Event = std::variant<PhaseChanged, ReplyArrived, StateArrived, LiveArrived>;

struct ClientStatus {
    Phase phase{Phase::waiting};
    std::string server;                  // the one in use
    std::int64_t silent_ms{0};           // since anything was heard; screens fade by it
    std::int64_t round_trip_us{0};       // of the last ping
    std::int64_t clock_offset_us{0};     // server's clock minus ours, from pings
    std::uint64_t term{0};
    bool leads{true};                    // as the last pong said; a server that does not lead takes no orders
    std::uint64_t connects{0};
    std::uint64_t live_dropped{0};       // the owner drained too slowly
    std::uint64_t resyncs{0};            // snapshots asked for after a gap
};

class Client {
  public:
    // `wake` is called on the client's thread when the queue turns non-empty; it must return at once.
    Client(ClientConfig config, std::function<void()> wake);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Starts connecting. The password is kept in memory for the life of the client, so that a lapsed session never asks
    // a dispatcher for it in the middle of a call.
    void log_in(std::string user, Secret<std::string> password);

    // Adds `request` and, for a changing request without one, an idempotency key. The reply comes as ReplyArrived, or
    // an Error: timeout (the deadline passed; the outcome of a changing request is then unknown), full, cancelled.
    // While the server does not lead (it has just started, or its database is away), or did not learn what became of it
    // (db_outcome_unknown), the request waits and is sent again under its key; not_leader or timeout comes only when that
    // lasts until the deadline.
    RequestId send(api::ClientFrame frame);
    RequestId send(api::ClientFrame frame, std::chrono::milliseconds deadline);

    // api::LogOff is sent like any other; once it is answered, user and password are forgotten and nothing reconnects before
    // log_in() is called again.
    // Remembered and asked for again after each reconnect. All false ends it.
    void watch_vehicle(std::int64_t unit_id, bool vitals, bool wave);

    // Asks for a new snapshot, for an owner that notices that what it holds does not fit what comes.
    void resync();

    // Whatever happened, oldest first.
    std::vector<Event> drain(std::size_t count_max = 1024);
    // For owners without an event loop: waits until something can be drained; false after `limit`.
    bool wait(std::chrono::milliseconds limit);

    [[nodiscard]] ClientStatus status() const;
    // One for each server of the configuration, in its order.
    [[nodiscard]] std::vector<ConnectTrial> trials() const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::client
