#include "map/geo/gcj02.h"

#include <cmath>
#include <numbers>

namespace ems::map {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kAxisM = 6378245.0; // Krasovsky 1940
constexpr double kEccentricity2 = 0.00669342162296594323;
constexpr double kBaiduAngle = 3000.0 * kPi / 180.0;
constexpr int kRounds = 10; // each round gains about three digits

constexpr double kWest = 72.004;
constexpr double kEast = 137.8347;
constexpr double kSouth = 0.8293;
constexpr double kNorth = 55.8271;

bool in_china(double lat, double lon, double slack_deg = 0) {
    return lon >= kWest - slack_deg && lon <= kEast + slack_deg && lat >= kSouth - slack_deg &&
           lat <= kNorth + slack_deg;
}

double shared_waves(double x) {
    return 2.0 / 3.0 * (20 * std::sin(6 * kPi * x) + 20 * std::sin(2 * kPi * x));
}

double north(double x, double y) {
    return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) +
           shared_waves(x) + 2.0 / 3.0 * (20 * std::sin(kPi * y) + 40 * std::sin(kPi * y / 3)) +
           2.0 / 3.0 * (160 * std::sin(kPi * y / 12) + 320 * std::sin(kPi * y / 30));
}

double east(double x, double y) {
    return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) +
           shared_waves(x) + 2.0 / 3.0 * (20 * std::sin(kPi * x) + 40 * std::sin(kPi * x / 3)) +
           2.0 / 3.0 * (150 * std::sin(kPi * x / 12) + 300 * std::sin(kPi * x / 30));
}

// The polynomial, wherever the point lies.
Gcj02 shifted(Wgs84 p) {
    const double x = p.lon - 105;
    const double y = p.lat - 35;
    const double lat_rad = p.lat / 180 * kPi;
    const double sine = std::sin(lat_rad);
    const double m = 1 - kEccentricity2 * sine * sine;
    const double dlat =
        180 * north(x, y) * std::pow(m, 1.5) / (kPi * kAxisM * (1 - kEccentricity2));
    const double dlon = 180 * east(x, y) * std::sqrt(m) / (kPi * kAxisM * std::cos(lat_rad));
    return {p.lat + dlat, p.lon + dlon};
}

template <class Datum> Result<Wgs84> refuse_or(LatLon<Datum> p, Wgs84 (*convert)(LatLon<Datum>)) {
    const bool is_good = is_valid(Wgs84{p.lat, p.lon});
    const Wgs84 w = is_good ? convert(p) : Wgs84{};
    if (!is_good || !is_valid(w)) {
        return fail(Code::invalid_argument, "this is not a point on the earth");
    }
    return w;
}

} // namespace

Gcj02 to_gcj02(Wgs84 p) {
    return in_china(p.lat, p.lon) ? shifted(p) : Gcj02{p.lat, p.lon};
}

// Whether the border was crossed is a question to the WGS-84 point, which the inverse finds first.
Wgs84 to_wgs84(Gcj02 p) {
    constexpr double kMarginDeg = 0.1;    // shifts are below 0.02 degree
    constexpr double kRoundingDeg = 1e-9; // 0.1 mm: what the iteration leaves of the border itself
    const bool is_far = !in_china(p.lat, p.lon, kMarginDeg);
    Wgs84 w{p.lat, p.lon};
    for (int i = 0; i < kRounds && !is_far; ++i) {
        const Gcj02 g = shifted(w);
        w.lat -= g.lat - p.lat;
        w.lon -= g.lon - p.lon;
    }
    return !is_far && in_china(w.lat, w.lon, kRoundingDeg) ? w : Wgs84{p.lat, p.lon};
}

Bd09 to_bd09(Gcj02 p) {
    const double radius = std::hypot(p.lon, p.lat) + 2e-5 * std::sin(kBaiduAngle * p.lat);
    const double angle = std::atan2(p.lat, p.lon) + 3e-6 * std::cos(kBaiduAngle * p.lon);
    return {radius * std::sin(angle) + 0.006, radius * std::cos(angle) + 0.0065};
}

Gcj02 to_gcj02(Bd09 p) {
    Gcj02 g{p.lat - 0.006, p.lon - 0.0065};
    for (int i = 0; i < kRounds; ++i) {
        const Bd09 b = to_bd09(g);
        g.lat -= b.lat - p.lat;
        g.lon -= b.lon - p.lon;
    }
    return g;
}

Result<Wgs84> accept(Wgs84 p) {
    return refuse_or<Wgs84Datum>(p, [](Wgs84 w) { return w; });
}

Result<Wgs84> accept(Gcj02 p) {
    return refuse_or<Gcj02Datum>(p, [](Gcj02 g) { return to_wgs84(g); });
}

Result<Wgs84> accept(Bd09 p) {
    return refuse_or<Bd09Datum>(p, [](Bd09 b) { return to_wgs84(to_gcj02(b)); });
}

} // namespace ems::map
