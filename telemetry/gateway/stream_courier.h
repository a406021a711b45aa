// Asks terminals for the streams that ems-mediad wants (media.terminal_stream), tells them to end,
// and writes down which terminals with cameras are logged in, from which address
// (media.terminal_session), what they answered, and which vehicles called for help
// (media.terminal_alarm, for kAlarmViewFor). Woken by NOTIFY, looks again every second: a lost
// notification, a login and an answer wait no longer. While the database is away nothing is asked
// for. Lives as long as its coroutine; everything runs on the executor's single thread.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/gateway/server.h"
#include "telemetry/pg/connection.h"

namespace ems::gateway {

inline constexpr std::chrono::milliseconds kStreamsLookAgain{1000};
// After the last report that calls for help.
inline constexpr std::chrono::minutes kAlarmViewFor{5};

class StreamCourier {
  public:
    // Takes the exchange's stream_answered and called_for_help for itself. Exchange and clock must
    // outlive the courier, as must the server.
    StreamCourier(boost::asio::any_io_executor executor, pg::Options db, const Clock& clock,
                  Server& server, Exchange& exchange);
    ~StreamCourier();
    StreamCourier(const StreamCourier&) = delete;
    StreamCourier& operator=(const StreamCourier&) = delete;

    void start();
    void stop();

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with its coroutine
};

} // namespace ems::gateway
