// Since when an ECG runs without a break and with how many leads: what of it a crew may send to the
// physician. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {

// The page that a physician reads (telemetry/signal/page): ten seconds.
inline constexpr std::chrono::seconds kEcgSent{10};
// Less than that shows no rhythm. Assumed: a beat at 60/min.
inline constexpr std::chrono::seconds kEcgSentLeast{1};

class EcgRun {
  public:
    struct Chunk {
        DeviceTime at{};                    // arrival of its first sample, as the waves' times
        std::chrono::microseconds length{}; // of its samples
        std::uint32_t lead_mask{0};         // bits as WaveBatch.lead_mask
        std::uint32_t lead_off_mask{0};
    };
    void heard(const Chunk& chunk);
    // The device went, or the recording ended.
    void ended();

    // 12, 3 or 1 that the newest chunk has; 0: none, or nothing for kDeviceLostAfter.
    [[nodiscard]] std::uint32_t leads(DeviceTime now) const;
    // The last kEcgSent up to `until`, as far as they ran. Errors: not_found (fewer than
    // kEcgSentLeast).
    [[nodiscard]] Result<wire::EcgMark> stretch(DeviceTime until) const;

  private:
    struct Run {
        DeviceTime from{};
        DeviceTime to{};
        std::optional<DeviceTime> lead_to{}; // while at least one lead was on
        std::uint32_t leads{0};              // then
        std::uint32_t leads_now{0};
    };
    std::optional<Run> run_;
};

} // namespace ems::vehicle
