// What is given up under load, in which order, and what never is.
#include <gtest/gtest.h>
#include <map>

#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/rate_gate.h"
#include "telemetry/ingest/wave_hold.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;

constexpr Ticks kStart = Ticks{} + 1000s;

TEST(RateGate, LetsTheBusiestHealthyVehicleThrough) {
    RateGate gate{{}};
    int refused = 0;
    // Back from an outage: a window of events, then live streams beside a backlog at its full
    // budget for ten minutes.
    for (int i = 0; i < 64; ++i) {
        refused += gate.admit("amb-1", Load::events, 300, kStart) ? 0 : 1;
    }
    for (int tick = 0; tick < 6000; ++tick) { // of 100 ms
        const Ticks now = kStart + tick * 100ms;
        if (tick % 2 == 0) {
            refused += gate.admit("amb-1", Load::trends, 100, now) ? 0 : 1;
            refused += gate.admit("amb-1", Load::waves, 1000, now) ? 0 : 1;
        }
        if (tick % 5 == 0) {
            refused += gate.admit("amb-1", Load::backlog, 32'768, now) ? 0 : 1;
        }
        if (tick % 10 == 0) {
            refused += gate.admit("amb-1", Load::trends, 60, now) ? 0 : 1;
            refused += gate.admit("amb-1", Load::presence, 120, now) ? 0 : 1;
        }
    }
    EXPECT_EQ(refused, 0);
    EXPECT_TRUE(gate.floods(kStart + 600s).empty());
}

TEST(RateGate, ShedsWavesFirstThenBacklogThenPositionsAndEventsForNoneOfThem) {
    RateGate gate{{}};
    std::vector<Load> order;
    for (int i = 0; i < 300; ++i) {
        for (const Load load : {Load::presence, Load::trends, Load::backlog, Load::waves}) {
            if (!gate.admit("amb-1", load, 100, kStart) &&
                std::find(order.begin(), order.end(), load) == order.end()) {
                order.push_back(load);
            }
        }
        EXPECT_TRUE(gate.admit("amb-1", Load::events, 100, kStart));
    }
    EXPECT_EQ(order, (std::vector{Load::waves, Load::backlog, Load::trends, Load::presence}));
}

TEST(RateGate, HoldsAFloodOfEventsToARateThatNoHealthyVehicleMeets) {
    RateGate gate{{}};
    int flood = 0;
    for (int ms = 0; ms < 100'000; ++ms) { // a message each
        const Ticks now = kStart + std::chrono::milliseconds{ms};
        flood += gate.admit("amb-1", Load::events, 300, now) ? 1 : 0;
        for (int i = 0; ms % 3000 == 0 && i < 64; ++i) { // a whole window, sent again and again
            EXPECT_TRUE(gate.admit("amb-2", Load::events, 300, now));
        }
    }
    EXPECT_LE(flood, 60 * 100 + 300);
    EXPECT_GE(flood, 60 * 100);
    EXPECT_EQ(gate.counters().refused[static_cast<std::size_t>(Load::events)],
              100'000U - static_cast<unsigned>(flood));
    ASSERT_EQ(gate.floods(kStart + 100s).size(), 1U) << "the desk is told";
    EXPECT_EQ(gate.floods(kStart + 100s).front().vid, "amb-1");
}

TEST(RateGate, HoldsAFloodToItsRateAndLeavesTheOthersAlone) {
    RateGate gate{{.messages_per_s = 30, .bytes_per_s = 1'000'000}};
    int flood = 0;
    for (int ms = 0; ms < 100'000; ++ms) { // a message each
        const Ticks now = kStart + std::chrono::milliseconds{ms};
        flood += gate.admit("amb-1", Load::trends, 100, now) ? 1 : 0;
        if (ms % 200 == 0) {
            EXPECT_TRUE(gate.admit("amb-2", Load::trends, 100, now));
        }
    }
    EXPECT_LE(flood, 30 * 100 + 150);
    EXPECT_GE(flood, 30 * 100);
    EXPECT_EQ(gate.counters().refused[static_cast<std::size_t>(Load::trends)],
              100'000U - static_cast<unsigned>(flood));
}

TEST(RateGate, AFloodIsToldUntilAMinuteAfterItsEnd) {
    RateGate gate{{}};
    while (gate.admit("amb-1", Load::waves, 100, kStart)) {
    }
    EXPECT_TRUE(gate.floods(kStart).empty()) << "waves alone are no flood";
    while (gate.admit("amb-1", Load::trends, 100, kStart)) {
    }
    const auto floods = gate.floods(kStart + 59s);
    ASSERT_EQ(floods.size(), 1U);
    EXPECT_EQ(floods[0].vid, "amb-1");
    EXPECT_EQ(floods[0].since, kStart);
    EXPECT_TRUE(gate.floods(kStart + 60s).empty());
    EXPECT_EQ(gate.counters().floods, 1U);
}

TEST(RateGate, TellsWhatItRefusedOfAVehicleThatDoesNotFlood) {
    RateGate gate{RateLimits{}};
    const Ticks now{1h};
    while (gate.admit("amb-1", Load::waves, 100, now)) {
    }
    ASSERT_TRUE(gate.admit("amb-2", Load::waves, 100, now));
    EXPECT_TRUE(gate.floods(now).empty()) << "waves alone are no flood";
    EXPECT_EQ(gate.refused(), (std::map<std::string, std::uint64_t>{{"amb-1", 1}}));
}

TEST(RateGate, NamesThatAreInventedDoNotGrowItWithoutBound) {
    RateGate gate{{}};
    for (int i = 0; i < 30'000; ++i) {
        gate.admit("no-such-" + std::to_string(i), Load::waves, 10, kStart);
    }
    EXPECT_LE(gate.wave_senders(kStart, 60s).size(), 10'001U);
    EXPECT_TRUE(gate.admit("amb-1", Load::events, 10, kStart));
    EXPECT_TRUE(gate.admit("amb-1", Load::trends, 10, kStart + 10min)) << "the idle ones went";
}

TEST(WaveHold, BeginsAboveHalfAndEndsBelowAQuarter) {
    WaveHold hold;
    EXPECT_EQ(hold.update(50, 100, kStart), WaveHold::Say::nothing);
    EXPECT_EQ(hold.update(51, 100, kStart), WaveHold::Say::hold);
    EXPECT_EQ(hold.update(30, 100, kStart + 1s), WaveHold::Say::nothing);
    EXPECT_TRUE(hold.holding());
    EXPECT_EQ(hold.update(30, 100, kStart + 5s), WaveHold::Say::hold) << "again: it expires";
    EXPECT_EQ(hold.update(24, 100, kStart + 6s), WaveHold::Say::release);
    EXPECT_EQ(hold.update(50, 100, kStart + 7s), WaveHold::Say::nothing);
    EXPECT_EQ(hold.begun(), 1U);
}

class ClockTest : public testing::Test {
  protected:
    void live(std::int64_t behind_us, wire::ClockQuality clk = wire::CLOCK_GNSS,
              Lane lane = Lane::live) {
        now_us_ += 1'000'000;
        Record record;
        record.t = DeviceTime{now_us_ - behind_us};
        record.received = ServerTime{now_us_};
        record.clk = static_cast<std::int16_t>(clk);
        record.lane = lane;
        Fleet::on_clock(vehicle_, record);
    }
    std::int64_t now_us_{test::kThen};
    VehicleState vehicle_;
};

TEST_F(ClockTest, TheLeastDelayOfLiveMessagesTellsTheOffset) {
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::unknown);
    live(9'000'000);
    live(300'000);
    live(30'000'000);
    EXPECT_EQ(vehicle_.clock_offset.us(), 300'000);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::good);
}

TEST_F(ClockTest, BacklogSaysNothingOfTheClock) {
    live(3'600'000'000, wire::CLOCK_NEVER_SET, Lane::backlog);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::unknown);
}

TEST_F(ClockTest, MoreThanTwoSecondsEitherWayIsSkewed) {
    live(2'100'000);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::skewed);
    live(-2'100'000);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::skewed);
    vehicle_ = {};
    live(1'900'000);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::good);
}

TEST_F(ClockTest, AfterFiveMinutesItIsKnownAgainFromWhatCameSince) {
    live(0);
    for (int second = 0; second < 301; ++second) {
        live(5'000'000);
    }
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::skewed);
}

TEST_F(ClockTest, AClockThatWasNeverSetIsToldAsSuch) {
    live(0, wire::CLOCK_NEVER_SET);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::never_set);
    live(0);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::good);
}

TEST_F(ClockTest, AClockThatWasSetBackIsLearntAnew) {
    const auto beat = [this](std::int64_t t_us) {
        now_us_ += 1'000'000;
        wire::Heartbeat heartbeat;
        heartbeat.set_t_us(t_us);
        const Fleet fleet;
        fleet.on_heartbeat(vehicle_, heartbeat, {kStart, ServerTime{now_us_}});
    };
    beat(now_us_ + 3'601'000'000); // an hour ahead
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::skewed);
    beat(now_us_ + 1'000'000);
    EXPECT_EQ(Fleet::clock_of(vehicle_), ClockState::good);
}

} // namespace
} // namespace ems::ingest
