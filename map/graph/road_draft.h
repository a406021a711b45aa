// A graph while assemble() makes it: pieces of ways, then columns of arcs.
#pragma once

#include <cstdint>
#include <vector>

#include "map/graph/arc_copies.h"
#include "map/graph/road_network.h"

namespace ems::map {

// One piece of a way between two junctions, in the direction of the way.
struct Piece {
    std::uint32_t way{0};
    std::uint32_t tail{0};
    std::uint32_t head{0};
    std::uint32_t shape{0};
    double length_m{0};
    std::uint32_t half_gates{0}; // one at an end counts half: the piece behind has the other half
};

struct DraftArc {
    std::uint32_t piece{0};
    std::uint32_t tail{0};
    std::uint32_t head{0};
    bool backward{false};
};

struct Draft {
    std::vector<PointE7> node_point;
    std::vector<std::uint32_t> node_source; // network node of each graph node
    std::vector<Piece> pieces;              // by way
    std::vector<std::uint32_t> shape_first{0};
    std::vector<PointE7> shape_point;
};

// Rows of arcs by their tail and by their head.
struct ArcRows {
    std::vector<std::uint32_t> first_out, first_in, in_arc;
};

// What the restrictions of the network forbid.
[[nodiscard]] TurnRules find_turn_rules(const RoadNetwork& net, const Draft& draft,
                                        const std::vector<DraftArc>& arcs, const ArcRows& rows,
                                        AssemblyReport& report);

} // namespace ems::map
