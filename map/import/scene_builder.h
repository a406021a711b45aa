// From graph, places and what lies under the roads to the scene that the console draws. Bands of
// wider views hold simpler lines, fewer classes, and no area that would be a speck.
#pragma once

#include <string>
#include <vector>

#include "map/gazetteer/place.h"
#include "map/graph/road_graph.h"
#include "map/scene/scene.h"

namespace ems::map {

[[nodiscard]] Scene build_scene(const RoadGraph& graph, const std::vector<Place>& places,
                                const SceneGround& ground, std::string note);

} // namespace ems::map
