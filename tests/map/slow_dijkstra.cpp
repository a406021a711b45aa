#include "tests/map/slow_dijkstra.h"

#include <algorithm>
#include <vector>

namespace ems::map::test {
namespace {

struct End {
    ArcId arc;
    double fraction;
    std::uint32_t extra_ms;
};

std::vector<End> ends(const RoadGraph& graph, const RoadPosition& p) {
    std::vector<End> out{{p.arc, p.fraction, 0}};
    if (graph.twin(p.arc) != kNoArc) {
        out.push_back(
            {graph.twin(p.arc), 1 - p.fraction, p.facing == Facing::along ? kTurnRoundMs : 0});
    }
    return out;
}

std::vector<End> goals(const RoadGraph& graph, const RoadPosition& p) {
    std::vector<End> out = ends(graph, p);
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (graph.is_copy(a) && graph.original(a) == p.arc) {
            out.push_back({a, p.fraction, 0});
        } else if (graph.is_copy(a) && graph.original(a) == graph.twin(p.arc)) {
            out.push_back({a, 1 - p.fraction, 0});
        }
    }
    return out;
}

} // namespace

std::optional<std::uint32_t> slow_travel_ms(const Metric& metric, const RoadPosition& from,
                                            const RoadPosition& to) {
    const RoadGraph& graph = metric.graph();
    constexpr std::uint64_t kNever = 1ULL << 60;
    std::vector<std::uint64_t> enter(graph.arc_count(), kNever);
    std::uint64_t best = kNever;
    // Closed: entered where the goal lies on it, left by nobody who entered.
    const std::vector<End> goals_there = goals(graph, to);
    const auto may_enter = [&](ArcId a) {
        return !metric.is_closed(a) || std::any_of(goals_there.begin(), goals_there.end(),
                                                   [a](const End& g) { return g.arc == a; });
    };
    for (const End& s : ends(graph, from)) {
        const std::uint64_t rest =
            s.extra_ms + metric.drive_off_ms(s.arc) - part_ms(metric, s.arc, s.fraction);
        for (ArcId b = 0; b < graph.arc_count(); ++b) {
            if (may_enter(b) && graph.tail(b) == graph.head(s.arc) &&
                graph.turn_ms(s.arc, b) != kForbiddenMs) {
                enter[b] = std::min(enter[b], rest + graph.turn_ms(s.arc, b));
            }
        }
        for (const End& g : goals_there) {
            if (s.arc == g.arc && s.fraction <= g.fraction) {
                best =
                    std::min<std::uint64_t>(best, s.extra_ms + part_ms(metric, g.arc, g.fraction) -
                                                      part_ms(metric, s.arc, s.fraction));
            }
        }
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (ArcId a = 0; a < graph.arc_count(); ++a) {
            if (enter[a] == kNever || metric.is_closed(a)) {
                continue;
            }
            for (const ArcId b : graph.out_arcs(graph.head(a))) {
                const std::uint32_t turn = graph.turn_ms(a, b);
                if (turn != kForbiddenMs && may_enter(b) &&
                    enter[a] + metric.travel_ms(a) + turn < enter[b]) {
                    enter[b] = enter[a] + metric.travel_ms(a) + turn;
                    changed = true;
                }
            }
        }
    }
    for (const End& g : goals_there) {
        best = std::min(best, enter[g.arc] + part_ms(metric, g.arc, g.fraction));
    }
    return best >= kNever ? std::nullopt : std::optional{static_cast<std::uint32_t>(best)};
}

std::optional<std::uint32_t> slow_travel_ms(const RoadGraph& graph, const RoadPosition& from,
                                            const RoadPosition& to) {
    return slow_travel_ms(Metric{graph}, from, to);
}

} // namespace ems::map::test
