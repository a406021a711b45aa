// A folder that holds one map: roads.graph, places.csv, scene.bin and info.json.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/gazetteer/place.h"
#include "map/graph/road_graph.h"
#include "map/scene/scene.h"

namespace ems::map {

struct MapInfo {
    std::string name;
    std::string source; // file name of the extract, or "synth"
    std::string note;   // mark shown on every screen; empty for a real network
    bool demonstration{false};
    std::string caller_place; // of the demonstration's story, else empty
    std::string busy_station; // the station whose unit is out in that story
    std::uint64_t seed{0};
};

struct MapPaths {
    explicit MapPaths(const std::string& dir)
        : graph(dir + "/roads.graph"), places(dir + "/places.csv"), scene(dir + "/scene.bin"),
          info(dir + "/info.json") {}
    std::string graph;
    std::string places;
    std::string scene;
    std::string info;
};

// Creates the folder; equal input gives equal bytes.
[[nodiscard]] Result<void> write_map(const std::string& dir, const RoadGraph& graph,
                                     const std::vector<Place>& places, std::vector<SceneArea> areas,
                                     const MapInfo& info);
[[nodiscard]] Result<MapInfo> load_info(const std::string& dir);

} // namespace ems::map
