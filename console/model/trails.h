// Where units were in the last minutes, for the trails of the map: a point about every 20 m or 10 s, as it was received. A
// stretch without positions stays a gap. Bounded for each unit; values, no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "console/map_paint/map_camera.h"
#include "dispatch/contract/api.pb.h"

namespace ems::console {

struct TrailPoint {
    GeoPoint at;
    std::int64_t received_us{0};
};

class Trails {
  public:
    static constexpr std::int64_t kKeptUs = 15LL * 60 * 1'000'000;
    static constexpr std::int64_t kGapUs = 30LL * 1'000'000; // nothing for longer: the line is not drawn over it
    static constexpr std::size_t kPointsMax = 600;

    void add(const api::UnitPosition& position);
    void forget() { trails_.clear(); }
    // Oldest first; empty when nothing is known.
    [[nodiscard]] const std::deque<TrailPoint>& of(std::int64_t unit_id) const;

  private:
    std::map<std::int64_t, std::deque<TrailPoint>> trails_;
};

// Metres between two places, by the sphere of the map.
[[nodiscard]] double distance_m(GeoPoint a, GeoPoint b);

} // namespace ems::console
