#include "map/route/alternatives.h"

#include <algorithm>
#include <map>
#include <set>

#include "map/route/path_search.h"
#include "map/route/route_drawing.h"

namespace ems::map {
namespace {

constexpr std::uint32_t kCountMost = 5;
constexpr std::uint32_t kTriesMore = 2; // that may end in a way known already
// Each time a road was used it counts as so much slower.
constexpr double kPenalty = 1.5;

double shared_share(const RoadGraph& graph, const Route& route, const Route& known) {
    const std::set<ArcId> of_known{known.arcs.begin(), known.arcs.end()};
    double all_dm = 0;
    double shared_dm = 0;
    for (const ArcId arc : route.arcs) {
        all_dm += graph.length_dm(arc);
        shared_dm += of_known.contains(arc) ? graph.length_dm(arc) : 0;
    }
    return all_dm > 0 ? shared_dm / all_dm : 1;
}

bool turns_round(const RoadGraph& graph, const Route& route) {
    for (std::size_t i = 1; i < route.arcs.size(); ++i) {
        if (graph.twin(route.arcs[i - 1]) == route.arcs[i]) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<std::vector<Route>> find_routes(const Metric& metric, const RoadPosition& from,
                                       const RoadPosition& to, const AlternativeOptions& options) {
    const RoadGraph& graph = metric.graph();
    PathSearch search{graph};
    auto drive = search.run(metric, from, to);
    if (!drive) {
        return Failure{drive.error()};
    }
    std::vector<Route> routes{draw_route(metric, *drive)};
    const std::uint32_t wanted = std::min(options.count_max, kCountMost);
    const double longest_ms = options.slower_max * static_cast<double>(routes.front().travel_ms);
    std::map<ArcId, double> used; // as ms
    for (std::uint32_t tries = 0; tries < wanted + kTriesMore && routes.size() <= wanted; ++tries) {
        for (const ArcId arc : drive->arcs) {
            if (metric.is_closed(arc)) {
                continue; // where the vehicle stands
            }
            const auto [at, is_new] = used.try_emplace(graph.original(arc), metric.travel_ms(arc));
            at->second *= kPenalty;
        }
        std::vector<ArcWeight> weights;
        for (const auto& [arc, ms] : used) {
            weights.push_back(
                {arc, ArcWeight::Kind::absolute, std::min(ms, static_cast<double>(kArcMsMax))});
        }
        const auto penalized = with_weights(metric, weights);
        if (!penalized) {
            return Failure{penalized.error()};
        }
        drive = search.run(**penalized, from, to);
        if (!drive) {
            break;
        }
        Route other = draw_route(metric, *drive); // with its real times
        const bool is_other = std::all_of(routes.begin(), routes.end(), [&](const Route& known) {
            return shared_share(graph, other, known) <= options.shared_max;
        });
        if (is_other && other.travel_ms <= longest_ms && !turns_round(graph, other)) {
            routes.push_back(std::move(other));
        }
    }
    std::stable_sort(routes.begin() + 1, routes.end(),
                     [](const Route& a, const Route& b) { return a.travel_ms < b.travel_ms; });
    return routes;
}

} // namespace ems::map
