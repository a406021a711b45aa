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
    p.arc = static_cast<ArcId>(random() % graph.arc_count());
    p.fraction = random() % 5 == 0 ? static_cast<double>(random() % 2) : share(random);
    p.facing = random() % 2 == 0 ? Facing::either : Facing::along;
    return p;
}

} // namespace ems::map::test
