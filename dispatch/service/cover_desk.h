// Keeps the coverage of the fleet as it stands up to date: one computation at a time, however much
// changes meanwhile, and while units move every kCoverEvery. One thread, the loop's; the work is
// RoadThread's.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/service/cover_now.h"
#include "dispatch/service/road_thread.h"
#include "telemetry/base/clock.h"

namespace ems::dispatch {

inline constexpr std::chrono::seconds kCoverEvery{15};
inline constexpr std::chrono::milliseconds kCoverRest{100}; // between two computations

class CoverDesk {
  public:
    // Nothing while nobody here leads.
    using Units = std::function<std::optional<std::vector<Standing>>()>;

    CoverDesk(boost::asio::io_context& io, RoadThread& thread, const Clock& clock, Units units);
    // After each computation.
    void on_change(std::function<void()> hook) { changed_ = std::move(hook); }

    // Runs until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // A unit's state or the roads changed.
    void touch();
    // The lead went: what is known is past.
    void forget() { now_.reset(); }

    // Null until it was worked out.
    [[nodiscard]] const CoverNow* now() const { return now_ ? &*now_ : nullptr; }
    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    boost::asio::awaitable<void> pause(std::chrono::milliseconds length);

    RoadThread& thread_;
    const Clock& clock_;
    Units units_;
    std::function<void()> changed_;
    boost::asio::steady_timer timer_;
    std::optional<CoverNow> now_;
    std::uint64_t count_{0};
    bool touched_{true};
    bool waits_{false};
    bool stopping_{false};
};

} // namespace ems::dispatch
