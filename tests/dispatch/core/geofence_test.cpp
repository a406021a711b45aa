#include "dispatch/core/geofence.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

constexpr std::int64_t kStart = 1'773'830'536'000'000;
constexpr std::uint32_t kStanding = 100;   // cm/s
constexpr std::uint32_t kDriving = 1'000;

class Fence : public ::testing::Test {
  protected:
    // One fix a second; the last suggestion within `seconds`.
    std::optional<Suggestion> drive(UnitState state, FenceFix fix, int seconds, double time_scale = 1) {
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
    EXPECT_FALSE(drive(UnitState::en_route, there, 20));
    const auto told = drive(UnitState::en_route, there, 1);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->state, UnitState::at_scene);
    EXPECT_EQ(told->since_us, kStart + 1'000'000) << "when it stood, not when it was sure";
    EXPECT_FALSE(drive(UnitState::en_route, there, 60)) << "said once";
}

TEST_F(Fence, WhatCouldNotBeKeptIsSaidAgainWithTheNextFix) {
    const FenceFix there{0, kStanding, 100, {}, {}};
    ASSERT_TRUE(drive(UnitState::en_route, there, 21));
    watch_.tell_again(UnitState::at_hospital);
    EXPECT_FALSE(drive(UnitState::en_route, there, 1)) << "another suggestion";
    watch_.tell_again(UnitState::at_scene);
    const auto told = drive(UnitState::en_route, there, 1);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->since_us, kStart + 1'000'000);
}

TEST_F(Fence, PassingByOrWaitingElsewhereIsNoArrival) {
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, 101, {}, {}}, 60));
    EXPECT_FALSE(drive(UnitState::en_route, {0, 139, 10, {}, {}}, 60));
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, {}, {}, {}}, 60)) << "no scene";
    EXPECT_FALSE(drive(UnitState::returning, {0, kStanding, 10, {}, {}}, 60)) << "not on task";
}

TEST_F(Fence, MovingOnBeginsAnew) {
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 15));
    EXPECT_FALSE(drive(UnitState::en_route, {0, kDriving, 50, {}, {}}, 1));
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 20));
    EXPECT_TRUE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 1));
}

TEST_F(Fence, AHoleBetweenFixesProvesNothing) {
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 15));
    now_ += kFenceGapMaxUs;
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 20));
    EXPECT_EQ(told_, 0);
}

TEST_F(Fence, AnOlderFixIsNotLookedAt) {
    FenceFix fix{kStart, kStanding, 50, {}, {}};
    EXPECT_FALSE(watch_.see(UnitState::en_route, fix, 1));
    fix.at_us = kStart - 1;
    EXPECT_FALSE(watch_.see(UnitState::en_route, fix, 1));
    fix.at_us = kStart;
    EXPECT_FALSE(watch_.see(UnitState::en_route, fix, 1));
}

TEST_F(Fence, EveryDepartureAndArrivalHasItsRule) {
    struct Case {
        UnitState state;
        FenceFix fix;
        UnitState suggests;
    };
    const Case cases[] = {
        {UnitState::assigned, {0, kDriving, 900, {}, {}}, UnitState::en_route},
        {UnitState::acknowledged, {0, kDriving, {}, {}, {}}, UnitState::en_route},
        {UnitState::at_scene, {0, kDriving, 200, {}, {}}, UnitState::transporting},
        {UnitState::at_patient, {0, kDriving, 300, {}, {}}, UnitState::transporting},
        {UnitState::transporting, {0, kStanding, {}, 150, {}}, UnitState::at_hospital},
        {UnitState::at_hospital, {0, kDriving, {}, 200, {}}, UnitState::clearing},
        {UnitState::handover, {0, kDriving, {}, 500, {}}, UnitState::clearing},
        {UnitState::returning, {0, kStanding, {}, {}, 100}, UnitState::available},
    };
    for (const Case& c : cases) {
        const auto told = drive(c.state, c.fix, 30);
        ASSERT_TRUE(told) << name(c.state);
        EXPECT_EQ(told->state, c.suggests);
        FenceFix slow = c.fix;
        slow.speed_cm_s = 277;
        EXPECT_FALSE(drive(c.state, slow, 30) && c.fix.speed_cm_s == kDriving) << "too slow to have left";
    }
}

TEST_F(Fence, DrivingAboutAtTheSceneIsNoDeparture) {
    EXPECT_FALSE(drive(UnitState::at_scene, {0, kDriving, 199, {}, {}}, 60));
}

TEST_F(Fence, ASimulatedWorldThatRunsFastWaitsShorter) {
    EXPECT_FALSE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 2, 10));
    EXPECT_TRUE(drive(UnitState::en_route, {0, kStanding, 50, {}, {}}, 1, 10));
}

} // namespace
} // namespace ems::dispatch
