#include "vehicle/agent/camera_rest.h"

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

const Ticks kStart{1000s};

TEST(CaseDuty, AVehicleThatIsFreeLetsItsCamerasRest) {
    for (const wire::UnitState state :
         {wire::UNIT_AVAILABLE, wire::UNIT_RETURNING, wire::UNIT_OUT_OF_SERVICE}) {
        CaseDuty duty{CameraWhen::on_case, 120s};
        EXPECT_EQ(duty.judge(state, kStart), CameraDuty::rests) << wire::UnitState_Name(state);
    }
}

TEST(CaseDuty, AnyStateFromTheOrderOnIsACase) {
    for (const wire::UnitState state :
         {wire::UNIT_ASSIGNED, wire::UNIT_ACKNOWLEDGED, wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE,
          wire::UNIT_AT_PATIENT, wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL,
          wire::UNIT_HANDOVER, wire::UNIT_CLEARING}) {
        CaseDuty duty{CameraWhen::on_case, 120s};
        EXPECT_EQ(duty.judge(state, kStart), CameraDuty::works) << wire::UnitState_Name(state);
    }
}

TEST(CaseDuty, TheyGoOnForAWhileBehindTheCase) {
    CaseDuty duty{CameraWhen::on_case, 120s};
    duty.judge(wire::UNIT_CLEARING, kStart);
    EXPECT_FALSE(duty.take_end());
    EXPECT_EQ(duty.judge(wire::UNIT_RETURNING, kStart + 10s), CameraDuty::works);
    EXPECT_TRUE(duty.take_end());
    EXPECT_EQ(duty.judge(wire::UNIT_AVAILABLE, kStart + 129s), CameraDuty::works)
        << "home does not begin it anew";
    EXPECT_FALSE(duty.take_end());
    EXPECT_EQ(duty.judge(wire::UNIT_AVAILABLE, kStart + 130s), CameraDuty::rests);
}

TEST(CaseDuty, AlwaysIsAlways) {
    CaseDuty duty{CameraWhen::always, 0s};
    EXPECT_EQ(duty.judge(wire::UNIT_AVAILABLE, kStart), CameraDuty::works);
}

TEST(CaseDuty, WhatTheRunBeforeEndedGoesOnForTheRest) {
    CaseDuty duty{CameraWhen::on_case, 120s};
    duty.resume(100s, kStart);
    EXPECT_EQ(duty.judge(wire::UNIT_AVAILABLE, kStart + 19s), CameraDuty::works);
    EXPECT_EQ(duty.judge(wire::UNIT_AVAILABLE, kStart + 20s), CameraDuty::rests);
    CaseDuty other{CameraWhen::on_case, 120s};
    other.resume(-1s, kStart);
    EXPECT_EQ(other.judge(wire::UNIT_AVAILABLE, kStart), CameraDuty::rests)
        << "a clock that went back";
}

class CameraRestTest : public testing::Test {
  protected:
    // Words told in so much time.
    int goes_on(CameraDuty duty, std::chrono::seconds time) {
        int words = 0;
        for (const Ticks until = now_ + time; now_ < until; now_ += 200ms) {
            rest_.follow(duty, now_);
            words += rest_.take_word(now_) ? 1 : 0;
        }
        return words;
    }
    CameraRest rest_;
    Ticks now_{kStart};
};

TEST_F(CameraRestTest, OneThatWorksTellsNothing) {
    EXPECT_EQ(goes_on(CameraDuty::works, 1h), 0);
    EXPECT_FALSE(rest_.rests());
}

TEST_F(CameraRestTest, AtRestItSaysSoEachTwoSeconds) {
    EXPECT_EQ(goes_on(CameraDuty::rests, 60s), 30);
    EXPECT_TRUE(rest_.rests());
}

TEST_F(CameraRestTest, WhoWatchesKeepsItAwakeForHalfAMinuteAndIsAskedForMeanwhile) {
    goes_on(CameraDuty::rests, 60s);
    rest_.watched(now_);
    EXPECT_EQ(goes_on(CameraDuty::rests, 30s), 3);
    EXPECT_FALSE(rest_.rests());
    goes_on(CameraDuty::rests, 1s);
    EXPECT_TRUE(rest_.rests()) << "nobody does any more";
}

TEST_F(CameraRestTest, WhoWatchesAtTheEndOfACaseSeesNoBreak) {
    goes_on(CameraDuty::works, 60s);
    EXPECT_EQ(goes_on(CameraDuty::rests, 1s), 1) << "told at once";
    EXPECT_FALSE(rest_.rests()) << "before the answer";
    rest_.watched(now_);
    goes_on(CameraDuty::rests, 29s);
    EXPECT_FALSE(rest_.rests());
}

TEST_F(CameraRestTest, ACaseWakesItAtOnce) {
    goes_on(CameraDuty::rests, 60s);
    rest_.follow(CameraDuty::works, now_);
    EXPECT_FALSE(rest_.rests());
}

} // namespace
} // namespace ems::vehicle
