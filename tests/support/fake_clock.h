// A clock that stands still until it is told to move.
#pragma once

#include "telemetry/base/clock.h"

namespace ems::test {

class FakeClock final : public Clock {
  public:
    explicit FakeClock(std::int64_t utc_us = 1'773'830'536'000'000) : utc_us_(utc_us) {}
    [[nodiscard]] std::int64_t utc_us() const override { return utc_us_; }
    [[nodiscard]] Ticks ticks() const override { return ticks_; }
    void advance(std::chrono::microseconds by);
    // A step of the wall clock alone, as an operator or NTP makes it.
    void step_wall(std::chrono::microseconds by) { utc_us_ += by.count(); }

  private:
    std::int64_t utc_us_;
    Ticks ticks_{};
};

} // namespace ems::test
