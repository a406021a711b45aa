// A vehicle on its way: a line of points with the time at which each is passed. Times are road
// time; the caller's clock runs time_scale times faster than people's. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "map/geo/point.h"
#include "telemetry/base/result.h"

namespace ems::sim {

inline constexpr std::size_t kTrackPointsMax = 200'000;

struct Track {
    std::vector<map::Wgs84> points;
    std::vector<std::uint32_t>
        point_ms; // road time since the start, never falling; as many as points
    [[nodiscard]] double duration_s() const {
        return point_ms.empty() ? 0 : static_cast<double>(point_ms.back()) / 1000;
    }
};

struct Motion {
    map::Wgs84 at;
    double speed_m_s{0}; // of road time
    double course_deg{0};
};

// Where the vehicle is `elapsed_s` of road time after the start; the last point, standing, beyond
// the end. The track must have a point.
[[nodiscard]] Motion motion_on(const Track& track, double elapsed_s);

// Fastest way by road between two points, which may lie beside the road.
class RoutePlanner {
  public:
    virtual ~RoutePlanner() = default;
    virtual Result<Track> plan(map::Wgs84 from, map::Wgs84 to) = 0;
};

} // namespace ems::sim
