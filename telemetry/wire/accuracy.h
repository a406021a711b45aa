// How far off a position may lie, by its receiver's horizontal dilution of precision: HDOP x user equivalent range error is the
// root mean square of the horizontal error (drms). Two of three places lie within it (63 to 68 %, by how round the error is),
// 95 to 98 % within twice as much; it is a guess of the receiver, which knows nothing of reflections between houses.
#pragma once

#include <algorithm>
#include <cstdint>

namespace ems::wire {

// The range error of a single-frequency receiver without corrections, one sigma. Signals in space alone are promised to give
// 8 m horizontally for 95 % of the time, 4 m rms, at the HDOP of about 1 of a full sky (GPS SPS Performance Standard, 5th edition,
// 2020, global average); ionosphere, troposphere, noise and reflections come on top. The older budget that gpsd counts with (R. B.
// Langley, The GPS error budget, GPS World 8(3), 1997) adds up to 8 m, with 3.6 m for clocks and orbits that are below 1 m today.
inline constexpr std::uint32_t kMetresPerHdop = 5;
inline constexpr std::uint32_t kHdopCentiMax = 9'999; // the largest that NMEA 0183 receivers say

// Rounded up; 0: not known.
[[nodiscard]] constexpr std::uint32_t horizontal_accuracy_m(std::uint32_t hdop_centi) {
    return (std::min(hdop_centi, kHdopCentiMax) * kMetresPerHdop + 99) / 100;
}

} // namespace ems::wire
