#include "map/guide/maneuver.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "map/guide/course.h"
#include "map/guide/roundabout.h"

namespace ems::map {
namespace {

constexpr double kStraightDeg = 25;
constexpr double kSlightDeg = 60;
constexpr double kSharpDeg = 125;
constexpr double kForkDeg = 45;

// Other roads one could take at a junction, by the turn they need.
std::vector<double> other_turns(const RoadGraph& graph, ArcId from, ArcId to, double course) {
    std::vector<double> out;
    for (const ArcId other : graph.out_arcs(graph.head(from))) {
        if (other != to && other != graph.twin(from) && !graph.is_copy(other) &&
            graph.may_follow(from, other)) {
            out.push_back(course_difference(course_out(graph, other), course));
        }
    }
    return out;
}

std::optional<ManeuverKind> kind_of_turn(double turn, const std::vector<double>& others,
                                         bool is_same_road) {
    if (others.empty()) {
        return std::nullopt;
    }
    const double size = std::abs(turn);
    if (size < kStraightDeg) {
        for (const double other : others) {
            if (std::abs(other) < kForkDeg && std::abs(other - turn) < kForkDeg) {
                return turn < other ? ManeuverKind::keep_left : ManeuverKind::keep_right;
            }
        }
        return is_same_road ? std::nullopt : std::optional{ManeuverKind::straight};
    }
    if (size < kSlightDeg) {
        const bool is_the_main_way = std::none_of(others.begin(), others.end(), [&](double other) {
            return std::abs(other) < size + kStraightDeg;
        });
        if (is_same_road && is_the_main_way) {
            return std::nullopt; // the road bends, the others branch off
        }
        return turn < 0 ? ManeuverKind::slight_left : ManeuverKind::slight_right;
    }
    if (size < kSharpDeg) {
        return turn < 0 ? ManeuverKind::left : ManeuverKind::right;
    }
    return turn < 0 ? ManeuverKind::sharp_left : ManeuverKind::sharp_right;
}

std::optional<ManeuverKind> kind_at(const RoadGraph& graph, ArcId from, ArcId to) {
    if (graph.twin(from) == to) {
        return ManeuverKind::turn_round;
    }
    const RoadClass before = graph.road_class(from);
    const RoadClass after = graph.road_class(to);
    if (after == RoadClass::ferry && before != RoadClass::ferry) {
        return ManeuverKind::board_ferry;
    }
    if (after == RoadClass::expressway && before != RoadClass::expressway) {
        return ManeuverKind::enter_expressway;
    }
    if (before == RoadClass::expressway && after != RoadClass::expressway) {
        return ManeuverKind::leave_expressway;
    }
    const double course = course_in(graph, from);
    const bool is_same_road = graph.name(from) == graph.name(to);
    return kind_of_turn(course_difference(course_out(graph, to), course),
                        other_turns(graph, from, to, course), is_same_road);
}

std::uint32_t to_dm(double m) {
    return static_cast<std::uint32_t>(m * 10 + 0.5);
}

} // namespace

std::vector<Maneuver> maneuvers(const RoadGraph& graph, const Route& route) {
    std::vector<Maneuver> out;
    Maneuver depart;
    depart.at = route.points.front();
    depart.road = std::string{graph.name(route.arcs.front())};
    depart.course_deg = course_over(route.points);
    out.push_back(std::move(depart));

    double gone_m = 0;
    std::uint32_t point = 0;
    const auto walk_to = [&](Wgs84 junction) {
        for (std::uint32_t p = point; p < route.points.size(); ++p) {
            if (to_e7(route.points[p]) == to_e7(junction)) {
                for (; point < p; ++point) {
                    gone_m += distance_m(route.points[point], route.points[point + 1]);
                }
                return;
            }
        }
    };
    const auto say = [&](ManeuverKind kind, ArcId onto, std::uint32_t exit) {
        out.push_back({kind, route.points[point], std::string{graph.name(onto)}, point,
                       route.point_ms[point], to_dm(gone_m), course_out(graph, onto), exit});
    };
    for (std::size_t i = 1; i < route.arcs.size(); ++i) {
        walk_to(graph.node_at(graph.tail(route.arcs[i])));
        const auto round = roundabout_at(graph, route.arcs, i);
        if (!round) {
            if (const auto kind = kind_at(graph, route.arcs[i - 1], route.arcs[i])) {
                say(*kind, route.arcs[i], 0);
            }
            continue;
        }
        if (round->is_said && !round->is_begun_inside) {
            say(ManeuverKind::roundabout, route.arcs[round->last], round->exit);
        }
        for (; i < round->last; ++i) {
            walk_to(graph.node_at(graph.head(route.arcs[i])));
        }
        if (round->is_said && round->is_begun_inside) {
            say(ManeuverKind::leave_roundabout, route.arcs[round->last], 0);
        }
    }
    while (point + 1 < route.points.size()) {
        gone_m += distance_m(route.points[point], route.points[point + 1]);
        ++point;
    }
    Maneuver arrive;
    arrive.kind = ManeuverKind::arrive;
    arrive.at = route.points.back();
    arrive.road = std::string{graph.name(route.arcs.back())};
    arrive.point = point;
    arrive.travel_ms = route.travel_ms;
    arrive.distance_dm = to_dm(gone_m);
    arrive.course_deg = course_in(graph, route.arcs.back());
    out.push_back(std::move(arrive));
    return out;
}

} // namespace ems::map
