// A schematic county for demonstration, training and tests: the townships of Yanhu District with
// roads between their seats as small tables say, and villages and streets from a seed. Not a map of
// the real roads.
#pragma once

#include <cstdint>
#include <vector>

#include "map/gazetteer/name_table.h"
#include "map/gazetteer/place.h"
#include "map/graph/ambulance_profile.h"
#include "map/graph/road_network.h"
#include "map/import/map_folder.h"
#include "map/scene/scene.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct County {
    RoadNetwork network;
    std::vector<Place> places;
    std::vector<Feature> landmarks;
    std::vector<SceneArea> areas;
    MapInfo info;
};

inline constexpr std::uint64_t kCountySeed = 140802;

// The same seed and profile give the same county. corrupt when a table is wrong.
[[nodiscard]] Result<County> make_yanhu(std::uint64_t seed, const AmbulanceProfile& profile = {});

} // namespace ems::map
