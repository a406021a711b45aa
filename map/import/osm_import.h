// From an OpenStreetMap PBF extract to roads, places and the ground of the map. The file is read
// blob by blob three times: relations, which also shows what each blob holds, then the blobs with
// ways, then those with nodes. In memory stand only the nodes that are used (about 28 bytes each)
// and what is made of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "map/gazetteer/name_table.h"
#include "map/gazetteer/place.h"
#include "map/graph/ambulance_profile.h"
#include "map/graph/road_network.h"
#include "map/scene/scene.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct ImportCounts {
    std::uint64_t nodes{0}; // in the file
    std::uint64_t ways{0};
    std::uint64_t relations{0};
    std::uint64_t roads{0}; // ways used
    std::uint64_t roads_closed_by_size{
        0}; // signed too low, narrow or light for the profile's vehicle
    std::uint64_t oneways_that_change{0}; // by the hour: reversible, alternating; open both ways
    std::uint64_t nodes_missing{0};       // of roads cut at the extract's border
    std::uint64_t restrictions{0};
    // incomplete, unknown, conditional or for a kind of vehicle; those that exempt emergencies bind
    // nobody here
    std::uint64_t restrictions_not_read{0};
};

struct OsmExtract {
    RoadNetwork network;
    std::vector<Place> places;
    std::vector<Feature> landmarks;
    SceneGround ground;
    ImportCounts counts;
};

// done and whole in bytes, over all readings.
using ImportProgress = std::function<void(std::uint64_t done, std::uint64_t whole)>;

// What may be kept of an extract while it is read, in numbers of eight bytes or so: references of
// ways to nodes, members of relations, names. A blob of some kilobytes unpacks to millions of them.
struct ImportLimits {
    std::uint64_t held_freely{20'000'000};
    std::uint64_t held_per_byte{6}; // of the file; real extracts hold less than one
};

// pbf names the offset of the blob that is wrong, or of the one with which it was too much.
[[nodiscard]] Result<OsmExtract> read_osm(const std::string& path, const AmbulanceProfile& profile,
                                          const ImportProgress& progress,
                                          const ImportLimits& limits = {});

} // namespace ems::map
