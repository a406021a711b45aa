// How high the sun stands, to choose between day and night. Pure.
#pragma once

#include <cstdint>

namespace ems::console {

struct SkyPlace {
    double lat_deg{0};
    double lon_deg{0};
};

// Of the sun's centre over the horizon, -90 to 90 degrees, without refraction. Approximate solar
// coordinates of the Astronomical Almanac (U.S. Naval Observatory): within 0.02 degrees between
// 1950 and 2050.
[[nodiscard]] double sun_height_deg(SkyPlace place, std::int64_t utc_us);

// Between sunrise and sunset as almanacs define them: the upper limb on the horizon, 34' of
// refraction and 16' of the sun's radius.
[[nodiscard]] bool is_daylight(SkyPlace place, std::int64_t utc_us);

} // namespace ems::console
