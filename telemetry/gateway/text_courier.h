// Carries texts from telemetry.terminal_text to terminals and their answers back: dispatch leaves them there and says so
// by NOTIFY. Looks again every second, so that a lost notification, a terminal that logs in and an answer wait no longer.
// A text that was never sent waits until a commit behind it is replicated, as orders do (dispatch/core/standby_wait.h): for five
// seconds of its life at most, by the database's clock. While the database is away nothing new is sent, answers are kept and recorded when it is back. Lives as long as its
// coroutine; everything runs on the executor's single thread.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/gateway/server.h"
#include "telemetry/pg/connection.h"

namespace ems::gateway {

inline constexpr std::chrono::milliseconds kTextsLookAgain{1000};

class TextCourier {
  public:
    // Takes the exchange's text_answered for itself. Exchange and clock must outlive the courier, as must the server.
    TextCourier(boost::asio::any_io_executor executor, pg::Options db, const Clock& clock,
                Server& server, Exchange& exchange);
    ~TextCourier();
    TextCourier(const TextCourier&) = delete;
    TextCourier& operator=(const TextCourier&) = delete;

    void start();
    void stop();

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with its coroutine
};

} // namespace ems::gateway
