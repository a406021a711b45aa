// A folder that holds one map: roads.graph, places.csv, landmarks.csv, names.bin, scene.bin,
// info.json, profile.toml and, written behind the rest by ems-map, roads.order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/gazetteer/name_table.h"
#include "map/gazetteer/place.h"
#include "map/graph/ambulance_profile.h"
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
          info(dir + "/info.json"), landmarks(dir + "/landmarks.csv"), names(dir + "/names.bin"),
          order(dir + "/roads.order"), profile(dir + "/profile.toml") {}
    std::string graph;
    std::string places;
    std::string scene;
    std::string info;
    std::string landmarks; // may be absent: none
    std::string names;
    std::string order; // map/hierarchy/node_order.h; may be absent
    std::string profile; // the speeds that the graph was built with
};

// What has a name, besides the roads.
struct MapNames {
    std::vector<Place> places;
    std::vector<Feature> landmarks;
    std::vector<LocalReading> readings; // of an operator, before the known ones
};

// Creates the folder; equal input gives equal bytes. A roads.order of another graph is removed.
[[nodiscard]] Result<void> write_map(const std::string& dir, const RoadGraph& graph,
                                     const MapNames& names, const SceneGround& ground,
                                     const MapInfo& info, const AmbulanceProfile& profile);
// Makes names.bin anew from the folder's roads, places.csv and landmarks.csv, which an operator may
// have edited. Gives the number of names.
[[nodiscard]] Result<std::size_t> rebuild_names(const std::string& dir,
                                                std::vector<LocalReading> readings);
[[nodiscard]] Result<MapInfo> load_info(const std::string& dir);

} // namespace ems::map
