// Where on its route a vehicle is, from fix to fix, and whether it has left it. Values only: time
// comes with the fixes. One per assignment.
#pragma once

#include <cstdint>

#include "map/geo/point.h"
#include "map/route/router.h"

namespace ems::map {

enum class OnRoute : std::uint8_t {
    yes,
    unsure, // off it, but not for long enough to say so
    left,   // a new route is needed
    arrived,
};

struct Progress {
    OnRoute state{OnRoute::yes};
    std::uint32_t gone_ms{0}; // by the route's own times
    std::uint32_t left_ms{0};
    std::uint32_t left_dm{0};
    double off_m{0}; // between the fix and the route
};

// A fix farther than this from the route is off it; a receiver in a street of high houses may be
// 30 m wrong.
inline constexpr double kOffRouteM = 60;
// Off it for so long and so many fixes: left. A crew sees a new route within three seconds.
inline constexpr std::uint32_t kOffRouteFixes = 3;
inline constexpr std::int64_t kOffRouteMs = 2'000;
inline constexpr double kArrivedM = 40;

class RouteProgress {
  public:
    explicit RouteProgress(const Route& route);

    // t_ms: any clock that runs with the fixes; a fix that is not newer than the last changes
    // nothing. `accuracy_m` widens what counts as on the route, at most twice.
    Progress update(Wgs84 fix, double accuracy_m, std::int64_t t_ms);
    [[nodiscard]] const Progress& last() const { return last_; }

  private:
    struct Foot {
        std::size_t piece{0};
        double fraction{0};
        double off_m{0};
    };
    [[nodiscard]] Foot nearest(Wgs84 fix) const;

    std::vector<Wgs84> points_;
    std::vector<std::uint32_t> point_ms_;
    std::vector<double> point_m_; // from the start
    std::size_t piece_{0};        // where it was
    double at_m_{0};              // and how far from the start
    std::uint32_t off_fixes_{0};
    std::int64_t off_since_ms_{0};
    bool has_fix_{false};
    std::int64_t fix_ms_{0};
    Progress last_;
};

} // namespace ems::map
