#include "tests/map/ascii_map.h"

#include <cctype>
#include <stdexcept>

#include "map/geo/projection.h"

namespace ems::map::test {
namespace {
const LocalProjection kPlane{Wgs84{35.0, 111.0}};
}

AsciiMap::AsciiMap(const std::vector<std::string>& rows) {
    const auto cell = [&rows](std::size_t row, std::size_t col) {
        return row < rows.size() && col < rows[row].size() ? rows[row][col] : ' ';
    };
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            if (std::isalnum(static_cast<unsigned char>(rows[r][c])) != 0 && rows[r][c] != 'v') {
                node_[rows[r][c]] = network.add_node(
                    kPlane.to_wgs84({static_cast<double>(c) * 100, -static_cast<double>(r) * 100}));
            }
        }
    }
    const auto follow = [&](std::size_t r, std::size_t c, std::size_t dr, std::size_t dc,
                            const std::string& plain, char forward, char backward) {
        bool is_forward_only = false;
        bool is_backward_only = false;
        const char from = cell(r, c);
        for (;;) {
            r += dr;
            c += dc;
            const char here = cell(r, c);
            is_forward_only |= here == forward;
            is_backward_only |= here == backward;
            if (node_.contains(here)) {
                add_street(from, here, !is_backward_only, !is_forward_only);
                return;
            }
            if (plain.find(here) == std::string::npos && here != forward && here != backward) {
                return;
            }
        }
    };
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            if (node_.contains(rows[r][c])) {
                follow(r, c, 0, 1, "-", '>', '<');
                follow(r, c, 1, 0, "|", 'v', '^');
            }
        }
    }
}

void AsciiMap::add_street(char from, char to, bool forward, bool backward) {
    NetworkWay way;
    way.name = static_cast<std::uint32_t>(network.names.size());
    network.names.push_back(std::string{from} + to);
    way.forward_kmh = forward ? 36.0F : 0.0F;
    way.backward_kmh = backward ? 36.0F : 0.0F;
    way_[{from, to}] = way_[{to, from}] = static_cast<std::uint32_t>(network.ways.size());
    network.add_way({node_.at(from), node_.at(to)}, way);
}

void AsciiMap::restrict_turn(const std::string& way, bool only) {
    const auto street = [&](std::size_t i) { return way_.at({way[i], way[i + 1]}); };
    NetworkRestriction r{street(0), node_.at(way[1]), street(way.size() - 2), only, {}};
    for (std::size_t i = 1; i + 2 < way.size(); ++i) {
        r.via_ways.push_back(street(i));
    }
    network.restrictions.push_back(std::move(r));
}

RoadGraph AsciiMap::graph() const {
    auto graph = assemble(network);
    if (!graph) {
        throw std::runtime_error(graph.error().message());
    }
    return std::move(*graph);
}

Wgs84 AsciiMap::at(char node) const {
    return from_e7(network.nodes[node_.at(node)]);
}

RoadPosition AsciiMap::on(const RoadGraph& graph, char from, char to, double fraction) const {
    const PointE7 a = network.nodes[node_.at(from)];
    const PointE7 b = network.nodes[node_.at(to)];
    for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
        if (to_e7(graph.node_at(graph.tail(arc))) == a &&
            to_e7(graph.node_at(graph.head(arc))) == b) {
            return {arc, fraction, Facing::either};
        }
    }
    throw std::runtime_error("no such street");
}

} // namespace ems::map::test
