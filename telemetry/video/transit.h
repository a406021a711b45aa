// How long media is on its way: arrival time against RTP time stamp. The clocks of both ends have
// no common origin, so only differences mean something; the fastest way of the last 5 to 10 s is
// the origin. It follows a longer way and the drift of the clocks within that time. Values only;
// time is handed in. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::video {

class Transit {
  public:
    struct Sample {
        std::int64_t us{0};    // on the way, from an origin without meaning
        bool restarted{false}; // the time stamp jumped by more than a minute: another clock
    };
    // A packet with this time stamp came.
    Sample sample(std::uint32_t timestamp, Ticks now);
    // Asserts that there was a sample.
    [[nodiscard]] std::int64_t fastest_us() const;
    // When it would have come by the fastest way; asserts that there was a sample.
    [[nodiscard]] Ticks expected_at(std::uint32_t timestamp) const;

  private:
    [[nodiscard]] std::int64_t media_us(std::uint32_t timestamp) const;

    static constexpr std::chrono::seconds kWindow{5};
    std::optional<std::uint32_t> newest_;
    std::int64_t newest_us_{0};                  // the same, unwrapped
    std::optional<std::int64_t> fastest_;        // of the present window
    std::optional<std::int64_t> fastest_before_; // of the one before
    Ticks window_began_{};
};

} // namespace ems::video
