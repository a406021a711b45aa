// The answer to GetFleetStatus: what the database says of servers and vehicles, read at most about
// once a second whoever asks and however often, and what this server knows itself. Reading takes
// one connection of the pool at a time and never holds an answer up for longer than kReadPatience:
// a database that is slow or away costs the answer its freshness, not the dispatcher a connection.
// One thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/contract/api.pb.h"
#include "dispatch/service/fleet.h"
#include "telemetry/base/clock.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

inline constexpr std::chrono::milliseconds kReadEvery{800};
inline constexpr std::chrono::milliseconds kReadPatience{700};

class FleetStatus {
  public:
    // What the server that answers says of itself.
    using Own = std::function<api::DispatchStatus()>;

    // All must outlive the io_context's run. `fleet` is null until the registry was read.
    FleetStatus(boost::asio::io_context& io, pg::Pool& pool, std::string region,
                Fleet* const& fleet, const Clock& clock, Own own);

    boost::asio::awaitable<api::ServerFrame> answer();
    void stop();

  private:
    boost::asio::awaitable<void> read();
    void take(Result<api::FleetStatus> stored);
    void add_live(api::FleetStatus& out) const;

    boost::asio::io_context& io_;
    pg::Pool& pool_;
    std::string region_;
    Fleet* const& fleet_;
    const Clock& clock_;
    Own own_;
    api::FleetStatus stored_;
    std::optional<Ticks> tried_at_;
    bool reading_{false};
    bool stopped_{false};
    boost::asio::steady_timer read_done_; // cancelled when a reading ends
};

} // namespace ems::dispatch
