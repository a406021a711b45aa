// Layout of `roads.graph`: header, table of sections, sections on 8-byte bounds, little-endian. The
// checksum covers everything behind the header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "map/graph/road_graph.h"

namespace ems::map::graph_file {

// The image in 8-byte words, so that every section is aligned for its type.
[[nodiscard]] std::vector<std::uint64_t> pack(const GraphArrays& arrays);

// Views into an image; `name` stands in messages. Every index that a search follows is checked
// here, once.
[[nodiscard]] Result<GraphArrays> view(std::span<const std::byte> image, const std::string& name);

} // namespace ems::map::graph_file
