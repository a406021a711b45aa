// The database's time, told from this process's steady clock. Rows carry the database's times, so what waits on them (alarms,
// expiry, the next unit) is measured by the same clock, whatever a server's own wall clock is set to. Pure: values in, values
// out. Reliability, FMEA 26: the steady clock for timers, the database's time for order.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::dispatch {

class DatabaseTime {
  public:
    // The database said that it was `database_us`, at some moment between `asked` and `answered`. A reading that is less sure
    // than what is held is not taken, one that contradicts it is: then the database's clock was set, or another database
    // answers. True when it contradicts.
    bool told(std::int64_t database_us, Ticks asked, Ticks answered);
    [[nodiscard]] bool is_known() const { return held_.has_value(); }
    // Microseconds of UTC. Only when it is known.
    [[nodiscard]] std::int64_t us(Ticks now) const;
    // How far off that may be, at most, when the clocks run.
    [[nodiscard]] std::int64_t error_us(Ticks now) const;

  private:
    struct Reading {
        std::int64_t offset_us{0};   // database's time minus the steady clock's
        std::int64_t error_us{0};
        Ticks at{};
    };
    std::optional<Reading> held_;
};

// So fast do two clocks of computers drift apart, at worst.
inline constexpr std::int64_t kDriftPpm = 200;

} // namespace ems::dispatch
