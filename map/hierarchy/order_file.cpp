#include <array>
#include <cstring>

#include <fmt/format.h>

#include "map/geo/checksum.h"
#include "map/geo/file_bytes.h"
#include "map/hierarchy/node_order.h"

namespace ems::map {
namespace {

constexpr std::array<char, 8> kMagic{'E', 'M', 'S', 'O', 'R', 'D', 'E', 'R'};

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t nodes;
    std::uint64_t topology;
    std::uint64_t checksum; // of the nodes
};
static_assert(sizeof(Header) == 32);

} // namespace

std::uint64_t topology_checksum(const RoadGraph& graph) {
    const GraphArrays& a = graph.arrays();
    const std::array<std::uint64_t, 3> sums{checksum64(std::as_bytes(a.first_out)),
                                            checksum64(std::as_bytes(a.arc_head)),
                                            checksum64(std::as_bytes(a.node_point))};
    return checksum64(std::as_bytes(std::span{sums}));
}

std::vector<std::byte> pack_node_order(const RoadGraph& graph, const NodeOrder& order) {
    const auto nodes = std::as_bytes(std::span{order});
    const Header header{kMagic, kNodeOrderFormatVersion, static_cast<std::uint32_t>(order.size()),
                        topology_checksum(graph), checksum64(nodes)};
    std::vector<std::byte> bytes(sizeof header + nodes.size());
    std::memcpy(bytes.data(), &header, sizeof header);
    if (!nodes.empty()) {
        std::memcpy(&bytes[sizeof header], nodes.data(), nodes.size());
    }
    return bytes;
}

Result<NodeOrder> parse_node_order(const RoadGraph& graph, std::span<const std::byte> bytes,
                                   const std::string& name) {
    Header header{};
    if (bytes.size() >= sizeof header) {
        std::memcpy(&header, bytes.data(), sizeof header);
    }
    if (bytes.size() < sizeof header || header.magic != kMagic) {
        return fail(Code::graph_file, fmt::format("{} is not an order of road nodes", name));
    }
    if (header.version != kNodeOrderFormatVersion) {
        return fail(Code::graph_file,
                    fmt::format("{} has format {}, this program reads format {}: order it again",
                                name, header.version, kNodeOrderFormatVersion));
    }
    const auto nodes = bytes.subspan(sizeof header);
    if (nodes.size() != std::size_t{header.nodes} * sizeof(NodeId)) {
        return fail(Code::graph_file,
                    fmt::format("{} is cut: {} bytes of {}", name, bytes.size(),
                                sizeof header + std::size_t{header.nodes} * sizeof(NodeId)));
    }
    if (checksum64(nodes) != header.checksum) {
        return fail(Code::graph_file, fmt::format("{} is damaged: its checksum differs", name));
    }
    if (header.nodes != graph.node_count() || header.topology != topology_checksum(graph)) {
        return fail(Code::graph_file,
                    fmt::format("{} belongs to another road graph: order it again", name));
    }
    NodeOrder order(header.nodes);
    if (!order.empty()) {
        std::memcpy(order.data(), nodes.data(), nodes.size());
    }
    std::vector<std::uint8_t> is_there(order.size(), 0);
    for (const NodeId n : order) {
        if (n >= order.size() || is_there[n] != 0) {
            return fail(Code::graph_file, fmt::format("{} is inconsistent: order it again", name));
        }
        is_there[n] = 1;
    }
    return order;
}

Result<void> save_node_order(const RoadGraph& graph, const NodeOrder& order,
                             const std::string& path) {
    return write_file(path, pack_node_order(graph, order));
}

Result<NodeOrder> load_node_order(const RoadGraph& graph, const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    return parse_node_order(graph, file->bytes(), path);
}

} // namespace ems::map
