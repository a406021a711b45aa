// From places, landmarks and the roads of a graph to the table of names that the gazetteer
// searches. Equal input gives an equal table.
#pragma once

#include <vector>

#include "map/gazetteer/name_table.h"
#include "map/graph/road_graph.h"
#include "telemetry/base/result.h"

namespace ems::map {

// `readings` stand before those of map/import/readings.csv. A road is what shares a name and is
// connected, or lies within 500 m: 人民路 of two towns is two. Junctions are nodes where roads of
// two names meet. What has no township gets that of the nearest seat or village within 16 km,
// marked as such. Landmarks of one kind and name within 300 m of each other are one. Names longer
// than kNameBytesMax are left out.
[[nodiscard]] Result<NameTable> build_names(const RoadGraph& graph,
                                            const std::vector<Place>& places,
                                            const std::vector<Feature>& landmarks,
                                            std::vector<LocalReading> readings);

} // namespace ems::map
