#include "tests/map/recorded_track.h"

#include <algorithm>

#include "map/geo/projection.h"

namespace ems::map::test {

std::vector<TrackPoint> record(const Route& route, std::uint32_t every_ms, double noise_m,
                               std::mt19937_64& random) {
    std::normal_distribution<double> noise{0, noise_m > 0 ? noise_m : 1e-9};
    std::vector<TrackPoint> out;
    std::size_t piece = 0;
    for (std::uint32_t ms = 0; ms <= route.travel_ms; ms += every_ms) {
        while (piece + 2 < route.points.size() && route.point_ms[piece + 1] < ms) {
            ++piece;
        }
        const double span = route.point_ms[piece + 1] - route.point_ms[piece];
        const double share =
            span > 0 ? std::clamp((ms - route.point_ms[piece]) / span, 0.0, 1.0) : 0;
        const LocalProjection plane{route.points[piece]};
        const Metres2 to = plane.to_metres(route.points[piece + 1]);
        out.push_back({plane.to_wgs84({to.x * share + noise(random), to.y * share + noise(random)}),
                       1'000'000 + std::int64_t{ms} * 1'000});
    }
    return out;
}

} // namespace ems::map::test
