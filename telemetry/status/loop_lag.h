// How late the event loop runs what is due: a timer every 200 ms compares itself with the clock.
// Whatever blocks the loop (a long computation, a slow call that should not be there, a starved
// machine) shows here. Everything on the executor's single thread.
#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/base/metrics.h"
#include "telemetry/status/health.h"

namespace ems::status {

// Beyond this the loop counts as stuck: dispatch promises a commit within 50 ms, and a vehicle
// takes 4 s without a heartbeat of the server for a dead link.
inline constexpr std::chrono::milliseconds kLoopLagMax{1000};

class LoopLag {
  public:
    explicit LoopLag(const boost::asio::any_io_executor& executor);

    void start();
    // No handler of it runs any more after the present one.
    void stop();

    // The longest of the past 10 to 20 s.
    [[nodiscard]] std::chrono::milliseconds recent_max() const;
    [[nodiscard]] const metrics::Histogram& histogram() const { return histogram_; }
    // "event_loop": failed above kLoopLagMax.
    [[nodiscard]] Check check() const;

  private:
    void arm();
    void fired(std::chrono::steady_clock::time_point now);

    boost::asio::steady_timer timer_;
    metrics::Histogram histogram_;
    std::chrono::steady_clock::time_point window_began_;
    std::chrono::steady_clock::duration window_max_{};
    std::chrono::steady_clock::duration window_before_max_{};
    bool stopped_{false};
};

} // namespace ems::status
