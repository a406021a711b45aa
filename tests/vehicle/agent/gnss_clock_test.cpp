#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "vehicle/agent/vehicle_clock.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kHourUs = 3'600'000'000;

// The receiver's time is the true one; the machine's is off by what a test says.
class WrongMachine : public testing::Test {
  protected:
    [[nodiscard]] std::int64_t true_us() const { return machine_.utc_us() - off_us_; }
    void be_off(std::int64_t by_us) {
        machine_.step_wall(std::chrono::microseconds{by_us});
        off_us_ += by_us;
    }
    void fixes(int count) {
        for (int i = 0; i < count; ++i) {
            machine_.advance(1s);
            clock_.gnss(true_us() - 200'000);
        }
    }
    [[nodiscard]] std::int64_t error_us() const { return clock_.now().device.us - true_us(); }

    test::FakeClock machine_;
    VehicleClock clock_{machine_};
    std::int64_t off_us_{0};
};

class WrongBy : public WrongMachine, public testing::WithParamInterface<std::int64_t> {};

TEST_P(WrongBy, AMachineThatWasSetWronglyGivesWayToTheReceiver) {
    be_off(GetParam());
    fixes(VehicleClock::kWrongFixes + 1);
    EXPECT_LE(std::abs(error_us()), 1'000'000);
    EXPECT_EQ(clock_.now().clk, wire::CLOCK_GNSS);
}
INSTANTIATE_TEST_SUITE_P(Clocks, WrongBy,
                         testing::Values(kHourUs, -kHourUs, std::int64_t{3'000'000}));

TEST_F(WrongMachine, AFewFixesOfAnotherTimeMoveNothing) {
    be_off(kHourUs);
    fixes(VehicleClock::kWrongFixes - 1);
    EXPECT_EQ(error_us(), kHourUs);
}

TEST_F(WrongMachine, FixesThatDisagreeAmongThemselvesMoveNothing) {
    for (int i = 0; i < 100; ++i) {
        machine_.advance(1s);
        clock_.gnss(true_us() + i % 2 * kHourUs + 5'000'000);
    }
    EXPECT_EQ(error_us(), 0);
}

TEST_F(WrongMachine, SettingTheMachineAfterwardsMovesNothing) {
    be_off(-kHourUs);
    fixes(VehicleClock::kWrongFixes);
    const std::int64_t before = error_us();
    be_off(kHourUs);
    EXPECT_EQ(error_us(), before);
    EXPECT_NE(clock_.now().clk, wire::CLOCK_NTP) << "its time is not the machine's";
}

TEST_F(WrongMachine, AReceiverThatLeadsAwayFromTheCentresTimeIsNotFollowed) {
    clock_.server(true_us());
    for (int i = 0; i < 100; ++i) {
        machine_.advance(1s);
        clock_.gnss(true_us() + kHourUs);
    }
    EXPECT_EQ(error_us(), 0);
}

} // namespace
} // namespace ems::vehicle
