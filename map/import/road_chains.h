// Pieces of road joined to lines where exactly two of a kind meet, so that simplifying and writing
// along them work on whole roads.
#pragma once

#include <vector>

#include "map/geo/point.h"
#include "map/graph/road_graph.h"

namespace ems::map {

struct RoadChain {
    RoadClass road_class{RoadClass::street};
    ArcId arc{kNoArc};         // one of it
    std::vector<Wgs84> points; // at least two
};

enum class ChainBy {
    road_class,
    class_and_name,
};

// Every piece in one chain; by kind, deterministic.
[[nodiscard]] std::vector<RoadChain> chain_roads(const RoadGraph& graph, ChainBy kind);

} // namespace ems::map
