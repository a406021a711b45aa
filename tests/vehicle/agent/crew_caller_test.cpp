// The caller's number of an order, on board: there while the crew looks for the house, gone when the patient is handed over.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {
namespace {

constexpr const char* kNumber = "13912343462";

class CrewCaller : public testing::Test {
  protected:
    CrewCaller() : spool_(open()), desk_(board()) {}

    std::unique_ptr<Spool> open() {
        return std::move(*Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_));
    }
    CrewDesk board() {
        return CrewDesk{*spool_, *VehicleId::parse("amb-zx01"),
                        [](std::string_view, std::string_view) { return true; }};
    }
    Moment now() {
        return {.device = {clock_.utc_us()},
                .clk = wire::CLOCK_NTP,
                .server = {clock_.utc_us()},
                .ticks = clock_.ticks()};
    }
    void give(const std::string& number, std::uint64_t unit_seq = 1) {
        wire::CommandBody body;
        body.set_id("c" + std::to_string(unit_seq));
        body.set_vid("amb-zx01");
        body.set_term(3);
        body.set_unit_seq(unit_seq);
        body.mutable_dispatch()->set_assignment_id(7);
        body.mutable_dispatch()->set_address("east end");
        body.mutable_dispatch()->set_caller_phone(number);
        wire::Command command;
        command.set_payload(body.SerializeAsString());
        ASSERT_TRUE(desk_.take_command(command.SerializeAsString(), now()));
        spool_->commit();
    }
    // Of the present order, or of an earlier assignment.
    void press(wire::UnitState state, std::int64_t assignment = 0) {
        PressState press;
        press.set_event_id("e" + std::to_string(++presses_));
        press.set_state(state);
        press.set_assignment_id(assignment);
        ASSERT_TRUE(desk_.press(press, nullptr, now()));
        for (const Record& record : spool_->commit().records) {
            EXPECT_EQ(record.envelope.find(kNumber), std::string::npos) << "no record has it";
        }
    }
    std::string caller() const { return desk_.status().order().caller_phone(); }

    test::TempDir dir_;
    test::FakeClock clock_;
    std::unique_ptr<Spool> spool_;
    CrewDesk desk_;
    int presses_{0};
};

TEST_F(CrewCaller, StaysWhenTheCaseBeforeIsHandedOverLate) {
    give(kNumber);
    press(wire::UNIT_HANDOVER, 6);
    EXPECT_EQ(caller(), kNumber);
}

TEST_F(CrewCaller, IsThereUntilThePatientIsHandedOver) {
    give(kNumber);
    for (const wire::UnitState state : {wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE, wire::UNIT_AT_PATIENT,
                                        wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL}) {
        press(state);
        EXPECT_EQ(caller(), kNumber) << wire::UnitState_Name(state);
    }
    press(wire::UNIT_HANDOVER);
    EXPECT_EQ(caller(), "");
    EXPECT_EQ(desk_.status().order().address(), "east end") << "the order itself stays";
}

TEST_F(CrewCaller, IsInTheStoreWhileItIsNeededAndNotAfterwards) {
    give(kNumber);
    EXPECT_NE(spool_->state("desk").find(kNumber), std::string::npos) << "a restart does not lose it";
    ASSERT_EQ(spool_->commands().size(), 1U);
    EXPECT_EQ(spool_->commands()[0].body.find(kNumber), std::string::npos) << "the command is kept for longer";
    EXPECT_NE(spool_->commands()[0].body.find("east end"), std::string::npos);
    press(wire::UNIT_HANDOVER);
    EXPECT_EQ(spool_->state("desk").find(kNumber), std::string::npos);
}

TEST_F(CrewCaller, GoesWithTheOrderThatIsCalledBack) {
    give(kNumber);
    wire::CommandBody body;
    body.set_id("c2");
    body.set_vid("amb-zx01");
    body.set_term(3);
    body.set_unit_seq(2);
    body.mutable_cancel()->set_assignment_id(7);
    wire::Command command;
    command.set_payload(body.SerializeAsString());
    ASSERT_TRUE(desk_.take_command(command.SerializeAsString(), now()));
    spool_->commit();
    EXPECT_EQ(spool_->state("desk").find(kNumber), std::string::npos);
}

TEST_F(CrewCaller, ThatIsNoNumberIsLeftOutAndTheOrderTaken) {
    std::uint64_t unit_seq = 0;
    for (const char* bad : {"12", "139 1234 3462", "13912343462\n", "call the neighbour", "123456789012345678901"}) {
        give(bad, ++unit_seq);
        EXPECT_EQ(desk_.status().order().address(), "east end") << bad;
        EXPECT_EQ(caller(), "") << bad;
    }
}

} // namespace
} // namespace ems::vehicle
