// Times of JT/T 808: six BCD bytes YYMMDDhhmmss of the years 2000 to 2099. Terminals tell theirs in
// GMT+8, the platform answers a time request (0x8109) in UTC. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"

namespace ems::gateway {

inline constexpr std::size_t kBcdTimeSize = 6;
inline constexpr std::int64_t kUsPerS = 1'000'000;
inline constexpr std::int64_t kUtc2000S = 946'684'800; // 2000-01-01T00:00:00Z

// GMT+8 to UTC. Nothing when all six bytes are zero: the terminal has no time yet. Errors:
// malformed (not BCD, no such day, no such time of day).
Result<std::optional<DeviceTime>> decode_device_time(std::string_view six);
// UTC, as in 0x8109. Errors: malformed.
Result<ServerTime> decode_utc(std::string_view six);
// Within 2000 to 2099, to the second.
std::string encode_device_time(DeviceTime t);
std::string encode_utc(ServerTime t);

} // namespace ems::gateway
