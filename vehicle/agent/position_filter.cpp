#include "vehicle/agent/position_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ems::vehicle {
namespace {

constexpr double kSpeedMaxMs = 250.0 / 3.6;
constexpr double kSlackM = 60; // of two fixes in a street with high houses
constexpr int kBelieveAfter = 5;
constexpr double kBurstMaxS = 10; // a receiver's clock that leaps must not excuse a leap of place
constexpr double kEarthRadiusM = 6'371'008.8;

// Plane around the middle latitude: better than 1 % over the distances at stake.
double distance_m(const GnssReading& a, const GnssReading& b) {
    constexpr double kRad = std::numbers::pi / 180 / 1e7;
    const double lat = (static_cast<double>(a.lat_e7) + b.lat_e7) / 2 * kRad;
    const double dy = (static_cast<double>(a.lat_e7) - b.lat_e7) * kRad;
    const double dx = (static_cast<double>(a.lon_e7) - b.lon_e7) * kRad * std::cos(lat);
    return kEarthRadiusM * std::hypot(dx, dy);
}

} // namespace

bool PositionFilter::reachable(const Seen& from, const GnssReading& to, Ticks now) const {
    // Sentences that waited in a buffer come in one burst: then the receiver's own times tell how far apart they are.
    double seconds = std::chrono::duration<double>(now - from.at).count();
    if (from.reading.utc_us != 0 && to.utc_us > from.reading.utc_us) {
        const double between = static_cast<double>(to.utc_us - from.reading.utc_us) / 1e6;
        seconds = std::max(seconds, std::min(between, kBurstMaxS));
    }
    return distance_m(from.reading, to) <= kSlackM + seconds * kSpeedMaxMs * time_scale_;
}

PositionFilter::Verdict PositionFilter::add(const GnssReading& reading, Ticks now) {
    if (reading.fix_mode < 2) {
        return Verdict::no_fix;
    }
    if (good_ && !reachable(*good_, reading, now)) {
        strange_count_ = strange_ && reachable(*strange_, reading, now) ? strange_count_ + 1 : 1;
        strange_ = Seen{reading, now};
        if (strange_count_ < kBelieveAfter) {
            ++implausible_total_;
            return Verdict::implausible;
        }
    }
    good_ = Seen{reading, now};
    strange_.reset();
    strange_count_ = 0;
    fresh_ = reading;
    return Verdict::good;
}

std::optional<GnssReading> PositionFilter::take() {
    auto out = fresh_;
    fresh_.reset();
    return out;
}

wire::Position PositionFilter::position_of(const GnssReading& reading) {
    wire::Position position;
    position.set_lat_e7(reading.lat_e7);
    position.set_lon_e7(reading.lon_e7);
    position.set_speed_cm_s(reading.speed_cm_s);
    position.set_course_cdeg(reading.course_cdeg);
    position.set_altitude_dm(reading.altitude_dm);
    position.set_hdop_centi(reading.hdop_centi);
    position.set_satellites(reading.satellites);
    position.set_fix_mode(reading.fix_mode);
    return position;
}

} // namespace ems::vehicle
