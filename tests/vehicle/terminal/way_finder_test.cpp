#include "vehicle/terminal/way_finder.h"

#include "tests/map/ascii_map.h"

#include <gtest/gtest.h>

namespace ems::terminal {
namespace {

using map::ManeuverKind;
using map::test::AsciiMap;

//  Three ways from a to d: over b, over b, i and f, over e, i and f.
const AsciiMap& town() {
    static const AsciiMap map{{"c         g", "|         |", "|         |", "a----b----d----h",
                               "|    |    |", "|    |    |", "e----i----f"}};
    return map;
}

map::Wgs84 between(char from, char to, double share) {
    const map::Wgs84 a = town().at(from);
    const map::Wgs84 b = town().at(to);
    return {a.lat + (b.lat - a.lat) * share, a.lon + (b.lon - a.lon) * share};
}

WayTarget to(char node) {
    return {WayTarget::Kind::scene, town().at(node), "place"};
}

class WayFinderTest : public testing::Test {
  protected:
    // One fix a second; the last one's answer.
    const Guidance& drive(map::Wgs84 at, double course_deg, const WayTarget& target,
                          double speed_m_s = 15) {
        t_ms_ += 1'000;
        return finder_.update(WayFix{at, course_deg, speed_m_s, 5, t_ms_}, target);
    }
    WayFinder finder_{town().graph()};
    std::int64_t t_ms_{0};
};

TEST_F(WayFinderTest, SaysTheNextTurnTheOneBehindItAndWhatIsLeft) {
    const Guidance& said = drive(between('a', 'd', 0.1), 90, to('g'));
    ASSERT_EQ(said.state, WayState::under_way);
    ASSERT_TRUE(said.next && said.then);
    EXPECT_EQ(said.next->maneuver.kind, ManeuverKind::straight); // another name from b on
    EXPECT_NEAR(said.next->ahead_dm, 4'000, 30);
    EXPECT_EQ(said.then->maneuver.kind, ManeuverKind::left);
    EXPECT_NEAR(said.then->ahead_dm, 9'000, 30);
    EXPECT_NEAR(said.left_dm, 12'000, 40);
    EXPECT_NEAR(said.left_ms, 120'000, 500);
    EXPECT_EQ(said.road, "ab");
}

TEST_F(WayFinderTest, ATurnThatWasDrivenGivesWayToTheNext) {
    drive(between('a', 'd', 0.1), 90, to('g'));
    const Guidance& said = drive(between('a', 'd', 0.7), 90, to('g'));
    EXPECT_EQ(said.way, 1U);
    ASSERT_TRUE(said.next && said.then);
    EXPECT_EQ(said.next->maneuver.kind, ManeuverKind::left);
    EXPECT_NEAR(said.next->ahead_dm, 3'000, 30);
    EXPECT_EQ(said.then->maneuver.kind, ManeuverKind::arrive);
}

TEST_F(WayFinderTest, AWayThatWasLeftIsFoundAnewFromWhereTheVehicleIs) {
    drive(between('a', 'd', 0.1), 90, to('g'));
    for (const double share : {0.3, 0.6, 1.0}) { // turned off at b, towards i
        drive(between('b', 'i', share), 180, to('g'));
    }
    map::Wgs84 at = town().at('i');
    Guidance said;
    for (int i = 0; i < 4; ++i) {
        at.lon += 20 / 91'000.0;
        said = drive(at, 90, to('g'));
    }
    EXPECT_GE(said.way, 2U);
    ASSERT_EQ(said.state, WayState::under_way);
    ASSERT_TRUE(said.next);
    EXPECT_EQ(map::to_e7(said.next->maneuver.at), map::to_e7(town().at('d'))); // f is but a bend
    EXPECT_NEAR(map::distance_m(said.points->front(), town().at('i')), 0, 100);
}

TEST_F(WayFinderTest, OneThatDrivesBackGetsAnotherWay) {
    const WayTarget target = to('h');
    drive(between('a', 'd', 0.4), 90, target);
    std::uint64_t ways = 1;
    for (const double share : {0.35, 0.3, 0.25, 0.2, 0.15}) {
        ways = drive(between('a', 'd', share), 270, target).way;
    }
    EXPECT_GE(ways, 2U);
}

TEST_F(WayFinderTest, ItArrives) {
    drive(between('a', 'd', 0.9), 90, to('d'));
    const Guidance& said = drive(between('a', 'd', 0.99), 90, to('d'));
    EXPECT_EQ(said.state, WayState::arrived);
    EXPECT_EQ(said.next->maneuver.kind, ManeuverKind::arrive);
}

TEST_F(WayFinderTest, AFarVehicleIsOnNoRoadAndAFarPlaceHasNone) {
    map::Wgs84 far = town().at('a');
    far.lat += 0.1;
    EXPECT_EQ(drive(far, 0, to('d')).state, WayState::off_map);
    EXPECT_EQ(drive(town().at('a'), 0, {WayTarget::Kind::scene, far, ""}).state,
              WayState::no_road_to);
}

TEST_F(WayFinderTest, AnotherPlaceBeginsAnewAndNoPlaceEndsIt) {
    drive(between('a', 'd', 0.1), 90, to('g'));
    const Guidance other = drive(between('a', 'd', 0.2), 90, to('c'));
    EXPECT_EQ(other.way, 2U);
    EXPECT_EQ(other.target, to('c'));
    EXPECT_EQ(finder_.update(std::nullopt, std::nullopt).state, WayState::none);
}

TEST_F(WayFinderTest, WithoutAFixTheLastAnswerStands) {
    const std::uint32_t left_dm = drive(between('a', 'd', 0.1), 90, to('g')).left_dm;
    EXPECT_EQ(finder_.update(std::nullopt, to('g')).left_dm, left_dm);
}

TEST(WayTarget, IsTheSceneUntilThePatientAndThenTheHospital) {
    vehicle::Status status;
    status.mutable_order()->set_lat_e7(350'000'000);
    status.mutable_order()->set_lon_e7(1'110'000'000);
    status.mutable_order()->mutable_destination()->set_lat_e7(351'000'000);
    status.mutable_order()->mutable_destination()->set_lon_e7(1'111'000'000);
    status.set_state(wire::UNIT_EN_ROUTE);
    EXPECT_FALSE(way_target(status)) << "there is no order";
    status.set_order_command_id("1");
    EXPECT_EQ(way_target(status)->kind, WayTarget::Kind::scene);
    status.set_state(wire::UNIT_TRANSPORTING);
    EXPECT_EQ(way_target(status)->kind, WayTarget::Kind::hospital);
    EXPECT_NEAR(way_target(status)->at.lat, 35.1, 1e-9);
    status.mutable_destination()->set_name("another"); // nobody said where it is
    EXPECT_FALSE(way_target(status));
    status.set_state(wire::UNIT_AT_HOSPITAL);
    EXPECT_FALSE(way_target(status));
}

} // namespace
} // namespace ems::terminal
