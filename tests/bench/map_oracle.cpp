#include "tests/bench/map_oracle.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "map/hierarchy/fleet_index.h"
#include "map/hierarchy/hierarchy_search.h"
#include "map/route/nearest_search.h"
#include "map/route/path_search.h"
#include "tests/map/random_network.h"

namespace ems::map::bench {
namespace {

constexpr std::uint32_t kReachMs = 900'000;

} // namespace

std::uint32_t count_mismatches(const RoadGraph& graph, std::mt19937_64& random, int rounds,
                               int queries) {
    const auto hierarchy = Hierarchy::build(graph, find_node_order(graph));
    auto metric = std::make_shared<const Metric>(graph);
    HierarchyWeights weights{*hierarchy};
    weights.customize(*metric);
    HierarchySearch search{*hierarchy};
    PathSearch plain{graph};
    NearestSearch plain_nearest{graph};
    std::uint32_t mismatches = 0;
    for (int round = 0; round < rounds; ++round) {
        FleetIndex fleet{weights, *metric, kReachMs};
        std::vector<NearestUnit> units(30);
        for (std::uint32_t u = 0; u < units.size(); ++u) {
            units[u] = {test::random_position(random, graph),
                        static_cast<std::uint32_t>(random() % 60'000)};
            fleet.place(u, units[u].at, units[u].lead_ms);
        }
        for (int i = 0; i < queries; ++i) {
            const RoadPosition from = test::random_position(random, graph);
            const RoadPosition to = test::random_position(random, graph);
            const auto fast = search.run(weights, *metric, from, to);
            const auto slow = plain.run(*metric, from, to);
            mismatches +=
                fast.has_value() == slow.has_value() && (!fast || fast->total_ms == slow->total_ms)
                    ? 0U
                    : 1U;
            NearestQuery query;
            query.target = to;
            query.units = units;
            query.count_max = 30;
            query.limit_ms = static_cast<std::uint32_t>(random() % kReachMs);
            const auto ranked = plain_nearest.run(*metric, query);
            const auto& found = fleet.nearest(to, 30, query.limit_ms);
            const auto reached = std::count_if(ranked.begin(), ranked.end(), [](const auto& r) {
                return r.reachability == Reachability::reached;
            });
            bool same = found.size() == static_cast<std::size_t>(reached);
            for (std::size_t k = 0; same && k < found.size(); ++k) {
                same = found[k].unit == ranked[k].unit && found[k].total_ms == ranked[k].total_ms;
            }
            mismatches += same ? 0U : 1U;
        }
        const auto changes = test::random_weights(random, graph, 1 + graph.arc_count() / 100);
        metric = *with_weights(*metric, changes);
        std::vector<ArcId> arcs;
        for (const ArcWeight& w : changes) {
            arcs.push_back(w.arc);
        }
        weights.update(*metric, arcs);
    }
    return mismatches;
}

} // namespace ems::map::bench
