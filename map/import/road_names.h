// Named roads and their junctions, out of the arcs of a graph.
#pragma once

#include "map/gazetteer/name_table.h"
#include "map/graph/road_graph.h"

namespace ems::map {

// Appends roads with their lines, then junctions, to the table.
void add_roads(const RoadGraph& graph, NameTable& table);

} // namespace ems::map
