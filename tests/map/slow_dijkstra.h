// The slow, obvious way to a travel time: relax every turn until nothing changes. For comparison in
// tests.
#pragma once

#include <cstdint>
#include <optional>

#include "map/graph/metric.h"
#include "map/graph/road_position.h"

namespace ems::map::test {

[[nodiscard]] std::optional<std::uint32_t>
slow_travel_ms(const Metric& metric, const RoadPosition& from, const RoadPosition& to);
// By the profile's times.
[[nodiscard]] std::optional<std::uint32_t>
slow_travel_ms(const RoadGraph& graph, const RoadPosition& from, const RoadPosition& to);

} // namespace ems::map::test
