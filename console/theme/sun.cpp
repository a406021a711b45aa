#include "console/theme/sun.h"

#include <cmath>
#include <numbers>

namespace ems::console {
namespace {

constexpr double kRiseDeg = -50.0 / 60.0;
constexpr double kJ2000UnixS = 946'728'000; // 2000-01-01 12:00 UTC

double radians(double degrees) {
    return degrees * std::numbers::pi / 180.0;
}

} // namespace

double sun_height_deg(SkyPlace place, std::int64_t utc_us) {
    const double days = (static_cast<double>(utc_us) / 1e6 - kJ2000UnixS) / 86'400.0;
    const double anomaly = radians(357.529 + 0.98560028 * days);
    const double mean_deg = 280.459 + 0.98564736 * days;
    const double ecliptic =
        radians(mean_deg + 1.915 * std::sin(anomaly) + 0.020 * std::sin(2 * anomaly));
    const double tilt = radians(23.439 - 0.00000036 * days);
    const double ascension = std::atan2(std::cos(tilt) * std::sin(ecliptic), std::cos(ecliptic));
    const double declination = std::asin(std::sin(tilt) * std::sin(ecliptic));
    const double sidereal = radians((18.697374558 + 24.06570982441908 * days) * 15.0);
    const double hour_angle = sidereal + radians(place.lon_deg) - ascension;
    const double lat = radians(place.lat_deg);
    return std::asin(std::sin(lat) * std::sin(declination) +
                     std::cos(lat) * std::cos(declination) * std::cos(hour_angle)) *
           180.0 / std::numbers::pi;
}

bool is_daylight(SkyPlace place, std::int64_t utc_us) {
    return sun_height_deg(place, utc_us) > kRiseDeg;
}

} // namespace ems::console
