#include "vehicle/agent/input_report.h"

#include <gtest/gtest.h>

#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

class InputReportTest : public testing::Test {
  protected:
    std::optional<wire::VehicleInputs> say(Input input, std::optional<std::uint32_t> value) {
        inputs_.take({input, value}, now_);
        return report_.change(inputs_, now_);
    }
    // Everything is repeated, as the box does, and a second passes.
    std::optional<wire::VehicleInputs> second() {
        now_ += 1s;
        for (const Input input : {Input::ignition, Input::door, Input::siren, Input::beacon,
                                  Input::fuel_pct, Input::speed_kmh}) {
            if (const auto known = inputs_.get(input, now_)) {
                inputs_.take({input, known->value}, now_);
            }
        }
        return report_.change(inputs_, now_);
    }
    VehicleInputs inputs_;
    InputReport report_;
    Ticks now_{1'000s};
};

TEST_F(InputReportTest, TellsAChangeOnceWithEverythingThatIsKnown) {
    EXPECT_FALSE(report_.change(inputs_, now_)) << "nothing known is nothing to tell";
    inputs_.take({Input::fuel_pct, 63}, now_);
    inputs_.take({Input::speed_kmh, 41}, now_);
    const auto told = say(Input::door, 1);
    ASSERT_TRUE(told);
    EXPECT_TRUE(told->door_open());
    EXPECT_EQ(told->fuel_pct(), 63U);
    EXPECT_EQ(told->speed_kmh(), 41U);
    EXPECT_FALSE(told->has_siren_on()) << "unknown is not off";
    EXPECT_FALSE(second());
    const auto closed = say(Input::door, 0);
    ASSERT_TRUE(closed);
    EXPECT_TRUE(closed->has_door_open());
    EXPECT_FALSE(closed->door_open());
}

TEST_F(InputReportTest, ClosedIsToldApartFromUnknown) {
    ASSERT_TRUE(say(Input::door, 0));
    const auto told = say(Input::door, std::nullopt);
    ASSERT_TRUE(told);
    EXPECT_FALSE(told->has_door_open());
    ASSERT_TRUE(say(Input::door, 0));
    now_ += kInputFreshFor;
    const auto silent = report_.change(inputs_, now_);
    ASSERT_TRUE(silent);
    EXPECT_FALSE(silent->has_door_open()) << "silence is not closed";
}

TEST_F(InputReportTest, SpeedIsNoReasonAndFuelOnlyInSteps) {
    ASSERT_TRUE(say(Input::fuel_pct, 63));
    EXPECT_FALSE(say(Input::speed_kmh, 41));
    EXPECT_FALSE(say(Input::speed_kmh, 120));
    EXPECT_FALSE(say(Input::fuel_pct, 60));
    EXPECT_FALSE(say(Input::fuel_pct, 67));
    EXPECT_TRUE(say(Input::fuel_pct, 58));
    EXPECT_TRUE(say(Input::fuel_pct, 100));
}

TEST_F(InputReportTest, ATankThatIsNearlyEmptyIsToldInSmallerSteps) {
    ASSERT_TRUE(say(Input::fuel_pct, 20));
    EXPECT_FALSE(say(Input::fuel_pct, 19)) << "a gauge that swings";
    EXPECT_TRUE(say(Input::fuel_pct, 18));
    EXPECT_FALSE(say(Input::fuel_pct, 19));
    EXPECT_FALSE(say(Input::fuel_pct, 17));
    EXPECT_TRUE(say(Input::fuel_pct, 16));
    EXPECT_FALSE(say(Input::fuel_pct, 20)) << "enough again: in the usual steps";
    EXPECT_TRUE(say(Input::fuel_pct, 21));
}

TEST_F(InputReportTest, ALooseContactDoesNotFillTheStreamAndTheLastStateIsTold) {
    int told = 0;
    for (int i = 0; i < 3'600; ++i) {
        inputs_.take({Input::door, static_cast<std::uint32_t>(i % 2)}, now_);
        told += second() ? 1 : 0;
    }
    EXPECT_GE(told, 300);
    EXPECT_LE(told, 3'600 / 10 + kInputReportsBurst);
    inputs_.take({Input::door, 1}, now_);
    inputs_.take({Input::siren, 1}, now_);
    std::optional<wire::VehicleInputs> last;
    for (int i = 0; i < 11 && !last; ++i) {
        last = second();
    }
    ASSERT_TRUE(last);
    EXPECT_TRUE(last->door_open());
    EXPECT_TRUE(last->siren_on());
}

TEST_F(InputReportTest, AfterAQuietTimeABurstIsToldAtOnceAgain) {
    for (int round = 0; round < 3; ++round) {
        int told = 0;
        for (std::uint32_t i = 0; i < 30; ++i) {
            told += say(Input::siren, (i + 1) % 2) ? 1 : 0;
        }
        EXPECT_EQ(told, kInputReportsBurst) << round;
        for (int i = 0; i < 120; ++i) {
            second();
        }
    }
}

TEST(VehicleInputsMessage, HasItsGoldenBytes) {
    wire::Event event;
    event.set_event_id("e");
    event.mutable_inputs()->set_ignition_on(true);
    event.mutable_inputs()->set_door_open(false);
    event.mutable_inputs()->set_fuel_pct(63);
    event.mutable_inputs()->set_speed_kmh(300);
    EXPECT_EQ(event.SerializeAsString(),
              std::string("\x0a\x01"
                          "e\x7a\x09\x08\x01\x10\x00\x28\x3f\x30\xac\x02",
                          14));
}

} // namespace
} // namespace ems::vehicle
