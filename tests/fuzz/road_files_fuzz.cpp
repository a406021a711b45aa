// The files of a map that the server opens: roads.graph and roads.order. A file that is taken for
// sound must bear a search.
#include <cstring>

#include "map/geo/checksum.h"
#include "map/graph/graph_file.h"
#include "map/hierarchy/cch_router.h"
#include "map/hierarchy/node_order.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/map/random_network.h"

namespace {

using namespace ems::map;

// The graph whose order is read, and the seeds.
const RoadGraph& small_graph() {
    static const RoadGraph graph = [] {
        std::mt19937_64 random{1};
        return std::move(*assemble(ems::map::test::random_network(random, 4)));
    }();
    return graph;
}

void search_all_over(const RoadGraph& graph, const NodeOrder& order) {
    const auto hierarchy = Hierarchy::build(graph, order);
    if (!hierarchy || graph.arc_count() == 0) {
        return;
    }
    const auto router = make_cch_router(*hierarchy);
    const RoadPosition from{0, 0.5, Facing::along};
    const RoadPosition to{graph.arc_count() - 1, 0.5, Facing::either};
    const auto plain = make_dijkstra_router(graph)->route(from, to);
    const auto fast = router->route(from, to);
    if (plain.has_value() != fast.has_value() || (plain && plain->travel_ms != fast->travel_ms)) {
        std::abort();
    }
}

// Damage is met by the checksum at once; so it is set right, and the checks behind it are met.
std::string with_checksum(std::string bytes, std::size_t at, std::size_t from) {
    if (bytes.size() > from && bytes.size() >= at + 8) {
        const auto sum = checksum64(std::as_bytes(std::span{bytes}).subspan(from));
        std::memcpy(&bytes[at], &sum, sizeof sum);
    }
    return bytes;
}

void open_graph(std::string bytes) {
    if (bytes.size() >= 24) {
        const std::uint64_t size = bytes.size();
        std::memcpy(&bytes[16], &size, sizeof size);
    }
    bytes = with_checksum(std::move(bytes), 24, 32);
    std::vector<std::uint64_t> words(bytes.size() / 8 + 1);
    std::memcpy(words.data(), bytes.data(), bytes.size());
    const auto arrays = graph_file::view(std::as_bytes(std::span{words}).first(bytes.size()), "x");
    if (!arrays) {
        return;
    }
    const auto graph = RoadGraph::from_arrays(*arrays);
    if (graph) {
        search_all_over(*graph, find_node_order(*graph));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes{reinterpret_cast<const char*>(data), size};
    if (bytes.starts_with("EMSORDER")) {
        const std::string fixed = with_checksum(bytes, 24, 32);
        const auto order = parse_node_order(small_graph(), std::as_bytes(std::span{fixed}), "x");
        if (order) {
            search_all_over(small_graph(), *order);
        }
    } else {
        open_graph(bytes);
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const auto words = graph_file::pack(small_graph().arrays());
    const auto order = pack_node_order(small_graph(), find_node_order(small_graph()));
    return {{reinterpret_cast<const char*>(words.data()), words.size() * 8},
            {reinterpret_cast<const char*>(order.data()), order.size()}};
}
