#include "map/geo/point.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace ems::map {
namespace {

constexpr double kEarthRadiusM = 6371008.8;
constexpr double kRadPerDeg = std::numbers::pi / 180.0;

bool parse_number(std::string_view text, double& into) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc{} && end == text.data() + text.size();
}

} // namespace

PointE7 to_e7(Wgs84 p) {
    return {static_cast<std::int32_t>(std::lround(p.lat * 1e7)),
            static_cast<std::int32_t>(std::lround(p.lon * 1e7))};
}

bool is_valid(Wgs84 p) {
    return std::isfinite(p.lat) && std::isfinite(p.lon) && std::abs(p.lat) <= 90.0 &&
           std::abs(p.lon) <= 180.0;
}

double distance_m(Wgs84 a, Wgs84 b) {
    const double dlat = (b.lat - a.lat) * kRadPerDeg;
    const double dlon = (b.lon - a.lon) * kRadPerDeg;
    const double s = std::sin(dlat / 2);
    const double t = std::sin(dlon / 2);
    const double h = s * s + std::cos(a.lat * kRadPerDeg) * std::cos(b.lat * kRadPerDeg) * t * t;
    return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, h)));
}

double course_deg(Wgs84 a, Wgs84 b) {
    const double lat_a = a.lat * kRadPerDeg;
    const double lat_b = b.lat * kRadPerDeg;
    const double dlon = (b.lon - a.lon) * kRadPerDeg;
    const double y = std::sin(dlon) * std::cos(lat_b);
    const double x =
        std::cos(lat_a) * std::sin(lat_b) - std::sin(lat_a) * std::cos(lat_b) * std::cos(dlon);
    const double course = std::atan2(y, x) / kRadPerDeg;
    return course < 0 ? std::fmod(course + 360.0, 360.0) : course;
}

Result<Wgs84> parse_lat_lon(std::string_view text) {
    const auto comma = text.find(',');
    Wgs84 p;
    if (comma == std::string_view::npos || !parse_number(text.substr(0, comma), p.lat) ||
        !parse_number(text.substr(comma + 1), p.lon)) {
        return fail(Code::invalid_argument,
                    fmt::format("'{}' is not LAT,LON in degrees, such as 35.0264,111.0075", text));
    }
    if (is_valid(p)) {
        return p;
    }
    if (is_valid({p.lon, p.lat})) {
        return fail(Code::invalid_argument,
                    fmt::format("'{}' looks swapped: write the latitude first", text));
    }
    return fail(Code::invalid_argument, fmt::format("'{}' is not a point on the earth", text));
}

std::string format_lat_lon(Wgs84 p) {
    return fmt::format("{:.7f},{:.7f}", p.lat, p.lon);
}

} // namespace ems::map
