// What a driver has to do on a route: turns, forks, arrival, each with its distance and time from
// the start, in Chinese and English. Said only where somebody could go wrong: a bend without a
// choice is no turn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/graph/road_graph.h"
#include "map/route/router.h"

namespace ems::map {

enum class ManeuverKind : std::uint8_t {
    depart,
    straight, // onto another road
    keep_left,
    keep_right,
    slight_left,
    slight_right,
    left,
    right,
    sharp_left,
    sharp_right,
    turn_round,
    roundabout,       // from entering to leaving by `exit`
    leave_roundabout, // where the route begins in it
    enter_expressway,
    leave_expressway,
    board_ferry,
    arrive,
};

struct Maneuver {
    ManeuverKind kind{ManeuverKind::depart};
    Wgs84 at;
    std::string road;           // the one that is driven from here, may be empty
    std::uint32_t point{0};     // into Route::points
    std::uint32_t travel_ms{0}; // from the start of the route to here
    std::uint32_t distance_dm{0};
    double course_deg{0}; // of the road from here; on arrival of the road before
    // Of a roundabout: 1 for the first exit; only roads that may be entered count. 0 when the route
    // ends in it.
    std::uint32_t exit{0};
};

// At least departure and arrival, in order. `route` is one of this graph.
[[nodiscard]] std::vector<Maneuver> maneuvers(const RoadGraph& graph, const Route& route);

enum class Language { zh, en };
// "1.2 公里后右转，进入 X818", "In 1.2 km turn right onto X818", "进入环岛，从第二出口驶出", "At
// the roundabout take the second exit". `ahead_dm` is the way to it; 0: now.
[[nodiscard]] std::string instruction(const Maneuver& maneuver, std::uint32_t ahead_dm,
                                      Language language);
// "850 米", "1.2 公里", "850 m", "1.2 km": rounded to what a driver can use.
[[nodiscard]] std::string distance_text(std::uint32_t dm, Language language);

} // namespace ems::map
