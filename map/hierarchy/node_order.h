// The order in which a contraction hierarchy contracts the nodes of a road graph. It depends on the
// topology and the places of the nodes alone, not on any travel time, so it is worked out once per
// map and kept beside the graph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/graph/road_graph.h"
#include "telemetry/base/result.h"

namespace ems::map {

// The nodes from the first to be contracted to the last; each once.
using NodeOrder = std::vector<NodeId>;

// Nested dissection by inertial flow (Schild and Sommer, "On balanced separators in road networks",
// SEA 2015): each part is cut by a minimum cut between its outermost quarters in one of four
// directions; the ends of the cut come last, the two sides before them by the same rule. Nodes with
// at most two neighbours are taken off first. Deterministic. About 100 bytes of working memory per
// node and arc.
[[nodiscard]] NodeOrder find_node_order(const RoadGraph& graph);

// Of what the order depends on; guards against an order of another graph.
[[nodiscard]] std::uint64_t topology_checksum(const RoadGraph& graph);

inline constexpr std::uint32_t kNodeOrderFormatVersion = 1;

// `roads.order`: header, nodes, little-endian, XXH64 over the nodes. Written beside its place and
// renamed.
[[nodiscard]] Result<void> save_node_order(const RoadGraph& graph, const NodeOrder& order,
                                           const std::string& path);
// graph_file when the file is foreign, of another version, cut, damaged, no order or one of another
// graph; io when it cannot be read.
[[nodiscard]] Result<NodeOrder> load_node_order(const RoadGraph& graph, const std::string& path);

// The bytes of the file, and back; `name` stands in messages.
[[nodiscard]] std::vector<std::byte> pack_node_order(const RoadGraph& graph,
                                                     const NodeOrder& order);
[[nodiscard]] Result<NodeOrder>
parse_node_order(const RoadGraph& graph, std::span<const std::byte> bytes, const std::string& name);

} // namespace ems::map
