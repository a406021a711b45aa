#include <gtest/gtest.h>

#include "map/geo/projection.h"
#include "map/guide/maneuver.h"
#include "map/guide/progress.h"
#include "tests/map/ascii_map.h"

namespace ems::map {
namespace {

using test::AsciiMap;

std::vector<ManeuverKind> kinds(const std::vector<Maneuver>& all) {
    std::vector<ManeuverKind> out;
    for (const Maneuver& m : all) {
        out.push_back(m.kind);
    }
    return out;
}

struct Driven {
    RoadGraph graph;
    Route route;
    std::vector<Maneuver> maneuvers;
};

Driven drive(const AsciiMap& map, const std::string& from, double first, const std::string& to,
             double last) {
    RoadGraph graph = map.graph();
    Route route =
        make_dijkstra_router(graph)
            ->route(map.on(graph, from[0], from[1], first), map.on(graph, to[0], to[1], last))
            .value();
    auto all = maneuvers(graph, route);
    return {std::move(graph), std::move(route), std::move(all)};
}

TEST(Maneuvers, SayTheTurnAtACrossingWithItsPlaceTimeAndRoad) {
    const AsciiMap map{{"     c", "     |", "     |", "a----b----d", "     |", "     e"}};
    const Driven left = drive(map, "ab", 0, "bc", 1);
    ASSERT_EQ(kinds(left.maneuvers),
              (std::vector{ManeuverKind::depart, ManeuverKind::left, ManeuverKind::arrive}));
    EXPECT_NEAR(left.maneuvers[0].course_deg, 90, 1);
    const Maneuver& turn = left.maneuvers[1];
    EXPECT_NEAR(turn.travel_ms, 50'000, 2);
    EXPECT_NEAR(turn.distance_dm, 5'000, 20);
    EXPECT_EQ(turn.road, "cb");
    EXPECT_EQ(to_e7(turn.at), to_e7(map.at('b')));
    EXPECT_EQ(to_e7(left.route.points[turn.point]), to_e7(map.at('b')));
    EXPECT_EQ(left.maneuvers[2].travel_ms, left.route.travel_ms);
    EXPECT_NEAR(left.maneuvers[2].distance_dm, left.route.length_dm, 20);
    EXPECT_EQ(kinds(drive(map, "ab", 0, "be", 1).maneuvers)[1], ManeuverKind::right);
    EXPECT_EQ(kinds(drive(map, "cb", 0, "ba", 1).maneuvers)[1], ManeuverKind::right);
    EXPECT_EQ(kinds(drive(map, "ab", 0, "bd", 1).maneuvers)[1], ManeuverKind::straight)
        << "the name changes";
}

TEST(Maneuvers, ABendWithoutAChoiceIsNoTurn) {
    const AsciiMap map{{"a----b", "     |", "     c"}};
    EXPECT_EQ(kinds(drive(map, "ab", 0, "bc", 1).maneuvers),
              (std::vector{ManeuverKind::depart, ManeuverKind::arrive}));
}

TEST(Maneuvers, TurningRoundIsSaid) {
    AsciiMap map{{"a----b----c", "     |     ", "     d     "}};
    map.restrict_turn("abc", false);
    const auto all = kinds(drive(map, "ab", 0, "bc", 1).maneuvers);
    EXPECT_NE(std::find(all.begin(), all.end(), ManeuverKind::turn_round), all.end());
}

// Roads from a crossing in any direction, the first with the name it had before.
std::vector<ManeuverKind> fork(double turn_deg, const std::vector<double>& others_deg) {
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    RoadNetwork net;
    const auto at = [&](double course, double m) {
        const double rad = course * 3.14159265358979 / 180;
        return net.add_node(plane.to_wgs84({std::sin(rad) * m, std::cos(rad) * m}));
    };
    net.names = {"", "X818", "other"};
    const auto add = [&](std::uint32_t a, std::uint32_t b, std::uint32_t name) {
        NetworkWay way;
        way.name = name;
        way.forward_kmh = way.backward_kmh = 36;
        net.add_way({a, b}, way);
    };
    const auto centre = net.add_node(plane.to_wgs84({0, 0}));
    const auto south = at(180, 300);
    const auto goal = at(turn_deg, 300);
    add(south, centre, 1);
    add(centre, goal, 1);
    for (const double other : others_deg) {
        add(centre, at(other, 300), 2);
    }
    const RoadGraph graph = assemble(net).value();
    const auto find = [&](Wgs84 from, Wgs84 to) {
        for (ArcId a = 0; a < graph.arc_count(); ++a) {
            if (distance_m(graph.node_at(graph.tail(a)), from) < 1 &&
                distance_m(graph.node_at(graph.head(a)), to) < 1) {
                return a;
            }
        }
        return kNoArc;
    };
    const Wgs84 c = plane.to_wgs84({0, 0});
    const Wgs84 s = plane.to_wgs84({0, -300});
    const double rad = turn_deg * 3.14159265358979 / 180;
    const Wgs84 g = plane.to_wgs84({std::sin(rad) * 300, std::cos(rad) * 300});
    const auto route = make_dijkstra_router(graph)->route({find(s, c), 0}, {find(c, g), 1}).value();
    return kinds(maneuvers(graph, route));
}

TEST(Maneuvers, AForkIsSaidByItsSideAndABranchOfARoadThatGoesOnIsNot) {
    const auto only = [](ManeuverKind kind) {
        return std::vector{ManeuverKind::depart, kind, ManeuverKind::arrive};
    };
    EXPECT_EQ(fork(-12, {15}), only(ManeuverKind::keep_left));
    EXPECT_EQ(fork(15, {-12}), only(ManeuverKind::keep_right));
    EXPECT_EQ(fork(40, {-100}), (std::vector{ManeuverKind::depart, ManeuverKind::arrive}));
    EXPECT_EQ(fork(40, {0}), only(ManeuverKind::slight_right));
    EXPECT_EQ(fork(-150, {0}), only(ManeuverKind::sharp_left));
    EXPECT_EQ(fork(0, {90, -90}), (std::vector{ManeuverKind::depart, ManeuverKind::arrive}));
}

// A ring of eight junctions of 20 m radius; at every other one an arm of 200 m in the direction
// that its name says: n, e, s, w. An arm "in" or "out" is one-way.
struct Ring {
    enum class Arm { both, in, out };
    std::array<Arm, 4> arms{Arm::both, Arm::both, Arm::both, Arm::both};
    bool is_clockwise{false};

    // From the end of one arm to that of another.
    [[nodiscard]] std::vector<Maneuver> drive(std::size_t from, std::size_t to,
                                              double first = 0.1) const {
        const LocalProjection plane{Wgs84{35.0, 111.0}};
        const auto point = [&plane](double course_deg, double m) {
            const double rad = course_deg * 3.14159265358979 / 180;
            return plane.to_wgs84({std::sin(rad) * m, std::cos(rad) * m});
        };
        RoadNetwork net;
        net.names = {"", "north", "east", "south", "west"};
        std::vector<std::uint32_t> ring;
        for (int i = 0; i < 8; ++i) {
            ring.push_back(net.add_node(point(is_clockwise ? i * 45 : -i * 45, 20)));
        }
        std::vector<std::uint32_t> round{ring};
        round.push_back(ring.front());
        net.add_way(round, {.roundabout = true, .forward_kmh = 40});
        for (std::size_t arm = 0; arm < 4; ++arm) {
            const std::size_t at = is_clockwise ? 2 * arm : (8 - 2 * arm) % 8;
            const auto end = net.add_node(point(static_cast<double>(arm) * 90, 220));
            net.add_way({ring[at], end}, {.name = static_cast<std::uint32_t>(arm) + 1,
                                          .forward_kmh = arms[arm] == Arm::in ? 0.0F : 36.0F,
                                          .backward_kmh = arms[arm] == Arm::out ? 0.0F : 36.0F});
        }
        const RoadGraph graph = assemble(net).value();
        const auto arc = [&](std::size_t arm, bool inwards) {
            const Wgs84 end = point(static_cast<double>(arm) * 90, 220);
            for (ArcId a = 0; a < graph.arc_count(); ++a) {
                const NodeId n = inwards ? graph.tail(a) : graph.head(a);
                if (distance_m(graph.node_at(n), end) < 1) {
                    return a;
                }
            }
            return kNoArc;
        };
        const auto route = make_dijkstra_router(graph)->route(
            {arc(from, true), first, Facing::along}, {arc(to, false), 0.9, Facing::along});
        return maneuvers(graph, route.value());
    }
};

constexpr std::size_t kNorth = 0;
constexpr std::size_t kEast = 1;
constexpr std::size_t kSouth = 2;
constexpr std::size_t kWest = 3;

TEST(Roundabouts, AreOneInstructionWithTheExitCountedTheWayTheyAreDriven) {
    const Ring right_hand;
    for (const auto& [to, exit] : {std::pair{kEast, 1U}, {kNorth, 2U}, {kWest, 3U}}) {
        const auto all = right_hand.drive(kSouth, to);
        ASSERT_EQ(kinds(all), (std::vector{ManeuverKind::depart, ManeuverKind::roundabout,
                                           ManeuverKind::arrive}));
        EXPECT_EQ(all[1].exit, exit) << to;
    }
    const Ring left_hand{.is_clockwise = true};
    for (const auto& [to, exit] : {std::pair{kWest, 1U}, {kNorth, 2U}, {kEast, 3U}}) {
        EXPECT_EQ(left_hand.drive(kSouth, to)[1].exit, exit) << to;
    }
}

TEST(Roundabouts, AreSaidWhereTheyAreEnteredWithTheRoadBehindThem) {
    const auto all = Ring{}.drive(kSouth, kNorth);
    EXPECT_EQ(all[1].road, "north");
    EXPECT_NEAR(all[1].distance_dm, 1'800, 20);
    EXPECT_NEAR(all[1].course_deg, 0, 5);
    EXPECT_EQ(instruction(all[1], 0, Language::zh), "进入环岛，从第二出口驶出，进入 north");
    EXPECT_EQ(instruction(all[1], 5'000, Language::en),
              "In 500 m at the roundabout take the second exit onto north");
}

TEST(Roundabouts, RoadsThatMayNotBeEnteredAreNoExits) {
    Ring ring;
    ring.arms[kEast] = Ring::Arm::in;
    EXPECT_EQ(ring.drive(kSouth, kNorth)[1].exit, 1U);
    EXPECT_EQ(ring.drive(kEast, kNorth)[1].exit, 1U);
    EXPECT_EQ(ring.drive(kEast, kSouth)[1].exit, 3U);
    ring.arms[kEast] = Ring::Arm::out;
    EXPECT_EQ(ring.drive(kSouth, kNorth)[1].exit, 2U);
}

TEST(Roundabouts, TheRoadOneCameByIsTheLastExit) {
    EXPECT_EQ(Ring{}.drive(kSouth, kSouth, 0.95)[1].exit, 4U);
}

// Arms at a mini-roundabout by the course they leave it in; driven from the south.
std::vector<Maneuver> mini(MiniRoundabout kind, const std::vector<double>& arms_deg,
                           double to_deg) {
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    const auto end = [&plane](double course_deg) {
        const double rad = course_deg * 3.14159265358979 / 180;
        return plane.to_wgs84({std::sin(rad) * 200, std::cos(rad) * 200});
    };
    RoadNetwork net;
    const auto centre = net.add_node({35.0, 111.0});
    net.mini_roundabouts = {{centre, kind}};
    for (const double arm : arms_deg) {
        net.add_way({centre, net.add_node(end(arm))}, {.forward_kmh = 36, .backward_kmh = 36});
    }
    const RoadGraph graph = assemble(net).value();
    const auto arc = [&](double course_deg, bool inwards) {
        for (ArcId a = 0; a < graph.arc_count(); ++a) {
            const NodeId n = inwards ? graph.tail(a) : graph.head(a);
            if (distance_m(graph.node_at(n), end(course_deg)) < 1) {
                return a;
            }
        }
        return kNoArc;
    };
    const auto route = make_dijkstra_router(graph)->route({arc(180, true), 0, Facing::along},
                                                          {arc(to_deg, false), 1, Facing::along});
    return maneuvers(graph, route.value());
}

TEST(Roundabouts, MiniRoundaboutsCountTheirExitsToo) {
    const std::vector<double> arms{180, 90, 0, 270};
    EXPECT_EQ(mini(MiniRoundabout::anticlockwise, arms, 90)[1].exit, 1U);
    EXPECT_EQ(mini(MiniRoundabout::anticlockwise, arms, 0)[1].exit, 2U);
    EXPECT_EQ(mini(MiniRoundabout::anticlockwise, arms, 270)[1].exit, 3U);
    EXPECT_EQ(mini(MiniRoundabout::clockwise, arms, 270)[1].exit, 1U);
    EXPECT_EQ(kinds(mini(MiniRoundabout::anticlockwise, {180, 0}, 0)),
              (std::vector{ManeuverKind::depart, ManeuverKind::arrive}))
        << "no choice, nothing to say";
}

TEST(Phrases, AreWholeInBothLanguages) {
    Maneuver m;
    m.kind = ManeuverKind::right;
    m.road = "X818";
    EXPECT_EQ(instruction(m, 12'340, Language::zh), "1.2 公里后右转，进入 X818");
    EXPECT_EQ(instruction(m, 12'340, Language::en), "In 1.2 km turn right onto X818");
    EXPECT_EQ(instruction(m, 0, Language::zh), "右转，进入 X818");
    EXPECT_EQ(instruction(m, 0, Language::en), "Turn right onto X818");
    m.kind = ManeuverKind::arrive;
    EXPECT_EQ(instruction(m, 800, Language::zh), "80 米后到达目的地");
    m.kind = ManeuverKind::depart;
    m.course_deg = 350;
    EXPECT_EQ(instruction(m, 0, Language::zh), "向北出发，沿 X818");
    EXPECT_EQ(instruction(m, 0, Language::en), "Head north on X818");
    for (auto kind = ManeuverKind::depart; kind <= ManeuverKind::arrive;
         kind = static_cast<ManeuverKind>(static_cast<int>(kind) + 1)) {
        m.kind = kind;
        EXPECT_FALSE(instruction(m, 0, Language::zh).empty());
        EXPECT_GT(instruction(m, 0, Language::en).size(), 5U);
    }
    EXPECT_EQ(distance_text(4, Language::zh), "10 米");
    EXPECT_EQ(distance_text(9'780, Language::en), "1.0 km");
    EXPECT_EQ(distance_text(123'400, Language::en), "12 km");
}

class OnTheRoad : public testing::Test {
  protected:
    OnTheRoad() : plane_(map_.at('a')) {}
    Wgs84 at(double x, double y) const { return plane_.to_wgs84({x, y}); }
    AsciiMap map_{{"a---------b---------c"}};
    Driven driven_{drive(map_, "ab", 0, "bc", 1)};
    LocalProjection plane_;
    RouteProgress progress_{driven_.route};
};

TEST_F(OnTheRoad, ProgressCountsDownToTheGoal) {
    EXPECT_EQ(progress_.last().left_ms, driven_.route.travel_ms);
    const Progress half = progress_.update(at(1'000, 12), 5, 1'000);
    EXPECT_EQ(half.state, OnRoute::yes);
    EXPECT_NEAR(half.left_ms, 100'000, 200);
    EXPECT_NEAR(half.left_dm, 10'000, 30);
    EXPECT_NEAR(half.off_m, 12, 1);
    EXPECT_EQ(progress_.update(at(1'980, 0), 5, 99'000).state, OnRoute::arrived);
}

TEST_F(OnTheRoad, ASingleWildFixDoesNotLeaveTheRouteButStayingOffDoes) {
    EXPECT_EQ(progress_.update(at(500, 0), 5, 1'000).state, OnRoute::yes);
    EXPECT_EQ(progress_.update(at(520, 90), 5, 2'000).state, OnRoute::unsure);
    EXPECT_EQ(progress_.update(at(540, 0), 5, 3'000).state, OnRoute::yes);
    EXPECT_EQ(progress_.update(at(560, 90), 5, 4'000).state, OnRoute::unsure);
    EXPECT_EQ(progress_.update(at(570, 110), 5, 5'000).state, OnRoute::unsure);
    const std::uint32_t left_ms = progress_.last().left_ms;
    EXPECT_EQ(progress_.update(at(580, 130), 5, 6'000).state, OnRoute::left);
    EXPECT_EQ(progress_.last().left_ms, left_ms) << "no time is made up off the route";
}

TEST_F(OnTheRoad, LeavingNeedsSeveralFixesAndSomeTime) {
    for (std::int64_t t = 1'000; t <= 2'800; t += 200) { // five a second
        EXPECT_EQ(progress_.update(at(500, 90), 5, t).state, OnRoute::unsure) << t;
    }
    EXPECT_EQ(progress_.update(at(500, 90), 5, 3'000).state, OnRoute::left);
    RouteProgress slow{driven_.route}; // one in half a minute
    EXPECT_EQ(slow.update(at(500, 90), 5, 30'000).state, OnRoute::unsure);
    EXPECT_EQ(slow.update(at(500, 90), 5, 60'000).state, OnRoute::unsure);
    EXPECT_EQ(slow.update(at(500, 90), 5, 90'000).state, OnRoute::left);
}

TEST_F(OnTheRoad, AnOldFixAndOneThatIsNoneChangeNothing) {
    progress_.update(at(1'000, 0), 5, 2'000);
    const std::uint32_t left_ms = progress_.last().left_ms;
    progress_.update(at(100, 0), 5, 1'999);
    progress_.update(at(100, 0), 5, 2'000);
    progress_.update(Wgs84{std::nan(""), 111}, 5, 3'000);
    EXPECT_EQ(progress_.last().left_ms, left_ms);
}

TEST_F(OnTheRoad, AnInaccurateReceiverIsGivenMoreRoomButNotAnyRoom) {
    EXPECT_EQ(progress_.update(at(500, 90), 100, 1'000).state, OnRoute::yes);
    EXPECT_EQ(progress_.update(at(520, 140), 1'000, 2'000).state, OnRoute::unsure);
}

// Out and back on the same road: the place on the way back is not taken for the one on the way out.
TEST(RouteThatRepeatsItself, KeepsToTheStretchTheVehicleIsOn) {
    Route route;
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    for (int i = 0; i <= 40; ++i) {
        route.points.push_back(plane.to_wgs84({i <= 20 ? i * 200.0 : (40 - i) * 200.0, 0}));
        route.point_ms.push_back(static_cast<std::uint32_t>(i) * 10'000);
    }
    route.travel_ms = 400'000;
    RouteProgress progress{route};
    std::int64_t t = 0;
    for (int i = 0; i <= 40; ++i) {
        const Progress now =
            progress.update(route.points[static_cast<std::size_t>(i)], 5, t += 1'000);
        ASSERT_NEAR(now.gone_ms, i * 10'000.0, 1) << i;
    }
}

} // namespace
} // namespace ems::map
