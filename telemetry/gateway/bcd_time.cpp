#include "telemetry/gateway/bcd_time.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "telemetry/base/assert.h"

namespace ems::gateway {
namespace {

constexpr std::int64_t kChinaOffsetS = 8 * 3600;
constexpr int kCentury = 2000;

Failure bad(std::string_view what) {
    return fail(Code::malformed, "time: " + std::string{what});
}

// Seconds since 1970 of the wall clock told.
Result<std::int64_t> wall_seconds(std::string_view six) {
    std::array<int, kBcdTimeSize> n{};
    if (six.size() != n.size()) {
        return bad("not six bytes");
    }
    for (std::size_t i = 0; i < n.size(); ++i) {
        const auto byte = static_cast<std::uint8_t>(six[i]);
        if (byte >> 4U > 9 || (byte & 0xfU) > 9) {
            return bad("not BCD");
        }
        n[i] = (byte >> 4U) * 10 + (byte & 0xf);
    }
    using namespace std::chrono;
    const year_month_day day{year{kCentury + n[0]}, month{static_cast<unsigned>(n[1])},
                             std::chrono::day{static_cast<unsigned>(n[2])}};
    if (!day.ok()) {
        return bad("no such day");
    }
    if (n[3] > 23 || n[4] > 59 || n[5] > 59) {
        return bad("no such time of day");
    }
    return std::int64_t{sys_days{day}.time_since_epoch().count()} * 86'400 + n[3] * 3600 +
           n[4] * 60 + n[5];
}

std::string bcd(std::int64_t wall_s) {
    using namespace std::chrono;
    const sys_seconds at{seconds{wall_s}};
    const sys_days midnight = floor<days>(at);
    const year_month_day day{midnight};
    const hh_mm_ss time{at - midnight};
    const int year = static_cast<int>(day.year()) - kCentury;
    EMS_ASSERT(year >= 0 && year < 100);
    const std::array<int, kBcdTimeSize> n{year,
                                          static_cast<int>(static_cast<unsigned>(day.month())),
                                          static_cast<int>(static_cast<unsigned>(day.day())),
                                          static_cast<int>(time.hours().count()),
                                          static_cast<int>(time.minutes().count()),
                                          static_cast<int>(time.seconds().count())};
    std::string out;
    for (const int part : n) {
        out.push_back(static_cast<char>(part / 10 * 16 + part % 10));
    }
    return out;
}

} // namespace

Result<std::optional<DeviceTime>> decode_device_time(std::string_view six) {
    if (six.size() == kBcdTimeSize &&
        std::all_of(six.begin(), six.end(), [](char c) { return c == '\0'; })) {
        return std::optional<DeviceTime>{};
    }
    const auto wall = wall_seconds(six);
    if (!wall) {
        return Failure{wall.error()};
    }
    return std::optional{DeviceTime{(*wall - kChinaOffsetS) * kUsPerS}};
}

Result<ServerTime> decode_utc(std::string_view six) {
    return wall_seconds(six).map([](std::int64_t wall) { return ServerTime{wall * kUsPerS}; });
}

std::string encode_device_time(DeviceTime t) {
    return bcd(t.us / kUsPerS + kChinaOffsetS);
}

std::string encode_utc(ServerTime t) {
    return bcd(t.us / kUsPerS);
}

} // namespace ems::gateway
