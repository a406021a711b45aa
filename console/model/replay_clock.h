// The one clock of a replay: every view shows what it says and none keeps a time of its own, so that map, numbers, waves,
// pictures and speech cannot part. Recorded time runs `speed` times as fast as the monotonic time that is handed in, without
// drift: it is computed from the last change, never added up. Pure.
#pragma once

#include <cstdint>

#include "telemetry/base/clock.h"

namespace ems::console {

enum class ReplaySpeed : std::uint8_t { x1 = 1, x2 = 2, x4 = 4, x8 = 8, x16 = 16 };
// The next faster and slower; the ends stay.
ReplaySpeed faster(ReplaySpeed speed);
ReplaySpeed slower(ReplaySpeed speed);

class ReplayClock {
  public:
    // Recorded time, microseconds of UTC, from < to. Stands at its beginning.
    ReplayClock(std::int64_t from_us, std::int64_t to_us);

    void play(Ticks now);
    void pause(Ticks now);
    void set_speed(ReplaySpeed speed, Ticks now);
    // Within from and to. What every view has shown is void.
    void seek(std::int64_t us, Ticks now);

    // The moment that is shown. Stands still at the end.
    [[nodiscard]] std::int64_t at(Ticks now) const;
    [[nodiscard]] bool is_playing() const { return playing_; }
    [[nodiscard]] bool has_ended(Ticks now) const { return at(now) >= to_us_; }
    [[nodiscard]] ReplaySpeed speed() const { return speed_; }
    [[nodiscard]] std::int64_t from_us() const { return from_us_; }
    [[nodiscard]] std::int64_t to_us() const { return to_us_; }
    // Rises with each seek.
    [[nodiscard]] std::uint64_t jumps() const { return jumps_; }

  private:
    void hold(Ticks now);
    std::int64_t from_us_;
    std::int64_t to_us_;
    std::int64_t anchor_us_;
    Ticks anchor_{};
    ReplaySpeed speed_{ReplaySpeed::x1};
    bool playing_{false};
    std::uint64_t jumps_{0};
};

} // namespace ems::console
