// The fixes of a vehicle that drives a route: one every `every_ms`, with noise in metres.
#pragma once

#include <random>
#include <vector>

#include "map/route/router.h"
#include "map/track/track_match.h"

namespace ems::map::test {
// The first fix is at 1 s after the epoch.
[[nodiscard]] std::vector<TrackPoint> record(const Route& route, std::uint32_t every_ms,
                                             double noise_m, std::mt19937_64& random);
} // namespace ems::map::test
