#include "vehicle/sim/driver.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::sim {

Motion motion_on(const Track& track, double elapsed_s) {
    EMS_ASSERT(!track.points.empty());
    EMS_ASSERT(track.points.size() == track.point_ms.size());
    const double elapsed_ms = std::max(0.0, elapsed_s * 1000);
    const auto next = std::upper_bound(track.point_ms.begin(), track.point_ms.end(), elapsed_ms,
                                       [](double t, std::uint32_t ms) { return t < ms; });
    if (next == track.point_ms.end() || track.points.size() == 1) {
        const std::size_t size = track.points.size();
        const double course =
            size > 1 ? map::course_deg(track.points[size - 2], track.points[size - 1]) : 0;
        return {track.points.back(), 0, course};
    }
    const auto after = static_cast<std::size_t>(next - track.point_ms.begin());
    if (after == 0) {
        return {track.points.front(), 0, map::course_deg(track.points[0], track.points[1])};
    }
    const map::Wgs84 a = track.points[after - 1];
    const map::Wgs84 b = track.points[after];
    const double from_ms = track.point_ms[after - 1];
    const double span_ms = static_cast<double>(track.point_ms[after]) - from_ms; // > 0: upper_bound
    const double share = (elapsed_ms - from_ms) / span_ms;
    Motion motion;
    motion.at = {a.lat + (b.lat - a.lat) * share, a.lon + (b.lon - a.lon) * share};
    motion.speed_m_s = map::distance_m(a, b) / (span_ms / 1000);
    motion.course_deg = map::course_deg(a, b);
    return motion;
}

} // namespace ems::sim
