// When units under way are expected, without a server.
#include "dispatch/service/under_way.h"

#include <cmath>

#include "map/hierarchy/live_roads.h"
#include "tests/dispatch/service/town.h"

namespace ems::dispatch {
namespace {

using test::kCase;
using test::kCrew;
using test::kSecondUs;
using test::kStartUs;
using test::kTask;

class UnderWayTest : public test::Town {
  protected:
    UnderWayTest()
        : test::Town({"a-----b-----c", //
                      "|     |     |", //
                      "d-----e-----f"}) {}

    std::vector<AssignmentId> look(std::int64_t after_s) {
        return under_way_.look(
            {world_, *fleet_, registry_, *roads_, revision_, kStartUs + after_s * kSecondUs});
    }
    // From the start, in seconds; -1 when it is not known.
    double expected_s() const {
        const ExpectedArrival* arrival = under_way_.of(kTask);
        return arrival == nullptr ? -1 : static_cast<double>(arrival->at_us - kStartUs) / kSecondUs;
    }
    void close(char a, char b) {
        const map::ArcId arc = town_.on(roads_->graph(), a, b, 0.5).arc;
        const std::vector<map::ArcWeight> shut{
            {arc, map::ArcWeight::Kind::closed, 0},
            {roads_->graph().twin(arc), map::ArcWeight::Kind::closed, 0}};
        live_.use(map::with_weights(map::Metric{roads_->graph()}, shut).value());
        roads_->use(live_.now());
        ++revision_;
    }
    // From c by f to a place 50 s away.
    void set_off() {
        call_at(between('f', 'e', 0.5));
        task(UnitState::en_route);
        fix(town_.at('c'), kStartUs);
    }

    UnderWay under_way_;
    map::LiveRoads live_{roads_->hierarchy()};
    std::uint64_t revision_{1};
};

TEST_F(UnderWayTest, AUnitIsExpectedByTheRoadThatIsLeft) {
    set_off();
    EXPECT_EQ(look(0), std::vector<AssignmentId>{kTask});
    EXPECT_NEAR(expected_s(), 50, 1);
    EXPECT_EQ(under_way_.of(kTask)->cause, WayCause::set_off);
    fix(between('c', 'f', 0.5), kStartUs + 10 * kSecondUs);
    EXPECT_TRUE(look(10).empty()) << "it drives as was expected";
}

// A unit known only by voice, or a vehicle that never had a fix.
TEST_F(UnderWayTest, AUnitWhosePlaceIsOnlyToldIsFollowedAsToldLast) {
    call_at(between('f', 'e', 0.5));
    task(UnitState::en_route);
    const auto told = [this](map::Wgs84 at, std::int64_t after_s) {
        world_.units[kCrew].told_place = to_place(at);
        world_.units[kCrew].told_us = kStartUs + after_s * kSecondUs;
    };
    told(town_.at('c'), 0);
    EXPECT_EQ(look(0), std::vector<AssignmentId>{kTask});
    EXPECT_NEAR(expected_s(), 50, 1);
    EXPECT_TRUE(look(1).empty());
    told(between('c', 'f', 0.1), 30);
    EXPECT_EQ(look(30), std::vector<AssignmentId>{kTask}) << "it is behind";
    EXPECT_NEAR(expected_s(), 30 + 48, 2);
}

TEST_F(UnderWayTest, APlaceOffTheWayThatIsToldIsAnotherWayAtOnce) {
    call_at(town_.at('c'));
    task(UnitState::en_route);
    world_.units[kCrew].told_place = to_place(between('a', 'b', 0.1));
    world_.units[kCrew].told_us = kStartUs;
    look(0);
    EXPECT_NEAR(expected_s(), 114, 2);
    world_.units[kCrew].told_place = to_place(between('d', 'e', 0.5));
    world_.units[kCrew].told_us = kStartUs + 10 * kSecondUs;
    EXPECT_EQ(look(11), std::vector<AssignmentId>{kTask});
    EXPECT_EQ(under_way_.of(kTask)->cause, WayCause::left_way);
    EXPECT_NEAR(expected_s(), 10 + 30 + 20 + 60, 3);
}

TEST_F(UnderWayTest, WhatIsToldSinceTheLastFixCountsAndAFixSinceThatCountsAgain) {
    set_off();
    look(0);
    world_.units[kCrew].told_place = to_place(between('c', 'f', 0.1));
    world_.units[kCrew].told_us = kStartUs + 30 * kSecondUs;
    look(30);
    EXPECT_NEAR(expected_s(), 30 + 48, 2);
    fix(between('c', 'f', 0.9), kStartUs + 70 * kSecondUs);
    look(70);
    EXPECT_NEAR(expected_s(), 70 + 32, 2);
}

TEST_F(UnderWayTest, AClosureChangesWhenAUnitUnderWayIsExpected) {
    set_off();
    look(0);
    close('a', 'b');
    EXPECT_TRUE(look(1).empty()) << "its way is open";
    close('c', 'f');
    EXPECT_EQ(look(2), std::vector<AssignmentId>{kTask});
    ASSERT_NE(under_way_.of(kTask), nullptr);
    EXPECT_EQ(under_way_.of(kTask)->cause, WayCause::roads_changed);
    EXPECT_NEAR(expected_s(), 110, 2) << "round by b and e";
}

TEST_F(UnderWayTest, ACrewThatLeavesItsWayIsGivenAnother) {
    call_at(town_.at('c'));
    task(UnitState::en_route);
    fix(between('a', 'b', 0.1), kStartUs);
    look(0);
    EXPECT_NEAR(expected_s(), 114, 2);
    fix(between('a', 'd', 0.5), kStartUs + 10 * kSecondUs);
    fix(between('a', 'b', 0.2), kStartUs + 11 * kSecondUs);
    look(11);
    EXPECT_EQ(under_way_.of(kTask)->cause, WayCause::set_off) << "one wild fix is no other way";
    for (int s = 12; s <= 16; ++s) { // along d-e
        fix(between('d', 'e', (s - 11) * 0.1), kStartUs + s * kSecondUs);
        look(s);
    }
    EXPECT_EQ(under_way_.of(kTask)->cause, WayCause::left_way);
    EXPECT_GT(expected_s(), 16 + 30 + 20 + 60 - 2) << "by e";
}

TEST_F(UnderWayTest, BeforeTheWheelsTurnTheTurnoutCounts) {
    call_at(town_.at('f'));
    task(UnitState::assigned);
    fix(town_.at('c'), kStartUs);
    look(0);
    EXPECT_NEAR(expected_s(), 80, 1);
    EXPECT_TRUE(look(40).empty()) << "it is in time still";
    fix(town_.at('c'), kStartUs + 41 * kSecondUs);
    EXPECT_EQ(look(100), std::vector<AssignmentId>{kTask}) << "it is late";
}

TEST_F(UnderWayTest, ItIsExpectedAtTheHospitalAndNoMoreOnceItIsThere) {
    registry_.hospitals.push_back({3, "中心医院", to_place(town_.at('a'))});
    set_off();
    look(0);
    world_.units[kCrew].state = UnitState::at_scene;
    EXPECT_EQ(look(30), std::vector<AssignmentId>{kTask});
    EXPECT_EQ(under_way_.of(kTask), nullptr);
    world_.units[kCrew].state = UnitState::transporting;
    world_.units[kCrew].hospital = HospitalId{3};
    fix(town_.at('c'), kStartUs + 40 * kSecondUs);
    EXPECT_EQ(look(40), std::vector<AssignmentId>{kTask});
    EXPECT_TRUE(under_way_.of(kTask)->to_hospital);
    EXPECT_NEAR(expected_s(), 40 + 120, 2);
}

TEST_F(UnderWayTest, AFixThatIsOldCountsFromItsTime) {
    set_off();
    look(0);
    EXPECT_TRUE(look(15).empty()) << "unseen, it drives on";
    EXPECT_NEAR(expected_s(), 50, 1);
}

TEST_F(UnderWayTest, WhereNoRoadIsOpenNothingIsPromised) {
    set_off();
    look(0);
    call_at({36.5, 112.5});
    EXPECT_EQ(look(6), std::vector<AssignmentId>{kTask});
    EXPECT_EQ(under_way_.of(kTask), nullptr);
}

TEST_F(UnderWayTest, InAFasterWorldItIsThereSooner) {
    registry_.time_scale = 4;
    set_off();
    look(0);
    EXPECT_NEAR(expected_s(), 12.5, 0.5);
}

} // namespace
} // namespace ems::dispatch
