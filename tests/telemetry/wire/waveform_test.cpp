#include "telemetry/wire/waveform.h"

#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "telemetry/wire/ems.pb.h"

namespace ems::wire {
namespace {

WaveBlock sample_block() {
    WaveBlock block;
    block.recording = 0x1234567890ABCDEFULL;
    block.rate_mhz = 500'000;
    block.lead_mask = 0xFF;
    block.first_sample = 123'456'789;
    block.count = 100;
    block.gain_nv = 2440;
    block.lead_off_mask = 0x04;
    block.pleth_rate_mhz = 125'000;
    block.pleth_first_sample = 30'864'197;
    block.simulated = true;
    std::mt19937 random{7};
    std::uniform_int_distribution<std::int32_t> any{-kWaveValueMax - 1, kWaveValueMax};
    for (std::size_t i = 0; i < 800; ++i) {
        block.samples.push_back(any(random));
    }
    for (std::size_t i = 0; i < 25; ++i) {
        block.pleth.push_back(any(random));
    }
    return block;
}

WaveBatch sample_batch() {
    return *encode_waves(sample_block());
}

TEST(Waveform, SurvivesTheWireSampleForSample) {
    const WaveBlock block = sample_block();
    const std::string bytes = encode_waves(block)->SerializeAsString();
    WaveBatch batch;
    ASSERT_TRUE(batch.ParseFromString(bytes));
    const Result<WaveBlock> back = decode_waves(batch);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->samples, block.samples);
    EXPECT_EQ(back->pleth, block.pleth);
    EXPECT_EQ(back->first_sample, block.first_sample);
    EXPECT_EQ(back->pleth_first_sample, block.pleth_first_sample);
    EXPECT_EQ(back->lead_off_mask, block.lead_off_mask);
    EXPECT_TRUE(back->simulated);
}

TEST(Waveform, LeadsStandInMaskOrder) {
    WaveBlock block = sample_block();
    block.lead_mask = 0x105; // I, V1, other
    block.lead_off_mask = 0;
    block.count = 2;
    block.samples = {1, 2, 30, 40, 500, 600};
    const WaveBlock back = *decode_waves(*encode_waves(block));
    EXPECT_EQ(back.lead(2)[1], 40);
    EXPECT_EQ(back.lead(8)[0], 500);
    EXPECT_TRUE(back.lead(1).empty());
    EXPECT_TRUE(back.lead(40).empty());
}

TEST(Waveform, GoldenDeltas) {
    WaveBlock block = sample_block();
    block.lead_mask = 3;
    block.lead_off_mask = 0;
    block.count = 3;
    block.samples = {10, 12, 7, -5, -5, 100};
    block.pleth = {3, 4};
    const WaveBatch batch = *encode_waves(block);
    EXPECT_EQ(std::vector<std::int32_t>(batch.deltas().begin(), batch.deltas().end()),
              (std::vector<std::int32_t>{10, 2, -5, -5, 0, 105}));
    EXPECT_EQ(std::vector<std::int32_t>(batch.pleth_deltas().begin(), batch.pleth_deltas().end()),
              (std::vector<std::int32_t>{3, 1}));
}

TEST(Waveform, PlethAloneIsABatch) {
    WaveBlock block = sample_block();
    block.lead_mask = 0;
    block.lead_off_mask = 0;
    block.count = 0;
    block.samples.clear();
    EXPECT_TRUE(decode_waves(*encode_waves(block)));
}

TEST(Waveform, EncoderRefusesASampleThatCouldOverflow) {
    WaveBlock block = sample_block();
    block.samples[5] = kWaveValueMax + 1;
    ASSERT_FALSE(encode_waves(block));
    EXPECT_EQ(encode_waves(block).error().code, Code::out_of_range);
}

TEST(Waveform, DecoderRefusesWhatBreaksABound) {
    const std::vector<std::pair<const char*, std::function<void(WaveBatch&)>>> faults{
        {"no recording", [](WaveBatch& b) { b.set_recording(0); }},
        {"unknown lead", [](WaveBatch& b) { b.set_lead_mask(0x1FFFF); }},
        {"one lead fewer than samples", [](WaveBatch& b) { b.set_lead_mask(0x7F); }},
        {"count too high", [](WaveBatch& b) { b.set_count(101); }},
        {"count that wraps", [](WaveBatch& b) { b.set_count(0xFFFFFFFFU); }},
        {"count zero", [](WaveBatch& b) { b.set_count(0); }},
        {"off lead that is absent", [](WaveBatch& b) { b.set_lead_off_mask(0x100); }},
        {"no rate", [](WaveBatch& b) { b.set_rate_mhz(0); }},
        {"rate too high", [](WaveBatch& b) { b.set_rate_mhz(kWaveRateMhzMax + 1); }},
        {"no gain", [](WaveBatch& b) { b.set_gain_nv(0); }},
        {"index beyond the bound", [](WaveBatch& b) { b.set_first_sample(~0ULL); }},
        {"pleth without rate", [](WaveBatch& b) { b.set_pleth_rate_mhz(0); }},
        {"too much pleth",
         [](WaveBatch& b) {
             for (std::uint32_t i = 0; i <= kWavePlethCountMax; ++i) {
                 b.add_pleth_deltas(0);
             }
         }},
        {"sum that overflows",
         [](WaveBatch& b) {
             b.set_deltas(0, 2'147'483'647);
             b.set_deltas(1, 2'147'483'647);
         }},
        {"pleth sum that overflows",
         [](WaveBatch& b) {
             b.set_pleth_deltas(0, 2'147'483'647);
             b.set_pleth_deltas(1, 2'147'483'647);
         }},
    };
    for (const auto& [name, spoil] : faults) {
        WaveBatch batch = sample_batch();
        spoil(batch);
        const Result<WaveBlock> result = decode_waves(batch);
        ASSERT_FALSE(result) << name;
        EXPECT_EQ(result.error().code, Code::malformed) << name;
    }
}

TEST(Waveform, EmptyBatchIsRefused) {
    WaveBatch batch;
    batch.set_recording(1);
    EXPECT_FALSE(decode_waves(batch));
}

} // namespace
} // namespace ems::wire
