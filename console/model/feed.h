// Where a desk's data come from: the client of the dispatch server, or a scripted feed in tests. Everything is a message
// of dispatch/contract/api.proto. One thread (the GUI's) calls; the wake-up may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dispatch/client/connect_trial.h"
#include "dispatch/contract/api.pb.h"

namespace ems::console {

// The server link. `connecting` follows `down` after a back-off; `refused` is an answer of the server (bad password,
// revoked certificate) that trying again does not mend.
struct LinkChange {
    enum class State { connecting, up, down, refused };
    State state{State::connecting};
    std::string detail;       // for a person, short, no patient data
    std::uint32_t attempt{0}; // connects tried since the link was last up
    std::uint32_t retry_in_ms{0};
};

using FeedEvent = std::variant<LinkChange, api::ServerFrame>;

class Feed {
  public:
    virtual ~Feed() = default;
    // All that it ever hands out is of one world: LogInOk::drill never changes.
    // Connects and logs in, and again after each loss, until destroyed. Called again it does nothing.
    virtual void start() = 0;
    // `wake` is called when events wait after none did; it must return at once.
    virtual void set_wake(std::function<void()> wake) = 0;
    // Takes at most `count_max` events in order, without waiting.
    virtual std::vector<FeedEvent> drain(std::size_t count_max) = 0;
    // Sends a request and gives its number, which the reply's reply_to repeats. 0: not connected, nothing was sent and
    // nothing will be (no order may leave later without a person).
    virtual std::uint64_t send(api::ClientFrame frame) = 0;
    // Of the last question of the link whether the server is there; nothing while not connected or not yet measured.
    [[nodiscard]] virtual std::optional<std::int64_t> round_trip_us() const = 0;
    // False while the server is there but takes no orders: its database is away, or another server leads.
    [[nodiscard]] virtual bool server_leads() const = 0;
    // Name of the seat as the server knows it; empty: it has none.
    [[nodiscard]] virtual std::string seat() const { return {}; }
    // What it tells is not the present: a replay.
    [[nodiscard]] virtual bool shows_past() const { return false; }
    // How the newest attempt at each server went.
    [[nodiscard]] virtual std::vector<client::ConnectTrial> trials() const = 0;
};

} // namespace ems::console
