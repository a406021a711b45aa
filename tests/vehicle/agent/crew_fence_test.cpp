#include "vehicle/agent/crew_fence.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t kSceneLatE7 = 351'000'000;
constexpr std::int32_t kLonE7 = 1'109'000'000;
constexpr std::int32_t kHundredMetresE7 = 8'983; // of latitude
constexpr std::uint32_t kDrivingCmS = 1'000;

class CrewFenceTest : public testing::Test {
  protected:
    CrewFenceTest()
        : spool_(std::move(*Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_))),
          desk_(*spool_, *VehicleId::parse("amb-zx01"),
                [](std::string_view, std::string_view) { return true; }),
          fence_(desk_, 1) {}

    void give(wire::CommandBody body) {
        body.set_vid("amb-zx01");
        body.set_id("c" + std::to_string(++seq_));
        body.set_term(1);
        body.set_unit_seq(static_cast<std::uint64_t>(seq_));
        wire::Command command;
        command.set_payload(body.SerializeAsString());
        ASSERT_TRUE(desk_.take_command(command.SerializeAsString(), now()));
    }
    void give_order() {
        wire::CommandBody body;
        wire::DispatchOrder& order = *body.mutable_dispatch();
        order.set_assignment_id(7);
        order.set_lat_e7(kSceneLatE7);
        order.set_lon_e7(kLonE7);
        order.mutable_destination()->set_lat_e7(kSceneLatE7 + 100 * kHundredMetresE7);
        order.mutable_destination()->set_lon_e7(kLonE7);
        order.mutable_station()->set_lat_e7(kSceneLatE7 - 100 * kHundredMetresE7);
        order.mutable_station()->set_lon_e7(kLonE7);
        give(body);
    }
    void press(wire::UnitState state) {
        PressState press;
        press.set_event_id("p" + std::to_string(++seq_));
        press.set_state(state);
        ASSERT_TRUE(desk_.press(press, nullptr, now()));
    }
    // One fix a second, `hundreds` of metres north of the scene. True when the crew's screen
    // changed.
    bool drive(std::int32_t hundreds, std::uint32_t speed_cm_s, int seconds) {
        wire::Position position;
        position.set_lat_e7(kSceneLatE7 + hundreds * kHundredMetresE7);
        position.set_lon_e7(kLonE7);
        position.set_speed_cm_s(speed_cm_s);
        bool changed = false;
        for (int i = 0; i < seconds; ++i) {
            clock_.advance(1s);
            changed = fence_.fix(position, now()) || changed;
        }
        return changed;
    }
    std::vector<wire::UnitState> proposed() {
        std::vector<wire::UnitState> out;
        for (const FenceProposal& one : desk_.status().proposals()) {
            out.push_back(one.state());
        }
        return out;
    }
    Moment now() {
        return {.device = {clock_.utc_us() + device_ahead_us_},
                .clk = wire::CLOCK_GNSS,
                .server = {clock_.utc_us()},
                .ticks = clock_.ticks()};
    }
    test::TempDir dir_;
    test::FakeClock clock_;
    std::unique_ptr<Spool> spool_;
    CrewDesk desk_;
    CrewFence fence_;
    int seq_{0};
    std::int64_t device_ahead_us_{0};
};
using States = std::vector<wire::UnitState>;

TEST_F(CrewFenceTest, AWholeTaskIsSuggestedOnBoardWithoutALinkOrAPress) {
    give_order();
    EXPECT_TRUE(drive(-50, kDrivingCmS, 11));
    EXPECT_EQ(proposed(), States{wire::UNIT_EN_ROUTE});
    const std::int64_t wheels_us = desk_.status().proposals(0).since_us();
    EXPECT_EQ(wheels_us, now().device.us - 10'000'000);
    EXPECT_TRUE(drive(0, 0, 21));
    EXPECT_EQ(proposed(), (States{wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE}));
    press(wire::UNIT_AT_PATIENT);
    EXPECT_TRUE(drive(30, kDrivingCmS, 11));
    EXPECT_EQ(proposed(), States{wire::UNIT_TRANSPORTING});
    press(wire::UNIT_TRANSPORTING);
    EXPECT_TRUE(drive(99, 0, 21));
    EXPECT_EQ(proposed(), States{wire::UNIT_AT_HOSPITAL});
    press(wire::UNIT_HANDOVER);
    EXPECT_TRUE(drive(50, kDrivingCmS, 11));
    EXPECT_EQ(proposed(), States{wire::UNIT_CLEARING});
    press(wire::UNIT_CLEARING);
    EXPECT_FALSE(drive(0, kDrivingCmS, 20));
    EXPECT_TRUE(drive(-100, 0, 21)) << "it drives home without a word";
    EXPECT_EQ(proposed(), States{wire::UNIT_AVAILABLE});
}

TEST_F(CrewFenceTest, WhoStoppedNearAndDroveOnHasNotArrivedButHasSetOut) {
    give_order();
    drive(-50, kDrivingCmS, 11);
    drive(-1, 0, 21);
    EXPECT_EQ(proposed(), (States{wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE}));
    EXPECT_TRUE(drive(3, kDrivingCmS, 1));
    EXPECT_EQ(proposed(), States{wire::UNIT_EN_ROUTE});
    EXPECT_TRUE(drive(0, 0, 21));
    EXPECT_EQ(desk_.status().proposals(1).since_us(), now().device.us - 20'000'000);
}

TEST_F(CrewFenceTest, AClockThatIsSetMeanwhileEndsNoRule) {
    give_order();
    drive(0, 0, 15);
    device_ahead_us_ = -3'600'000'000;
    EXPECT_TRUE(drive(0, 0, 6));
    ASSERT_EQ(proposed(), States{wire::UNIT_AT_SCENE});
    EXPECT_EQ(desk_.status().proposals(0).since_us(), now().device.us - 20'000'000);
}

TEST_F(CrewFenceTest, APlaceThatNobodyToldSuggestsNothing) {
    wire::CommandBody body;
    body.mutable_dispatch()->set_assignment_id(7);
    give(body);
    EXPECT_FALSE(drive(0, 0, 60));
    press(wire::UNIT_TRANSPORTING);
    EXPECT_FALSE(drive(0, 0, 60));
}

TEST_F(CrewFenceTest, WhereItWasPostedItIsAskedWhetherItIsThereUntilItSaysSoOrDrivesOn) {
    wire::CommandBody body;
    body.mutable_text()->mutable_posting()->mutable_place()->set_lat_e7(kSceneLatE7);
    body.mutable_text()->mutable_posting()->mutable_place()->set_lon_e7(kLonE7);
    give(body);
    EXPECT_FALSE(drive(5, 0, 30));
    EXPECT_TRUE(drive(0, 0, 21));
    EXPECT_EQ(desk_.status().posting().fence_us(), now().device.us - 20'000'000);
    EXPECT_TRUE(drive(3, kDrivingCmS, 1));
    EXPECT_EQ(desk_.status().posting().fence_us(), 0);
    EXPECT_TRUE(drive(0, 0, 21));
    ReachPosting reach;
    reach.set_event_id("r");
    reach.set_command_id(desk_.status().posting().command_id());
    ASSERT_TRUE(desk_.reach(reach, now()));
    EXPECT_FALSE(drive(0, 0, 60));
}

} // namespace
} // namespace ems::vehicle
