#include "map/route/path_search.h"

#include <algorithm>

#include "map/geo/polyline.h"

namespace ems::map {
namespace {

// Parents at or above this name a way to set off, not an arc.
constexpr std::uint32_t kStartParent = kNoArc - 16;

// Draws a route piece by piece.
class RouteDrawing {
  public:
    explicit RouteDrawing(const RoadGraph& graph) : graph_(graph) {}

    // The share first..last of an arc, after waiting wait_ms before it (a turn).
    void add(ArcId arc, double first, double last, std::uint32_t wait_ms) {
        route_.travel_ms += wait_ms;
        const std::uint32_t ms = part_ms(graph_, arc, last) - part_ms(graph_, arc, first);
        const std::uint32_t dm = part_dm(graph_, arc, last) - part_dm(graph_, arc, first);
        open_leg(arc);
        RouteLeg& leg = route_.legs.back();
        leg.travel_ms += ms + wait_ms;
        leg.length_dm += dm;
        draw(arc, first, last, ms);
        route_.travel_ms += ms;
        route_.length_dm += dm;
        leg.point_count = static_cast<std::uint32_t>(route_.points.size()) - leg.point_first;
        route_.arcs.push_back(arc);
    }

    [[nodiscard]] Route take() { return std::move(route_); }

  private:
    void open_leg(ArcId arc) {
        const auto name = graph_.name(arc);
        const RoadClass c = graph_.road_class(arc);
        if (!route_.legs.empty() && route_.legs.back().name == name &&
            route_.legs.back().road_class == c) {
            return;
        }
        const auto at = static_cast<std::uint32_t>(route_.points.size());
        route_.legs.push_back({std::string{name}, c, 0, 0, at == 0 ? 0 : at - 1, 0});
    }

    void put(Wgs84 p, std::uint32_t ms) {
        if (route_.points.empty() || !(route_.points.back() == p)) {
            route_.points.push_back(p);
            route_.point_ms.push_back(ms);
        } else {
            route_.point_ms.back() = ms; // a wait at a turn
        }
    }

    void draw(ArcId arc, double first, double last, std::uint32_t ms) {
        const std::vector<Wgs84> shape = graph_.shape(arc);
        const double whole_m = length_m(shape);
        const double span = last - first;
        put(point_of(graph_, {arc, first, Facing::along}), route_.travel_ms);
        double gone_m = 0;
        for (std::size_t i = 1; i < shape.size(); ++i) {
            gone_m += distance_m(shape[i - 1], shape[i]);
            const double at = whole_m > 0 ? gone_m / whole_m : 1;
            if (at > first && at < last) {
                put(shape[i],
                    route_.travel_ms +
                        static_cast<std::uint32_t>((at - first) / span * static_cast<double>(ms)));
            }
        }
        const Wgs84 end = point_of(graph_, {arc, last, Facing::along});
        if (route_.points.size() == 1 || !(route_.points.back() == end)) {
            route_.points.push_back(end); // a way of no length still has two points
            route_.point_ms.push_back(route_.travel_ms + ms);
        }
    }

    const RoadGraph& graph_;
    Route route_;
};

} // namespace

Result<Route> PathSearch::run(const RoadPosition& from, const RoadPosition& to) {
    if (!is_on(graph_, from) || !is_on(graph_, to)) {
        return fail(Code::invalid_argument, "a place is not on the road graph");
    }
    const std::vector<Foothold> starts = footholds(graph_, from);
    const std::vector<Foothold> goals = footholds(graph_, to);
    const std::optional<End> end = search(starts, goals);
    if (!end) {
        return fail(Code::unreachable);
    }
    RouteDrawing drawing{graph_};
    if (end->is_direct) {
        drawing.add(end->start.arc, end->start.fraction, end->goal.fraction, end->start.extra_ms);
        return drawing.take();
    }
    const std::vector<ArcId> arcs = arcs_to(*end, starts);
    const Foothold& start = *std::find_if(starts.begin(), starts.end(),
                                          [&](const Foothold& s) { return s.arc == arcs.front(); });
    drawing.add(start.arc, start.fraction, 1.0, start.extra_ms);
    for (std::size_t i = 1; i < arcs.size(); ++i) {
        const double last = i + 1 == arcs.size() ? end->goal.fraction : 1.0;
        drawing.add(arcs[i], 0.0, last, graph_.turn_ms(arcs[i - 1], arcs[i]));
    }
    return drawing.take();
}

void PathSearch::set_off(const std::vector<Foothold>& starts) {
    for (std::uint32_t i = 0; i < starts.size(); ++i) {
        const Foothold& s = starts[i];
        const std::uint32_t rest_ms =
            s.extra_ms + graph_.travel_ms(s.arc) - part_ms(graph_, s.arc, s.fraction);
        for (const ArcId next : graph_.out_arcs(graph_.head(s.arc))) {
            const std::uint32_t turn_ms = graph_.turn_ms(s.arc, next);
            if (turn_ms != kForbiddenMs) {
                space_.improve(next, rest_ms + turn_ms, 0, kStartParent + i);
            }
        }
    }
}

// Labels hold the time at which an arc is entered.
std::optional<PathSearch::End> PathSearch::search(const std::vector<Foothold>& starts,
                                                  const std::vector<Foothold>& goals) {
    space_.start();
    End best;
    for (const Foothold& s : starts) {
        for (const Foothold& g : goals) {
            if (s.arc == g.arc && s.fraction <= g.fraction) {
                const std::uint32_t ms = s.extra_ms + part_ms(graph_, g.arc, g.fraction) -
                                         part_ms(graph_, s.arc, s.fraction);
                if (ms < best.ms) {
                    best = {ms, s, g, true};
                }
            }
        }
    }
    set_off(starts);
    SearchSpace::Open open;
    while (space_.settle(open) && open.ms < std::min(best.ms, kSearchLimitMs)) {
        for (const Foothold& g : goals) {
            const std::uint32_t ms = open.ms + part_ms(graph_, g.arc, g.fraction);
            if (g.arc == open.arc && ms < best.ms) {
                best = {ms, {}, g, false};
            }
        }
        const std::uint32_t left_ms = open.ms + graph_.travel_ms(open.arc);
        for (const ArcId next : graph_.out_arcs(graph_.head(open.arc))) {
            const std::uint32_t turn_ms = graph_.turn_ms(open.arc, next);
            if (turn_ms != kForbiddenMs) {
                space_.improve(next, left_ms + turn_ms, 0, open.arc);
            }
        }
    }
    if (best.ms == kForbiddenMs) {
        return std::nullopt;
    }
    return best;
}

std::vector<ArcId> PathSearch::arcs_to(const End& end, const std::vector<Foothold>& starts) const {
    std::vector<ArcId> arcs;
    std::uint32_t at = end.goal.arc;
    while (at < kStartParent) {
        arcs.push_back(at);
        at = space_.parent(at);
    }
    arcs.push_back(starts[at - kStartParent].arc);
    std::reverse(arcs.begin(), arcs.end());
    return arcs;
}

} // namespace ems::map
