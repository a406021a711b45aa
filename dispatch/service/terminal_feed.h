// Vehicles known by their JT/T 808 terminals, read out of the archive about once a second: ems-telemetryd, which hears
// terminals, meets this server in PostgreSQL alone. A session of its own, with a limit for each statement, so that nothing
// else ever waits for it; while the database is away the positions known grow old and the links age.
#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/store/terminals.h"
#include "telemetry/pg/connection.h"

namespace ems::dispatch {

inline constexpr std::chrono::milliseconds kTerminalPoll{1000};
inline constexpr std::chrono::milliseconds kTerminalStatementLimit{800};

class TerminalFeed {
  public:
    using Take = std::function<void(const TerminalReport&)>;
    // Its statement limit is set here.
    TerminalFeed(boost::asio::io_context& io, pg::Options session, Take take);

    // Runs until stop().
    boost::asio::awaitable<void> run();
    void stop();

  private:
    boost::asio::awaitable<Result<void>> read(pg::Connection& session);

    boost::asio::io_context& io_;
    pg::Options options_;
    Take take_;
    boost::asio::steady_timer timer_;
    bool stopping_{false};
};

} // namespace ems::dispatch
