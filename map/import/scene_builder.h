// From graph and places to the scene that the console draws.
#pragma once

#include <string>
#include <vector>

#include "map/gazetteer/place.h"
#include "map/graph/road_graph.h"
#include "map/scene/scene.h"

namespace ems::map {

[[nodiscard]] Scene build_scene(const RoadGraph& graph, const std::vector<Place>& places,
                                std::vector<SceneArea> areas, std::string note);

} // namespace ems::map
