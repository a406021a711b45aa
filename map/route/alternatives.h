// Other ways worth offering beside the fastest one: a little slower, mostly on other roads. By
// penalties: what a way found so far uses is made slower and the search repeated.
#pragma once

#include <cstdint>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_position.h"
#include "map/route/router.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct AlternativeOptions {
    std::uint32_t count_max{2}; // beside the fastest, at most 5
    double slower_max{1.4};     // times the fastest
    double shared_max{0.7};     // of its length on roads of any one offered before
};

// The fastest way first, then by time; an alternative never turns round on the way. As
// Router::route(); about 28 bytes an arc while it works, a search for each way and two tries more.
[[nodiscard]] Result<std::vector<Route>> find_routes(const Metric& metric, const RoadPosition& from,
                                                     const RoadPosition& to,
                                                     const AlternativeOptions& options);

} // namespace ems::map
