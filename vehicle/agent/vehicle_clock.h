// How far the vehicle's clock can be trusted, and the centre's clock as the vehicle knows it. The
// machine's clock is the base; when it was never set (before 2026), the receiver's time or the
// centre's takes its place. One thread.
#pragma once

#include <optional>

#include "telemetry/base/clock.h"
#include "vehicle/agent/crew_desk.h"

namespace ems::vehicle {

class VehicleClock {
  public:
    explicit VehicleClock(const Clock& machine) : machine_(machine) {}
    // Time of a fix, 0 unknown.
    void gnss(std::int64_t utc_us);
    // d/hb, d/time.
    void server(std::int64_t utc_us);
    [[nodiscard]] Moment now() const;

  private:
    [[nodiscard]] std::int64_t device_us() const { return machine_.utc_us() + correction_us_; }

    const Clock& machine_;
    std::int64_t correction_us_{0};
    std::optional<Ticks> gnss_agreed_at_;
    std::optional<std::int64_t> server_offset_us_;
    bool set_from_outside_{false};
};

} // namespace ems::vehicle
