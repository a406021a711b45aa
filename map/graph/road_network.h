// Roads as sources give them (an OSM extract, the generator, an ASCII map of a test): ways over
// shared nodes with a speed for each direction. assemble() cuts them at junctions into a RoadGraph.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
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
    bool roundabout{false};
    bool tunnel{false};
    float forward_kmh{0}; // 0: closed in this direction
    float backward_kmh{0};
    bool forward_by_limit{false}; // forward_kmh follows from a signed limit, not from the class
    bool backward_by_limit{false};
    // Of a ferry, over the whole way in either direction: the time it sails (0: by its speed), and
    // the time that is waited for it.
    float sailing_s{0};
    float waiting_s{0};
};

// What stands on a node of a road.
enum NodeBarrier : std::uint8_t {
    kNodeOpen,
    kNodeBlocked, // nothing drives over it (bollards)
    kNodeGate,    // costs RoadNetwork::gate_s
};

// From the end of one way into another: over a single node, or over whole ways, end to end.
struct NetworkRestriction {
    std::uint32_t from_way{0};
    std::uint32_t via_node{0}; // where from_way ends
    std::uint32_t to_way{0};
    // Only this turn is permitted, else this turn is forbidden. Over ways that binds those who have
    // come from from_way and driven all of via_ways; they may leave these on the way.
    bool only{false};
    std::vector<std::uint32_t> via_ways{}; // in the order they are driven, the first from via_node
};

struct RoadNetwork {
    std::vector<PointE7> nodes;
    std::vector<std::uint8_t> blocked; // per node, a NodeBarrier; may be empty
    float gate_s{0};
    std::vector<std::pair<std::uint32_t, MiniRoundabout>> mini_roundabouts; // by node
    std::vector<std::uint32_t> refs; // node numbers of all ways, one after the other
    std::vector<NetworkWay> ways;
    std::vector<std::string> names{std::string{}}; // name 0 is empty
    std::vector<NetworkRestriction> restrictions;

    std::uint32_t add_node(Wgs84 p);
    void add_way(const std::vector<std::uint32_t>& way_refs, NetworkWay way);
};

struct AssemblyReport {
    std::uint32_t restrictions_used{0};
    // Ways do not meet, or in more than one way; and each way to drive one that found no room.
    std::uint32_t restrictions_unclear{0};
    std::uint32_t restrictions_over_ways{0}; // of those used
};

// Deterministic: equal networks give equal graphs. graph_file when nothing remains to drive on or
// the network is too large for 32-bit numbers.
[[nodiscard]] Result<RoadGraph> assemble(const RoadNetwork& network,
                                         AssemblyReport* report = nullptr);

} // namespace ems::map
