// Two clocks that do not convert: a vehicle's DeviceTime and a server's ServerTime, both microseconds of UTC since 1970.
// Staleness and timers use Ticks (monotonic), never either of them. Code that needs time takes a Clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>

namespace ems {

template <class Tag> struct UtcTime {
    std::int64_t us{0};
    auto operator<=>(const UtcTime&) const = default;
    [[nodiscard]] bool is_set() const { return us != 0; }
};
using DeviceTime = UtcTime<struct DeviceTimeTag>;
using ServerTime = UtcTime<struct ServerTimeTag>;

template <class Tag> UtcTime<Tag> operator+(UtcTime<Tag> t, std::chrono::microseconds d) {
    return {t.us + d.count()};
}
template <class Tag> std::chrono::microseconds operator-(UtcTime<Tag> a, UtcTime<Tag> b) {
    return std::chrono::microseconds{a.us - b.us};
}

// Monotonic time of this process.
using Ticks = std::chrono::steady_clock::time_point;

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual std::int64_t utc_us() const = 0;
    [[nodiscard]] virtual Ticks ticks() const = 0;

    [[nodiscard]] ServerTime server_now() const { return {utc_us()}; }
    [[nodiscard]] DeviceTime device_now() const { return {utc_us()}; }
};

// The machine's clocks. Stateless: make one where it is needed.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t utc_us() const override;
    [[nodiscard]] Ticks ticks() const override;
};

// "2026-03-18T10:42:16.123456Z"
std::string utc_iso(std::int64_t us);

} // namespace ems
