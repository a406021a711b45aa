// How far the vehicle's clock can be trusted, and the centre's clock as the vehicle knows it. The
// machine's clock is the base; while it was never set (before 2026), the receiver's time or the
// centre's takes its place and runs on by monotonic time, whatever steps the machine's clock makes,
// until that is set. The centre's time runs on in the same way from its last heartbeat. One thread.
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
    // A moment of UTC heard from outside.
    struct Anchor {
        std::int64_t utc_us{0};
        Ticks at{};
    };
    [[nodiscard]] std::int64_t since(const Anchor& anchor) const;
    [[nodiscard]] bool machine_was_set() const;
    [[nodiscard]] std::int64_t device_us() const;

    const Clock& machine_;
    std::optional<Anchor> device_; // counts while the machine's clock was never set
    std::optional<Anchor> server_;
    std::optional<Ticks> gnss_agreed_at_;
};

} // namespace ems::vehicle
