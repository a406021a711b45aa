#include "telemetry/signal/fence/geofence.h"

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr std::int64_t kStart = 1'773'830'536'000'000;
constexpr std::uint32_t kStanding = 100;   // cm/s
constexpr std::uint32_t kDriving = 1'000;

class Fence : public ::testing::Test {
  protected:
    // One fix a second; the last suggestion within `seconds`.
    std::optional<Suggestion> drive(wire::UnitState state, FenceFix fix, int seconds, double time_scale = 1) {
        std::optional<Suggestion> last;
        for (int i = 0; i < seconds; ++i) {
            fix.at_us = now_ += 1'000'000;
            if (const auto told = watch_.see(state, fix, time_scale)) {
                last = told;
                ++told_;
            }
        }
        return last;
    }

    FenceWatch watch_;
    std::int64_t now_{kStart};
    int told_{0};
};

TEST_F(Fence, ArrivalNeedsThePlaceTheSpeedAndTwentySeconds) {
    const FenceFix there{0, kStanding, 100, {}, {}};
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, there, 20));
    const auto told = drive(wire::UNIT_EN_ROUTE, there, 1);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->state, wire::UNIT_AT_SCENE);
    EXPECT_EQ(told->since_us, kStart + 1'000'000) << "when it stood, not when it was sure";
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, there, 60)) << "said once";
}

TEST_F(Fence, WhatCouldNotBeKeptIsSaidAgainWithTheNextFix) {
    const FenceFix there{0, kStanding, 100, {}, {}};
    ASSERT_TRUE(drive(wire::UNIT_EN_ROUTE, there, 21));
    watch_.tell_again(wire::UNIT_AT_HOSPITAL);
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, there, 1)) << "another suggestion";
    watch_.tell_again(wire::UNIT_AT_SCENE);
    const auto told = drive(wire::UNIT_EN_ROUTE, there, 1);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->since_us, kStart + 1'000'000);
}

TEST_F(Fence, PassingByOrWaitingElsewhereIsNoArrival) {
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 101, {}, {}}, 60));
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, 139, 10, {}, {}}, 60));
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, {}, {}, {}}, 60)) << "no scene";
    EXPECT_FALSE(drive(wire::UNIT_RETURNING, {0, kStanding, 10, {}, {}}, 60)) << "not on task";
}

TEST_F(Fence, MovingOnBeginsAnew) {
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 15));
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kDriving, 50, {}, {}}, 1));
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 20));
    EXPECT_TRUE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 1));
}

TEST_F(Fence, AHoleBetweenFixesProvesNothing) {
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 15));
    now_ += kFenceGapMaxUs;
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 20));
    EXPECT_EQ(told_, 0);
}

TEST_F(Fence, AnOlderFixIsNotLookedAt) {
    FenceFix fix{kStart, kStanding, 50, {}, {}};
    EXPECT_FALSE(watch_.see(wire::UNIT_EN_ROUTE, fix, 1));
    fix.at_us = kStart - 1;
    EXPECT_FALSE(watch_.see(wire::UNIT_EN_ROUTE, fix, 1));
    fix.at_us = kStart;
    EXPECT_FALSE(watch_.see(wire::UNIT_EN_ROUTE, fix, 1));
}

TEST_F(Fence, EveryDepartureAndArrivalHasItsRule) {
    struct Case {
        wire::UnitState state;
        FenceFix fix;
        wire::UnitState suggests;
    };
    const Case cases[] = {
        {wire::UNIT_ASSIGNED, {0, kDriving, 900, {}, {}}, wire::UNIT_EN_ROUTE},
        {wire::UNIT_ACKNOWLEDGED, {0, kDriving, {}, {}, {}}, wire::UNIT_EN_ROUTE},
        {wire::UNIT_AT_SCENE, {0, kDriving, 200, {}, {}}, wire::UNIT_TRANSPORTING},
        {wire::UNIT_AT_PATIENT, {0, kDriving, 300, {}, {}}, wire::UNIT_TRANSPORTING},
        {wire::UNIT_TRANSPORTING, {0, kStanding, {}, 150, {}}, wire::UNIT_AT_HOSPITAL},
        {wire::UNIT_AT_HOSPITAL, {0, kDriving, {}, 200, {}}, wire::UNIT_CLEARING},
        {wire::UNIT_HANDOVER, {0, kDriving, {}, 500, {}}, wire::UNIT_CLEARING},
        {wire::UNIT_RETURNING, {0, kStanding, {}, {}, 100}, wire::UNIT_AVAILABLE},
    };
    for (const Case& c : cases) {
        const auto told = drive(c.state, c.fix, 30);
        ASSERT_TRUE(told) << wire::UnitState_Name(c.state);
        EXPECT_EQ(told->state, c.suggests);
        FenceFix slow = c.fix;
        slow.speed_cm_s = 277;
        EXPECT_FALSE(drive(c.state, slow, 30) && c.fix.speed_cm_s == kDriving) << "too slow to have left";
    }
}

TEST_F(Fence, ACrewThatDrivesHomeWithoutSayingSoIsAtItsStationButNotOneThatCleansThere) {
    const FenceFix at_station{0, 0, {}, {}, 50};
    EXPECT_FALSE(drive(wire::UNIT_CLEARING, at_station, 60)) << "it has not driven yet: it may stand at its hospital";
    EXPECT_FALSE(drive(wire::UNIT_CLEARING, {0, kDriving, {}, {}, 3'000}, 5));
    const auto told = drive(wire::UNIT_CLEARING, at_station, 30);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->state, wire::UNIT_AVAILABLE);
    EXPECT_EQ(told->since_us, now_ - 29'000'000);
    EXPECT_FALSE(drive(wire::UNIT_AT_HOSPITAL, at_station, 30));
    EXPECT_FALSE(drive(wire::UNIT_CLEARING, at_station, 30)) << "a drive of before says nothing of this clearing";
}

TEST_F(Fence, AUnitThatStandsWhereItWasPostedIsSaidToBeThereBesideItsStation) {
    EXPECT_FALSE(drive(wire::UNIT_AVAILABLE, {0, kStanding, {}, {}, {}, 101}, 30));
    const auto told = drive(wire::UNIT_AVAILABLE, {0, kStanding, {}, {}, {}, 100}, 21);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->state, wire::UNIT_UNSPECIFIED);
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, {}, {}, {}, 10}, 30)) << "a call goes first";
    told_ = 0;
    EXPECT_TRUE(drive(wire::UNIT_RETURNING, {0, kStanding, {}, {}, 10, 10}, 30));
    EXPECT_EQ(told_, 2) << "home, and where it was sent: its own station";
}

TEST_F(Fence, WhoIsTwiceAsFarAwayHasGoneOnAndWhoHasLeftHasLeft) {
    EXPECT_FALSE(has_gone_on(wire::UNIT_AT_SCENE, {0, kDriving, 199, {}, {}}));
    EXPECT_TRUE(has_gone_on(wire::UNIT_AT_SCENE, {0, kDriving, 200, {}, {}}));
    EXPECT_FALSE(has_gone_on(wire::UNIT_AT_SCENE, {0, kDriving, {}, 900, 900})) << "no scene";
    EXPECT_TRUE(has_gone_on(wire::UNIT_AT_HOSPITAL, {0, kDriving, {}, 300, {}}));
    EXPECT_TRUE(has_gone_on(wire::UNIT_UNSPECIFIED, {0, kDriving, {}, {}, {}, 200}));
    EXPECT_FALSE(has_gone_on(wire::UNIT_EN_ROUTE, {0, 0, 900, 900, 900, 900}));
    EXPECT_FALSE(has_gone_on(wire::UNIT_TRANSPORTING, {0, 0, 900, 900, 900, 900}));
}

TEST_F(Fence, DrivingAboutAtTheSceneIsNoDeparture) {
    EXPECT_FALSE(drive(wire::UNIT_AT_SCENE, {0, kDriving, 199, {}, {}}, 60));
}

TEST_F(Fence, ASimulatedWorldThatRunsFastWaitsShorter) {
    EXPECT_FALSE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 2, 10));
    EXPECT_TRUE(drive(wire::UNIT_EN_ROUTE, {0, kStanding, 50, {}, {}}, 1, 10));
}

} // namespace
} // namespace ems::signal
