#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "vehicle/agent/vehicle_clock.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

TEST(VehicleClock, TakesTimeFromOutsideWhenItsOwnWasNeverSet) {
    test::FakeClock machine{5'000'000}; // 1970: the battery was out
    VehicleClock clock{machine};
    EXPECT_EQ(clock.now().clk, wire::CLOCK_NEVER_SET);
    clock.gnss(1'790'000'000'000'000);
    EXPECT_EQ(clock.now().device.us, 1'790'000'000'000'000);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_GNSS);
    machine.advance(11s);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_FREE_RUNNING);
    clock.server(1'790'000'030'000'000);
    EXPECT_EQ(clock.now().server.us, 1'790'000'030'000'000);
    EXPECT_EQ(clock.now().device.us, 1'790'000'011'000'000) << "a running clock is not stepped";
}

// chrony sets the machine's clock some time after the receiver had given the time.
TEST(VehicleClock, SettingTheMachineAfterTheFirstFixDoesNotMoveTheDevicesTime) {
    test::FakeClock machine{5'000'000};
    VehicleClock clock{machine};
    clock.gnss(1'790'000'000'000'000);
    machine.advance(20s);
    machine.step_wall(1'000h); // from the file of the last shutdown, and still long ago
    EXPECT_EQ(clock.now().device.us, 1'790'000'020'000'000);
    machine.step_wall(std::chrono::microseconds{1'790'000'020'300'000 - machine.utc_us()});
    EXPECT_EQ(clock.now().device.us, 1'790'000'020'300'000) << "the machine is the base again";
    machine.advance(5s);
    EXPECT_EQ(clock.now().device.us, 1'790'000'025'300'000);
    clock.gnss(1'790'000'025'200'000);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_GNSS);
}

TEST(VehicleClock, AStepOfTheMachineDoesNotMoveTheCentresTime) {
    test::FakeClock machine;
    VehicleClock clock{machine};
    EXPECT_EQ(clock.now().server.us, machine.utc_us()) << "the best that is known";
    clock.server(1'790'000'000'000'000);
    machine.advance(2s);
    machine.step_wall(-24h);
    EXPECT_EQ(clock.now().server.us, 1'790'000'002'000'000);
}

TEST(VehicleClock, AMachineStepOfBeforeTheFirstFixIsTaken) {
    test::FakeClock machine{5'000'000};
    VehicleClock clock{machine};
    machine.step_wall(std::chrono::microseconds{1'790'000'000'000'000 - machine.utc_us()});
    EXPECT_EQ(clock.now().device.us, 1'790'000'000'000'000);
    clock.gnss(1'790'000'000'400'000);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_GNSS);
    EXPECT_EQ(clock.now().device.us, 1'790'000'000'000'000) << "what runs is not stepped";
}

} // namespace
} // namespace ems::vehicle
