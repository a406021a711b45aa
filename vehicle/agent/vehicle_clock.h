// How far the vehicle's clock can be trusted, and the centre's clock as the vehicle knows it. The
// machine's clock is the base; while it was never set (before 2026), the receiver's time or the
// centre's takes its place and runs on by monotonic time, whatever steps the machine's clock makes,
// until that is set. A machine that was set wrongly (a weak RTC battery, a typing error) is not
// believed against the receiver: when kWrongFixes fixes in a row say the same other time, more than
// kWrongByUs away, the device's time steps to theirs, once, and runs on from there. Steps back are
// taken, too: records keep their order by number, and readers know a clock that was set back. A
// receiver that would lead further away from the centre's time is not followed. The centre's time runs on in the same way from its last heartbeat. One thread.
#pragma once

#include <optional>

#include "telemetry/base/clock.h"
#include "vehicle/agent/crew_desk.h"

namespace ems::vehicle {

class VehicleClock {
  public:
    static constexpr int kWrongFixes = 10;
    static constexpr std::int64_t kWrongByUs = 2'000'000; // telemetry.md 5.7: beyond it is skewed
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
    [[nodiscard]] bool device_is_wrong(std::int64_t utc_us);

    const Clock& machine_;
    std::optional<Anchor> device_; // counts while the machine's clock was never set, or is wrong
    bool machine_is_wrong_{false};
    int disagreeing_{0};           // fixes in a row that say the same other time
    std::int64_t ahead_us_{0};     // the last of them, against the device's time
    std::optional<Anchor> server_;
    std::optional<Ticks> gnss_agreed_at_;
};

} // namespace ems::vehicle
