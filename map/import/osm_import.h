// From an OpenStreetMap PBF extract to roads and places. The file is read twice, blob by blob; in
// memory stand only the nodes that roads and sites use (about 28 bytes each) and the roads
// themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "map/gazetteer/name_table.h"
#include "map/gazetteer/place.h"
#include "map/graph/ambulance_profile.h"
#include "map/graph/road_network.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct ImportCounts {
    std::uint64_t nodes{0}; // in the file
    std::uint64_t ways{0};
    std::uint64_t relations{0};
    std::uint64_t roads{0};         // ways used
    std::uint64_t nodes_missing{0}; // of roads cut at the extract's border
    std::uint64_t restrictions{0};
    // over a way, incomplete, unknown, conditional or for a kind of vehicle; those that exempt
    // emergencies bind nobody here
    std::uint64_t restrictions_not_read{0};
};

struct OsmExtract {
    RoadNetwork network;
    std::vector<Place> places;
    std::vector<Feature> landmarks;
    ImportCounts counts;
};

// done and whole in bytes, over both readings.
using ImportProgress = std::function<void(std::uint64_t done, std::uint64_t whole)>;

// pbf names the offset of the blob that is wrong.
[[nodiscard]] Result<OsmExtract> read_osm(const std::string& path, const AmbulanceProfile& profile,
                                          const ImportProgress& progress);

} // namespace ems::map
