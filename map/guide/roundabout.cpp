#include "map/guide/roundabout.h"

#include <algorithm>
#include <vector>

#include "map/guide/course.h"

namespace ems::map {
namespace {

bool is_ring(const RoadGraph& graph, ArcId a) {
    return (graph.flags(a) & kArcRoundabout) != 0;
}

// Roads that leave where `from` ends and may be entered from it; not its way back, nor a ring.
std::vector<ArcId> exits_behind(const RoadGraph& graph, ArcId from) {
    std::vector<ArcId> out;
    for (const ArcId a : graph.out_arcs(graph.head(from))) {
        if (!graph.is_copy(a) && !is_ring(graph, a) && a != graph.twin(from) &&
            graph.may_follow(from, a)) {
            out.push_back(a);
        }
    }
    return out;
}

// Which of the exits behind `from` is `taken`, from 1.
std::uint32_t place_among(const RoadGraph& graph, ArcId from, ArcId taken, bool is_clockwise) {
    const double course = course_in(graph, from);
    const auto outwards_deg = [&](ArcId a) {
        const double right_deg = course_difference(course_out(graph, a), course);
        return is_clockwise ? -right_deg : right_deg;
    };
    const double own_deg = outwards_deg(taken);
    const auto exits = exits_behind(graph, from);
    return 1 + static_cast<std::uint32_t>(std::count_if(
                   exits.begin(), exits.end(), [&](ArcId a) { return outwards_deg(a) > own_deg; }));
}

// Which way the ring bends behind one of its arcs.
bool bends_right(const RoadGraph& graph, ArcId ring) {
    for (const ArcId a : graph.out_arcs(graph.head(ring))) {
        if (is_ring(graph, a) && a != graph.twin(ring)) {
            return course_difference(course_out(graph, a), course_out(graph, ring)) > 0;
        }
    }
    return false;
}

std::optional<RoundaboutPass> mini_at(const RoadGraph& graph, std::span<const ArcId> arcs,
                                      std::size_t at) {
    const ArcId from = arcs[at - 1];
    const MiniRoundabout kind = graph.mini_roundabout(graph.head(from));
    if (kind == MiniRoundabout::none) {
        return std::nullopt;
    }
    const auto exits = static_cast<std::uint32_t>(exits_behind(graph, from).size());
    RoundaboutPass pass;
    pass.last = at;
    if (arcs[at] == graph.twin(from)) {
        pass.exit = exits + 1;
    } else {
        pass.exit = place_among(graph, from, arcs[at], kind == MiniRoundabout::clockwise);
        pass.is_said = exits > 1;
    }
    return pass;
}

} // namespace

std::optional<RoundaboutPass> roundabout_at(const RoadGraph& graph, std::span<const ArcId> arcs,
                                            std::size_t at) {
    RoundaboutPass pass;
    pass.is_begun_inside = is_ring(graph, arcs[at - 1]);
    if (!pass.is_begun_inside && !is_ring(graph, arcs[at])) {
        return mini_at(graph, arcs, at);
    }
    std::size_t ring = pass.is_begun_inside ? at - 1 : at;
    for (; ring + 1 < arcs.size() && is_ring(graph, arcs[ring + 1]); ++ring) {
        pass.exit += static_cast<std::uint32_t>(exits_behind(graph, arcs[ring]).size());
    }
    pass.last = std::min(ring + 1, arcs.size() - 1);
    if (pass.last == ring) { // the route ends in it
        pass.exit = 0;
        pass.is_said = !pass.is_begun_inside;
        return pass;
    }
    pass.exit += place_among(graph, arcs[ring], arcs[pass.last], bends_right(graph, arcs[ring]));
    return pass;
}

} // namespace ems::map
