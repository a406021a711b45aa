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
        if (gate_.open(wire::STREAM_W, watched_, now_)) {
            gate_.sent(wire::UpKind::wav, 5'000, now_);
            ++waves_;
        }
        if (gate_.open(wire::STREAM_V, watched_, now_)) {
            gate_.sent(wire::UpKind::vit, 60, now_);
            ++vitals_;
        }
        gate_.sent(wire::UpKind::hb, 200, now_);
        ++beats_;
    }
    void receipt() {
        gate_.received(wire::UpKind::hb, now_);
        --beats_;
    }
    // A link of 2 kB/s, in the order of sending.
    void narrow_second() {
        const int waves = waves_;
        const int vitals = vitals_;
        second();
        sent_ += 200U + 5'000U * static_cast<unsigned>(waves_ - waves) +
                 60U * static_cast<unsigned>(vitals_ - vitals);
        beats_at_.push_back(sent_);
        delivered_ = std::min(sent_, delivered_ + 2'000);
        for (; !beats_at_.empty() && beats_at_.front() <= delivered_; beats_at_.pop_front()) {
            receipt();
        }
    }
    LiveGate gate_;
    Watched watched_{Watched::no};
    std::uint64_t sent_{0};
    std::uint64_t delivered_{0};
    std::deque<std::uint64_t> beats_at_;
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
    EXPECT_TRUE(gate_.open(wire::STREAM_A, watched_, now_));
    EXPECT_TRUE(gate_.open(wire::STREAM_G, watched_, now_));
}

TEST_F(LiveGateTest, WavesStopWhenTooMuchIsUnreceiptedHoweverShortItWaits) {
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(gate_.open(wire::STREAM_W, watched_, now_));
        gate_.sent(wire::UpKind::wav, 5'000, now_);
    }
    EXPECT_FALSE(gate_.open(wire::STREAM_W, watched_, now_));
    EXPECT_TRUE(gate_.open(wire::STREAM_V, watched_, now_));
}

TEST_F(LiveGateTest, TheBytesOfABurstOfTheBacklogDoNotStopWaves) {
    gate_.sent(wire::UpKind::bf, 65'536, now_);
    EXPECT_TRUE(gate_.open(wire::STREAM_W, watched_, now_));
}

TEST_F(LiveGateTest, ALinkThatIsTooNarrowForGoodIsTriedEverMoreSeldom) {
    int before = 0;
    for (int i = 0; i < 1'200; ++i) {
        before = i == 600 ? waves_ : before;
        narrow_second();
    }
    EXPECT_LT(waves_, 100);
    EXPECT_LE(waves_ - before, 12) << "in the last ten minutes";
    EXPECT_GE(waves_ - before, 1) << "a better link is found";
}

TEST_F(LiveGateTest, WhileSomebodyWatchesATooNarrowLinkIsTriedEveryTwentySeconds) {
    for (int i = 0; i < 600; ++i) {
        narrow_second();
    }
    watched_ = Watched::yes;
    int seconds_without = 0;
    int most = 0;
    for (int i = 0; i < 600; ++i) {
        const int before = waves_;
        narrow_second();
        seconds_without = waves_ > before ? 0 : seconds_without + 1;
        most = std::max(most, seconds_without);
    }
    EXPECT_LE(most, 20);
}

// Handovers between cells: four seconds of every twenty nothing comes, then all of it at once.
TEST_F(LiveGateTest, AWideLinkThatStallsNowAndThenIsNotTakenForANarrowOne) {
    for (int i = 0; i < 600; ++i) {
        second();
        while (i % 20 >= 4 && beats_ > 0) {
            receipt();
        }
    }
    EXPECT_GE(waves_, 600 / 20 * 12) << "each time back five seconds after they stopped";
}

TEST_F(LiveGateTest, AReceiptTellsHowLongItsMessageWasUnderWay) {
    gate_.sent(wire::UpKind::hb, 200, now_);
    EXPECT_EQ(gate_.received(wire::UpKind::hb, now_ + 70ms), 70ms);
    EXPECT_FALSE(gate_.received(wire::UpKind::hb, now_ + 80ms)) << "nothing is under way";
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
    ASSERT_FALSE(gate_.open(wire::STREAM_W, watched_, now_));
    gate_.reset();
    EXPECT_TRUE(gate_.open(wire::STREAM_W, watched_, now_));
}

} // namespace
} // namespace ems::vehicle
