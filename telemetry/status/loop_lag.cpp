#include "telemetry/status/loop_lag.h"

#include <algorithm>
#include <string>

namespace ems::status {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kEvery{200};
constexpr std::chrono::seconds kWindow{10};

} // namespace

LoopLag::LoopLag(const boost::asio::any_io_executor& executor)
    : timer_(executor), histogram_(metrics::make_latency_histogram()),
      window_began_(steady_clock::now()) {}

void LoopLag::start() {
    timer_.expires_after(kEvery);
    arm();
}

void LoopLag::stop() {
    stopped_ = true;
    timer_.cancel();
}

void LoopLag::arm() {
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !stopped_) {
            fired(steady_clock::now());
            start();
        }
    });
}

void LoopLag::fired(steady_clock::time_point now) {
    const auto late = std::max(now - timer_.expiry(), steady_clock::duration::zero());
    histogram_.observe(std::chrono::duration<double>(late).count());
    if (now - window_began_ >= kWindow) {
        window_before_max_ = window_max_;
        window_max_ = {};
        window_began_ = now;
    }
    window_max_ = std::max(window_max_, late);
}

milliseconds LoopLag::recent_max() const {
    return std::chrono::duration_cast<milliseconds>(std::max(window_max_, window_before_max_));
}

Check LoopLag::check() const {
    const milliseconds worst = recent_max();
    return {"event_loop", worst <= kLoopLagMax,
            "at most " + std::to_string(worst.count()) + " ms late in the past seconds"};
}

} // namespace ems::status
