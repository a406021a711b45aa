#include <algorithm>
#include <deque>

#include <gtest/gtest.h>

#include "vehicle/agent/live_gate.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

// A second of a vehicle with the fitted ECG: one heartbeat, one batch of waves of 5 kB, one of
// vitals; what the gate keeps back is not sent.
class LiveGateTest : public testing::Test {
  protected:
    void second() {
        now_ += 1s;
        if (gate_.open(wire::STREAM_W, now_)) {
            gate_.sent(wire::UpKind::wav, 5'000, now_);
            ++waves_;
        }
        if (gate_.open(wire::STREAM_V, now_)) {
            gate_.sent(wire::UpKind::vit, 60, now_);
            ++vitals_;
        }
        gate_.sent(wire::UpKind::hb, 200, now_);
        ++beats_;
    }
    void receipt() {
        gate_.received(wire::UpKind::hb);
        --beats_;
    }
    LiveGate gate_;
    Ticks now_{};
    int waves_{0};
    int vitals_{0};
    int beats_{0};
};

TEST_F(LiveGateTest, ALinkThatReceiptsWithinTheSecondKeepsNothingBack) {
    for (int i = 0; i < 600; ++i) {
        second();
        receipt();
    }
    EXPECT_EQ(waves_, 600);
    EXPECT_EQ(vitals_, 600);
}

TEST_F(LiveGateTest, WavesStopAfterTwoSecondsWithoutAReceiptAndVitalsAfterFour) {
    for (int i = 0; i < 20; ++i) {
        second();
    }
    EXPECT_EQ(waves_, 3) << "at 1, 2 and 3 s; then the heartbeat of 1 s waits for more than 2 s";
    EXPECT_EQ(vitals_, 5);
    EXPECT_TRUE(gate_.open(wire::STREAM_A, now_));
    EXPECT_TRUE(gate_.open(wire::STREAM_G, now_));
}

TEST_F(LiveGateTest, WavesStopWhenTooMuchIsUnreceiptedHoweverShortItWaits) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(gate_.open(wire::STREAM_W, now_));
        gate_.sent(wire::UpKind::wav, 5'000, now_);
    }
    EXPECT_FALSE(gate_.open(wire::STREAM_W, now_));
    EXPECT_TRUE(gate_.open(wire::STREAM_V, now_));
}

TEST_F(LiveGateTest, TheBytesOfABurstOfTheBacklogDoNotStopWaves) {
    gate_.sent(wire::UpKind::bf, 65'536, now_);
    EXPECT_TRUE(gate_.open(wire::STREAM_W, now_));
}

TEST_F(LiveGateTest, ALinkThatIsTooNarrowForGoodIsTriedEverMoreSeldom) {
    // 2 kB/s in the order of sending.
    std::uint64_t sent = 0;
    std::uint64_t delivered = 0;
    std::deque<std::uint64_t> beats_at;
    int before = 0;
    for (int i = 0; i < 1'200; ++i) {
        before = i == 600 ? waves_ : before;
        const int waves = waves_;
        const int vitals = vitals_;
        second();
        sent += 200U + 5'000U * static_cast<unsigned>(waves_ - waves) +
                60U * static_cast<unsigned>(vitals_ - vitals);
        beats_at.push_back(sent);
        delivered = std::min(sent, delivered + 2'000);
        for (; !beats_at.empty() && beats_at.front() <= delivered; beats_at.pop_front()) {
            receipt();
        }
    }
    EXPECT_LT(waves_, 100);
    EXPECT_LE(waves_ - before, 12) << "in the last ten minutes";
    EXPECT_GE(waves_ - before, 1) << "a better link is found";
}

TEST_F(LiveGateTest, AfterAnOutageWavesComeBackWithinSeconds) {
    for (int i = 0; i < 8; ++i) {
        second();
    }
    const int before = waves_;
    while (beats_ > 0) {
        receipt();
    }
    for (int i = 0; i < 10; ++i) {
        second();
        receipt();
    }
    EXPECT_GE(waves_ - before, 8);
}

TEST_F(LiveGateTest, ANewLinkBeginsOpen) {
    for (int i = 0; i < 20; ++i) {
        second();
    }
    ASSERT_FALSE(gate_.open(wire::STREAM_W, now_));
    gate_.reset();
    EXPECT_TRUE(gate_.open(wire::STREAM_W, now_));
}

} // namespace
} // namespace ems::vehicle
