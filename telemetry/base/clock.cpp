#include "telemetry/base/clock.h"

#include <ctime>

#include <fmt/format.h>

namespace ems {

std::int64_t SystemClock::utc_us() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Ticks SystemClock::ticks() const { return std::chrono::steady_clock::now(); }

std::string utc_iso(std::int64_t us) {
    std::int64_t seconds = us / 1'000'000;
    std::int64_t rest = us % 1'000'000;
    if (rest < 0) {
        rest += 1'000'000;
        --seconds;
    }
    const std::time_t when = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&when, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       rest);
}

} // namespace ems
