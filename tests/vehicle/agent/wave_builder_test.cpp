#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "vehicle/agent/limits.h"
#include "vehicle/agent/wave_builder.h"
#include "vehicle/spool/record.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

TEST(WaveBuilder, BatchesBySecondOrFifthAndBreaksAtHolesAndLeadChanges) {
    WaveBuilder waves;
    waves.begin({.recording = 9, .rate_mhz = 500'000, .gain_nv = 2'440, .lead_mask = 2});
    const auto chunk = [](std::uint64_t first, std::uint32_t off = 0) {
        return WaveBuilder::Chunk{.first_sample = first,
                                  .lead_off_mask = off,
                                  .leads = {std::vector<std::int32_t>(50, 7)}};
    };
    EXPECT_TRUE(waves.add(chunk(0), {1'000}, Watched::yes).empty());
    const auto fifth = waves.add(chunk(50), {2'000}, Watched::yes);
    ASSERT_EQ(fifth.size(), 1U);
    EXPECT_EQ(fifth[0].batch.count(), 100U);
    EXPECT_EQ(fifth[0].t_us, 1'000);
    std::size_t batches = 0;
    for (std::uint64_t i = 0; i < 10; ++i) {
        batches += waves.add(chunk(100 + i * 50), {3'000}, Watched::no).size();
    }
    EXPECT_EQ(batches, 1U);
    waves.add(chunk(600), {4'000}, Watched::no);
    const auto hole = waves.add(chunk(700), {5'000}, Watched::no);
    ASSERT_EQ(hole.size(), 1U);
    EXPECT_EQ(hole[0].batch.first_sample() + hole[0].batch.count(), 650U);
    const auto lead_off = waves.add(chunk(750, 2), {6'000}, Watched::no);
    ASSERT_EQ(lead_off.size(), 1U);
    EXPECT_EQ(lead_off[0].batch.lead_off_mask(), 0U);
    EXPECT_EQ(waves.flush().at(0).batch.lead_off_mask(), 2U);
}

// What came out of a builder, put together again: every batch fits a record and decodes.
struct Rejoined {
    std::vector<std::vector<std::int32_t>> leads;
    std::vector<std::int32_t> pleth;
    std::size_t batches{0};

    void take(const std::vector<BuiltBatch>& built) {
        for (const BuiltBatch& one : built) {
            ++batches;
            EXPECT_LE(one.batch.ByteSizeLong(), kRecordBodySizeMax);
            const auto block = wire::decode_waves(one.batch);
            ASSERT_TRUE(block) << block.error().message();
            leads.resize(block->lead_count());
            if (block->count > 0) {
                EXPECT_EQ(block->first_sample, leads.front().size());
            }
            if (!block->pleth.empty()) {
                EXPECT_EQ(block->pleth_first_sample, pleth.size());
            }
            for (std::size_t i = 0; i < leads.size(); ++i) {
                const auto from =
                    block->samples.begin() + static_cast<std::ptrdiff_t>(i * block->count);
                leads[i].insert(leads[i].end(), from, from + block->count);
            }
            pleth.insert(pleth.end(), block->pleth.begin(), block->pleth.end());
        }
    }
};

TEST(WaveBuilder, PlethWithoutEcgIsSentEverySecondToo) {
    WaveBuilder waves;
    waves.begin({.recording = 9,
                 .rate_mhz = 500'000,
                 .gain_nv = 2'440,
                 .lead_mask = 2,
                 .pleth_rate_mhz = 125'000});
    Rejoined got;
    std::vector<std::int32_t> sent;
    for (int i = 0; i < 500; ++i) { // 100 s of 0.2 s each
        WaveBuilder::Chunk chunk{.leads = {{}}, .pleth_first = sent.size()};
        for (int k = 0; k < 25; ++k) {
            chunk.pleth.push_back(i + k);
        }
        sent.insert(sent.end(), chunk.pleth.begin(), chunk.pleth.end());
        got.take(waves.add(chunk, {i}, Watched::no));
    }
    EXPECT_EQ(got.batches, 100U);
    EXPECT_EQ(got.pleth, sent);
    got.take(waves.add({.leads = {{}}, .pleth_first = sent.size(), .pleth = std::vector(25, 1)},
                       {600}, Watched::yes));
    EXPECT_EQ(got.batches, 101U) << "a fifth of a second when somebody watches";
}

TEST(WaveBuilder, BlocksOfAnySizeBecomeBatchesThatFitARecord) {
    WaveBuilder waves;
    waves.begin({.recording = 9,
                 .rate_mhz = 2'000'000,
                 .gain_nv = 1,
                 .lead_mask = 0x1ff,
                 .pleth_rate_mhz = 500'000});
    Rejoined got;
    std::vector<std::vector<std::int32_t>> leads(9);
    std::vector<std::int32_t> pleth;
    std::mt19937 random{11};
    for (int i = 0; i < 200; ++i) {
        WaveBuilder::Chunk chunk{.first_sample = leads[0].size(), .pleth_first = pleth.size()};
        const std::size_t count = random() % 3 == 0 ? 0 : random() % (kEcgBoxCountMax + 1);
        for (auto& lead : leads) {
            auto& part = chunk.leads.emplace_back();
            for (std::size_t k = 0; k < count; ++k) { // the widest differences there are
                part.push_back(k % 2 == 0 ? wire::kWaveValueMax : -wire::kWaveValueMax);
            }
            lead.insert(lead.end(), part.begin(), part.end());
        }
        const std::size_t pulses = random() % 2 == 0 ? 0 : random() % (kEcgBoxCountMax + 1);
        for (std::size_t k = 0; k < pulses; ++k) {
            chunk.pleth.push_back(k % 2 == 0 ? wire::kWaveValueMax : -wire::kWaveValueMax);
        }
        pleth.insert(pleth.end(), chunk.pleth.begin(), chunk.pleth.end());
        got.take(waves.add(chunk, {i}, random() % 2 == 0 ? Watched::yes : Watched::no));
    }
    got.take(waves.flush());
    EXPECT_EQ(got.leads, leads);
    EXPECT_EQ(got.pleth, pleth);
}

} // namespace
} // namespace ems::vehicle
