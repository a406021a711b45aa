// Points on the earth. Wgs84 is the only type the product computes and stores with; Gcj02 and Bd09
// (map/geo/gcj02.h) stand at the rim and do not convert by accident. Degrees, latitude first
// everywhere.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::map {

template <class Datum> struct LatLon {
    double lat{0}; // degrees north, -90..90
    double lon{0}; // degrees east, -180..180
    bool operator==(const LatLon&) const = default;
};
using Wgs84 = LatLon<struct Wgs84Datum>;
using Gcj02 = LatLon<struct Gcj02Datum>;
using Bd09 = LatLon<struct Bd09Datum>;

// WGS-84 in units of 1e-7 degree (about 1 cm), as files and the wire store it.
struct PointE7 {
    std::int32_t lat_e7{0};
    std::int32_t lon_e7{0};
    auto operator<=>(const PointE7&) const = default;
};

[[nodiscard]] PointE7 to_e7(Wgs84 p);
[[nodiscard]] inline Wgs84 from_e7(PointE7 p) {
    return {static_cast<double>(p.lat_e7) * 1e-7, static_cast<double>(p.lon_e7) * 1e-7};
}

// Finite and inside the ranges above.
[[nodiscard]] bool is_valid(Wgs84 p);

// Great-circle distance on a sphere of 6371008.8 m (IUGG mean radius), metres.
[[nodiscard]] double distance_m(Wgs84 a, Wgs84 b);
// Initial course from a to b, degrees clockwise from north, 0 <= course < 360.
[[nodiscard]] double course_deg(Wgs84 a, Wgs84 b);

// "35.0264,111.0075" (latitude first). invalid_argument says what is wrong: text, NaN, range, or
// swapped order (a latitude beyond 90 whose swap would be valid).
[[nodiscard]] Result<Wgs84> parse_lat_lon(std::string_view text);
// Seven decimals, "35.0264000,111.0075000".
[[nodiscard]] std::string format_lat_lon(Wgs84 p);

} // namespace ems::map
