// Flat metres about a centre (equirectangular): x east, y north. Within 100 km of the centre at
// Chinese latitudes lengths are right to about 1 %, enough for snapping and drawing; travel
// distances use distance_m on each piece.
#pragma once

#include <cmath>
#include <numbers>

#include "map/geo/point.h"

namespace ems::map {

struct Metres2 {
    double x{0};
    double y{0};
};

class LocalProjection {
  public:
    explicit LocalProjection(Wgs84 centre)
        : centre_(centre),
          metres_per_lon_(kMetresPerDegree * std::cos(centre.lat * std::numbers::pi / 180.0)) {}

    [[nodiscard]] Metres2 to_metres(Wgs84 p) const {
        return {(p.lon - centre_.lon) * metres_per_lon_, (p.lat - centre_.lat) * kMetresPerDegree};
    }
    [[nodiscard]] Wgs84 to_wgs84(Metres2 m) const {
        return {centre_.lat + m.y / kMetresPerDegree, centre_.lon + m.x / metres_per_lon_};
    }
    [[nodiscard]] Wgs84 centre() const { return centre_; }

    static constexpr double kMetresPerDegree = 6371008.8 * std::numbers::pi / 180.0;

  private:
    Wgs84 centre_;
    double metres_per_lon_;
};

} // namespace ems::map
