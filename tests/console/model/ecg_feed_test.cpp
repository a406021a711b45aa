#include "console/model/ecg_feed.h"

#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "telemetry/wire/waveform.h"

namespace ems::console {
namespace {

constexpr double kUnitMv = 0.00244;

class EcgFeedTest : public ::testing::Test {
  protected:
    EcgFeedTest() { feed_.watch(4, 10); }

    // 0.2 s of every lead; mv(seconds since the first sample).
    void send(const std::function<double(double)>& mv) {
        wire::WaveBlock block;
        block.recording = 7;
        block.rate_mhz = rate_mhz_;
        block.lead_mask = 0xFF;
        block.first_sample = next_;
        block.count = rate_mhz_ / 5'000;
        block.gain_nv = 2'440;
        for (int lead = 0; lead < 8; ++lead) {
            for (std::uint32_t i = 0; i < block.count; ++i) {
                const double t_s = static_cast<double>(next_ + i) * 1'000 / rate_mhz_;
                block.samples.push_back(static_cast<std::int32_t>(std::lround(mv(t_s) / kUnitMv)));
            }
        }
        skip();
        api::LiveWave wave;
        wave.set_unit_id(4);
        *wave.mutable_batch() = *wire::encode_waves(block);
        EXPECT_TRUE(feed_.add(wave, now_s_));
        (void)feed_.position(now_s_);
    }
    void skip() {
        next_ += rate_mhz_ / 5'000;
        now_s_ += 0.2;
    }
    // Largest size of lead II within the last second that is due.
    [[nodiscard]] double size_mv() {
        double most = -1;
        const auto end = static_cast<std::uint64_t>(feed_.position(now_s_));
        for (std::uint64_t sample = end - rate_mhz_ / 1'000; sample < end; ++sample) {
            double mv = 0;
            if (feed_.sample_mv(signal::ShownLead::II, sample, &mv)) {
                most = std::max(most, std::abs(mv));
            }
        }
        return most;
    }

    EcgFeed feed_;
    std::uint32_t rate_mhz_{500'000};
    std::uint64_t next_{0};
    double now_s_{100};
};

TEST_F(EcgFeedTest, MainsHumAndTheElectrodesOffsetAreNotShown) {
    for (int i = 0; i < 25; ++i) {
        send([](double t_s) { return 5 + 0.5 * std::sin(2 * std::numbers::pi * 50 * t_s); });
    }
    EXPECT_GE(size_mv(), 0);
    EXPECT_LT(size_mv(), 0.03);
}

TEST_F(EcgFeedTest, TheBandCanBeChangedAndTheTraceStartsAnew) {
    const auto slow = [](double t_s) { return std::sin(2 * std::numbers::pi * 0.2 * t_s); };
    for (int i = 0; i < 40; ++i) {
        send(slow);
    }
    EXPECT_EQ(feed_.band(), signal::EcgBand::monitor);
    EXPECT_LT(size_mv(), 0.55); // 0.37 of it passes 0.5 Hz
    const std::uint32_t before = feed_.generation();
    feed_.set_filter(signal::EcgBand::diagnostic, signal::Mains::as_recorded);
    EXPECT_GT(feed_.generation(), before);
    EXPECT_TRUE(feed_.filter()->is_diagnostic());
    for (int i = 0; i < 40; ++i) {
        send(slow);
    }
    EXPECT_GT(size_mv(), 0.8);
}

TEST_F(EcgFeedTest, AGapStaysOneAndLeavesNoTransientBehindIt) {
    for (int i = 0; i < 15; ++i) {
        send([](double) { return 3.0; });
    }
    skip();
    skip();
    const std::uint64_t gap = next_ - 100;
    for (int i = 0; i < 15; ++i) {
        send([](double) { return -3.0; });
    }
    double mv = 0;
    EXPECT_FALSE(feed_.sample_mv(signal::ShownLead::II, gap, &mv));
    ASSERT_TRUE(feed_.sample_mv(signal::ShownLead::II, gap + 101, &mv));
    EXPECT_LT(std::abs(mv), 0.01);
}

TEST_F(EcgFeedTest, ARateNoFilterIsMadeForIsShownAsItCame) {
    rate_mhz_ = 100'000;
    for (int i = 0; i < 25; ++i) {
        send([](double) { return 2.0; });
    }
    EXPECT_FALSE(feed_.filter());
    EXPECT_NEAR(size_mv(), 2.0, 0.01);
}

} // namespace
} // namespace ems::console
