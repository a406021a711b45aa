// The caller's number on the crew's page of the task.
#include "tests/vehicle/terminal/crew_peer.h"
#include "vehicle/terminal/task_page.h"

#include <gtest/gtest.h>

#include <QTest>

namespace ems::terminal {
namespace {

class TaskCaller : public TerminalTest {
  protected:
    void order_of(const std::string& number, wire::UnitState state) {
        give_order();
        peer_->status.mutable_order()->set_caller_phone(number);
        peer_->status.set_order_accepted(state != wire::UNIT_ASSIGNED);
        peer_->status.set_state(state);
        reach([&] {
            const vehicle::Status status = vehicle_->pressedStatus();
            return status.order().caller_phone() == number && status.state() == state;
        });
    }
    QString shown() { return TaskPage::caller(vehicle_->pressedStatus()); }
};

TEST_F(TaskCaller, StandsWithTheAddressInLargeDigits) {
    order_of("13912343462", wire::UNIT_ASSIGNED);
    EXPECT_EQ(shown(), QStringLiteral("139 1234 3462"));
    shoot(QStringLiteral("crew-60-caller.png"));
    order_of("13912343462", wire::UNIT_AT_SCENE);
    shoot(QStringLiteral("crew-61-caller-at-scene.png"));
    theme_.setMode(console::ThemeMode::day);
    shoot(QStringLiteral("crew-62-caller-day.png"));
}

TEST_F(TaskCaller, IsGoneFromTheHandoverOn) {
    order_of("13912343462", wire::UNIT_AT_HOSPITAL);
    EXPECT_EQ(shown(), QStringLiteral("139 1234 3462"));
    for (const wire::UnitState state : {wire::UNIT_HANDOVER, wire::UNIT_CLEARING, wire::UNIT_RETURNING}) {
        order_of("13912343462", state);
        EXPECT_EQ(shown(), QString{}) << wire::UnitState_Name(state);
    }
}

TEST_F(TaskCaller, ThatIsNoNumberIsNotShown) {
    order_of("call 120", wire::UNIT_ASSIGNED);
    EXPECT_EQ(shown(), QString{});
    order_of("", wire::UNIT_ASSIGNED);
    EXPECT_EQ(shown(), QString{});
}

} // namespace
} // namespace ems::terminal
