// The clock of the centre: what the database last said, carried on by the steady clock; the machine's wall clock until the
// database was reached first. Everything that decides, sends and tells uses this one. Told on the loop's thread, read by any.
#pragma once

#include <atomic>
#include <cstdint>

#include "dispatch/core/database_time.h"
#include "telemetry/base/clock.h"

namespace ems::dispatch {

class CentreClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t utc_us() const override;
    [[nodiscard]] Ticks ticks() const override { return machine_.ticks(); }

    // A reading of the database's clock, asked for at `asked` and answered now.
    void told(std::int64_t database_us, Ticks asked);
    // How far the machine's wall clock is ahead of the database's; 0 until that is known. Of the present moment.
    [[nodiscard]] std::int64_t wall_ahead_us() const;

  private:
    SystemClock machine_;
    DatabaseTime database_;
    std::atomic<bool> known_{false};
    std::atomic<std::int64_t> offset_us_{0};   // of database_, beside the steady clock
    bool said_skewed_{false};
};

} // namespace ems::dispatch
