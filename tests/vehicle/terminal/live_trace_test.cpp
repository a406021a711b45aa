#include "vehicle/terminal/live_trace.h"

#include <gtest/gtest.h>

#include <vector>

#include "telemetry/wire/waveform.h"

namespace ems::terminal {
namespace {

constexpr std::uint32_t kSecond = signal::lead_bit(signal::Lead::II);

// 0.2 s of a constant.
wire::WaveBatch batch(std::uint64_t first, std::uint32_t off = 0, std::uint64_t recording = 3) {
    wire::WaveBlock block{.recording = recording,
                          .rate_mhz = 500'000,
                          .lead_mask = kSecond,
                          .first_sample = first,
                          .count = 100,
                          .gain_nv = 1'000,
                          .lead_off_mask = off,
                          .samples = std::vector<std::int32_t>(100, 500),
                          .pleth = {}};
    return *wire::encode_waves(block);
}

TEST(LiveTrace, ShowsWhatCameALittleLaterAndEvenly) {
    LiveTrace trace;
    EXPECT_FALSE(trace.hasEcg());
    double now_s = 100;
    for (std::uint64_t i = 0; i < 10; ++i, now_s += 0.2) {
        ASSERT_TRUE(trace.add(batch(i * 100), now_s));
    }
    const double last_s = 100 + 9 * 0.2;
    EXPECT_EQ(trace.lead(), signal::Lead::II);
    EXPECT_NEAR(trace.ecgPosition(last_s), 1'000 - LiveTrace::kDelayS * 500, 20);
    EXPECT_TRUE(trace.ecgMv(600));
    EXPECT_FALSE(trace.ecgMv(950)) << "not due yet";
}

TEST(LiveTrace, LeavesAGapWhereABatchIsMissing) {
    LiveTrace trace;
    for (const std::uint64_t i : {0U, 1U, 3U, 4U, 5U, 6U}) {
        ASSERT_TRUE(trace.add(batch(i * 100), 100 + static_cast<double>(i) * 0.2));
    }
    ASSERT_GT(trace.ecgPosition(101.2), 400);
    EXPECT_TRUE(trace.ecgMv(199));
    EXPECT_FALSE(trace.ecgMv(200));
    EXPECT_FALSE(trace.ecgMv(299));
    EXPECT_TRUE(trace.ecgMv(300));
}

TEST(LiveTrace, ShowsNoValueOfAnElectrodeThatIsOff) {
    LiveTrace trace;
    for (std::uint64_t i = 0; i < 6; ++i) {
        ASSERT_TRUE(trace.add(batch(i * 100, i >= 3 ? kSecond : 0), 100 + static_cast<double>(i) * 0.2));
    }
    trace.ecgPosition(101.4);
    EXPECT_TRUE(trace.isOff());
    EXPECT_TRUE(trace.ecgMv(299));
    EXPECT_FALSE(trace.ecgMv(300));
}

TEST(LiveTrace, BeginsAnewWithAnotherRecording) {
    LiveTrace trace;
    ASSERT_TRUE(trace.add(batch(0), 100));
    trace.ecgPosition(101);
    const auto before = trace.generation();
    ASSERT_TRUE(trace.add(batch(5'000, 0, 4), 101));
    EXPECT_NE(trace.generation(), before);
    EXPECT_FALSE(trace.ecgMv(50));
}

TEST(LiveTrace, RefusesWhatIsNoTraceOfOneLead) {
    LiveTrace trace;
    wire::WaveBatch broken = batch(0);
    broken.set_count(7);
    EXPECT_FALSE(trace.add(broken, 100));
    wire::WaveBlock two{.recording = 3,
                        .rate_mhz = 500'000,
                        .lead_mask = 3,
                        .count = 2,
                        .gain_nv = 1'000,
                        .samples = {1, 2, 3, 4},
                        .pleth = {}};
    EXPECT_FALSE(trace.add(*wire::encode_waves(two), 100));
    EXPECT_FALSE(trace.hasEcg());
}

} // namespace
} // namespace ems::terminal
