#include "vehicle/agent/trace_tap.h"

#include <gtest/gtest.h>

#include "telemetry/signal/ecg_leads.h"
#include "telemetry/wire/waveform.h"

namespace ems::vehicle {
namespace {

WaveBuilder::Session session(std::uint32_t lead_mask) {
    return {.recording = 9,
            .rate_mhz = 500'000,
            .gain_nv = 2'440,
            .lead_mask = lead_mask,
            .pleth_rate_mhz = 100'000,
            .simulated = true};
}

// 0.1 s; each lead says its place in the session.
WaveBuilder::Chunk chunk(std::uint64_t first, std::int32_t leads) {
    WaveBuilder::Chunk out{.first_sample = first, .leads = {}, .pleth_first = first / 5};
    for (std::int32_t lead = 0; lead < leads; ++lead) {
        out.leads.emplace_back(50, lead);
    }
    out.pleth.assign(10, 77);
    return out;
}

TEST(TraceTap, GivesLeadTwoAndThePlethFiveTimesASecond) {
    TraceTap tap;
    tap.begin(session(0xFF));
    std::vector<wire::WaveBatch> out;
    for (std::uint64_t i = 0; i < 10; ++i) {
        for (auto& one : tap.add(chunk(i * 50, 8), {}, Drawn::yes)) {
            out.push_back(std::move(one));
        }
    }
    ASSERT_EQ(out.size(), 5U);
    const auto block = wire::decode_waves(out.front());
    ASSERT_TRUE(block);
    EXPECT_EQ(block->lead_mask, signal::lead_bit(signal::Lead::II));
    EXPECT_EQ(block->samples, std::vector<std::int32_t>(100, 1));
    EXPECT_EQ(block->pleth.size(), 20U);
    EXPECT_TRUE(block->simulated);
}

TEST(TraceTap, GivesTheFirstLeadOfAModuleWithoutLeadTwo) {
    TraceTap tap;
    tap.begin(session(signal::lead_bit(signal::Lead::V3) | signal::lead_bit(signal::Lead::V5)));
    tap.add(chunk(0, 2), {}, Drawn::yes);
    const auto out = tap.add(chunk(50, 2), {}, Drawn::yes);
    ASSERT_EQ(out.size(), 1U);
    const auto block = wire::decode_waves(out.front());
    ASSERT_TRUE(block);
    EXPECT_EQ(block->lead_mask, signal::lead_bit(signal::Lead::V3));
    EXPECT_EQ(block->samples.front(), 0);
}

TEST(TraceTap, GivesNothingWhileNobodyDrawsAndNothingOfBeforeLater) {
    TraceTap tap;
    tap.begin(session(0xFF));
    EXPECT_TRUE(tap.add(chunk(0, 8), {}, Drawn::yes).empty());
    EXPECT_TRUE(tap.add(chunk(50, 8), {}, Drawn::no).empty());
    EXPECT_TRUE(tap.add(chunk(100, 8), {}, Drawn::yes).empty());
    const auto out = tap.add(chunk(150, 8), {}, Drawn::yes);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out.front().first_sample(), 100U);
}

TEST(TraceTap, SaysThatItsElectrodeIsOffAndNotThatAnotherIs) {
    TraceTap tap;
    tap.begin(session(0xFF));
    auto with_off = [&](std::uint64_t first, signal::Lead lead) {
        auto one = chunk(first, 8);
        one.lead_off_mask = signal::lead_bit(lead);
        return tap.add(one, {}, Drawn::yes);
    };
    with_off(0, signal::Lead::V1);
    const auto other = with_off(50, signal::Lead::V1);
    ASSERT_EQ(other.size(), 1U);
    EXPECT_EQ(other.front().lead_off_mask(), 0U);
    with_off(100, signal::Lead::II);
    const auto own = with_off(150, signal::Lead::II);
    ASSERT_EQ(own.size(), 1U);
    EXPECT_EQ(own.front().lead_off_mask(), signal::lead_bit(signal::Lead::II));
}

} // namespace
} // namespace ems::vehicle
