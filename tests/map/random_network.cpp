#include "tests/map/random_network.h"

#include "map/geo/projection.h"

namespace ems::map::test {
namespace {

double share(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11) * 0x1p-53;
}

void add_street(std::mt19937_64& random, RoadNetwork& net, std::uint32_t a, std::uint32_t b) {
    if (share(random) < 0.2) {
        return;
    }
    NetworkWay way;
    way.road_class = static_cast<RoadClass>(random() % kRoadClassCount);
    way.forward_kmh = static_cast<float>(10 + 90 * share(random));
    way.backward_kmh = share(random) < 0.3 ? 0.0F : way.forward_kmh;
    net.add_way({a, b}, way);
}

// Over one to three ways as they follow each other, often from where another one begins.
void add_restriction_over_ways(std::mt19937_64& random, RoadNetwork& net) {
    NetworkRestriction r;
    std::vector<std::uint32_t> ways;
    const auto end = [&net](std::uint32_t way, std::uint32_t i) {
        return net.refs[net.ways[way].ref_first + i];
    };
    const bool is_again = !net.restrictions.empty() && random() % 2 == 0;
    ways.push_back(is_again ? net.restrictions[random() % net.restrictions.size()].from_way
                            : static_cast<std::uint32_t>(random() % net.ways.size()));
    std::uint32_t node = end(ways[0], static_cast<std::uint32_t>(random() % 2));
    r.via_node = node;
    const std::size_t length = 3 + random() % 3;
    while (ways.size() < length) {
        std::vector<std::uint32_t> next;
        for (std::uint32_t w = 0; w < net.ways.size(); ++w) {
            if (w != ways.back() && end(w, 0) != end(w, 1) &&
                (end(w, 0) == node || end(w, 1) == node)) {
                next.push_back(w);
            }
        }
        if (next.empty()) {
            return;
        }
        ways.push_back(next[random() % next.size()]);
        node = end(ways.back(), end(ways.back(), 0) == node ? 1 : 0);
    }
    r.from_way = ways.front();
    r.to_way = ways.back();
    r.via_ways.assign(ways.begin() + 1, ways.end() - 1);
    r.only = share(random) < 0.3;
    net.restrictions.push_back(r);
}

} // namespace

RoadNetwork random_network(std::mt19937_64& random, std::uint32_t side, double block_m) {
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    RoadNetwork net;
    for (std::uint32_t i = 0; i < side * side; ++i) {
        net.add_node(
            plane.to_wgs84({(i % side + 0.6 * share(random)) * block_m,
                            (static_cast<double>(i / side) + 0.6 * share(random)) * block_m}));
    }
    for (std::uint32_t i = 0; i < side * side; ++i) {
        if (i % side + 1 < side) {
            add_street(random, net, i, i + 1);
        }
        if (i + side < side * side) {
            add_street(random, net, i, i + side);
        }
        if (share(random) < 0.05) {
            const auto to = static_cast<std::uint32_t>(random() % (side * side));
            add_street(random, net, i, to); // also loops and long links
        }
    }
    for (std::uint32_t i = 0; i < side * side / 3; ++i) {
        NetworkRestriction r;
        r.from_way = static_cast<std::uint32_t>(random() % net.ways.size());
        r.via_node = net.refs[net.ways[r.from_way].ref_first + random() % 2];
        r.to_way = static_cast<std::uint32_t>(random() % net.ways.size());
        for (std::uint32_t w = 0; w < net.ways.size(); ++w) {
            const auto* refs = &net.refs[net.ways[w].ref_first];
            if ((refs[0] == r.via_node || refs[1] == r.via_node) && share(random) < 0.5) {
                r.to_way = w;
            }
        }
        r.only = share(random) < 0.3;
        net.restrictions.push_back(r);
    }
    for (std::uint32_t i = 0; i < side * side / 4; ++i) {
        add_restriction_over_ways(random, net);
    }
    return net;
}

std::vector<ArcWeight> random_weights(std::mt19937_64& random, const RoadGraph& graph,
                                      std::uint32_t count) {
    std::vector<ArcWeight> weights;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto arc = static_cast<ArcId>(random() % graph.arc_count());
        switch (random() % 4) {
        case 0:
            weights.push_back({arc, ArcWeight::Kind::closed, 0});
            break;
        case 1:
            weights.push_back({arc, ArcWeight::Kind::closed, 0});
            if (graph.twin(arc) != kNoArc) {
                weights.push_back({graph.twin(arc), ArcWeight::Kind::closed, 0});
            }
            break;
        case 2:
            weights.push_back({arc, ArcWeight::Kind::factor, 0.3 + 4 * share(random)});
            break;
        default:
            weights.push_back({arc, ArcWeight::Kind::absolute, 1 + 60'000 * share(random)});
            break;
        }
    }
    return weights;
}

RoadPosition random_position(std::mt19937_64& random, const RoadGraph& graph) {
    RoadPosition p;
    p.arc = graph.original(static_cast<ArcId>(random() % graph.arc_count()));
    p.fraction = random() % 5 == 0 ? static_cast<double>(random() % 2) : share(random);
    p.facing = random() % 2 == 0 ? Facing::either : Facing::along;
    return p;
}

} // namespace ems::map::test
