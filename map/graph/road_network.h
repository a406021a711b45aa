// Roads as sources give them (an OSM extract, the generator, an ASCII map of a test): ways over
// shared nodes with a speed for each direction. assemble() cuts them at junctions into a RoadGraph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/geo/point.h"
#include "map/geo/road_class.h"
#include "map/graph/road_graph.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct NetworkWay {
    std::uint32_t ref_first{0}; // into RoadNetwork::refs
    std::uint32_t ref_count{0};
    std::uint32_t name{0}; // into RoadNetwork::names
    RoadClass road_class{RoadClass::street};
    bool restricted{false};
    float forward_kmh{0}; // 0: closed in this direction
    float backward_kmh{0};
};

// From the end of one way over a single node into another.
struct NetworkRestriction {
    std::uint32_t from_way{0};
    std::uint32_t via_node{0};
    std::uint32_t to_way{0};
    bool only{false}; // only this turn is permitted, else this turn is forbidden
};

struct RoadNetwork {
    std::vector<PointE7> nodes;
    std::vector<std::uint8_t>
        blocked;                     // per node, 1: nothing drives over it (bollards); may be empty
    std::vector<std::uint32_t> refs; // node numbers of all ways, one after the other
    std::vector<NetworkWay> ways;
    std::vector<std::string> names{std::string{}}; // name 0 is empty
    std::vector<NetworkRestriction> restrictions;

    std::uint32_t add_node(Wgs84 p);
    void add_way(const std::vector<std::uint32_t>& way_refs, NetworkWay way);
};

struct AssemblyReport {
    std::uint32_t restrictions_used{0};
    std::uint32_t restrictions_unclear{0}; // ways do not meet at the node, or in more than one way
};

// Deterministic: equal networks give equal graphs. graph_file when nothing remains to drive on or
// the network is too large for 32-bit numbers.
[[nodiscard]] Result<RoadGraph> assemble(const RoadNetwork& network,
                                         AssemblyReport* report = nullptr);

} // namespace ems::map
