#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "vehicle/agent/ecg_replay.h"
#include "vehicle/agent/wave_builder.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

// The checksum of one of two signals of format 16.
int sum_of(const std::string& bytes, std::size_t signal) {
    int sum = 0;
    for (std::size_t at = 2 * signal; at + 1 < bytes.size(); at += 4) {
        sum += static_cast<std::int16_t>(static_cast<unsigned char>(bytes[at]) |
                                         static_cast<unsigned char>(bytes[at + 1]) << 8);
    }
    return static_cast<std::int16_t>(sum);
}

TEST(EcgReplay, GivesEverySampleOnceWithTheRecordsOwnRateAndGain) {
    test::TempDir dir;
    std::vector<std::int32_t> expected;
    std::string bytes;
    std::int16_t sum = 0;
    for (int i = 0; i < 1'000; ++i) {
        const auto value = static_cast<std::int16_t>(i * 37 % 2'000 + 24);
        sum = static_cast<std::int16_t>(sum + value);
        expected.push_back(value - 1'024);
        bytes.push_back(static_cast<char>(value & 0xff));
        bytes.push_back(static_cast<char>(value >> 8));
    }
    std::ofstream{dir.path() / "r.dat", std::ios::binary} << bytes;
    std::ofstream{dir.path() / "r.hea"} << "r 1 360 1000\nr.dat 16 200(1024) 11 1024 24 " << sum
                                        << " 0 MLII\n";
    auto replay = EcgReplay::load((dir.path() / "r").string(), 10);
    ASSERT_TRUE(replay) << replay.error().message();
    const auto session = replay->session(77);
    EXPECT_EQ(session.rate_mhz, 360'000U);
    EXPECT_EQ(session.gain_nv, 5'000U);
    EXPECT_EQ(session.lead_mask, 2U) << "MLII is shown as II";
    WaveBuilder waves;
    waves.begin(session);
    std::vector<std::int32_t> got;
    const auto take = [&got](const std::vector<BuiltBatch>& batches) {
        for (const BuiltBatch& one : batches) {
            const auto block = wire::decode_waves(one.batch);
            ASSERT_TRUE(block);
            ASSERT_EQ(block->first_sample, got.size());
            got.insert(got.end(), block->samples.begin(), block->samples.end());
        }
    };
    for (int tick = 1; tick <= 20; ++tick) {
        for (const auto& chunk : replay->due(tick * 17ms)) {
            take(waves.add(chunk, {1}, Watched::no));
        }
    }
    EXPECT_TRUE(replay->ended());
    take(waves.flush());
    EXPECT_EQ(got, expected);
}

// A probe that was off in the recording is off in the replay.
TEST(EcgReplay, APlethWithoutSamplesIsNotPlayedAsNumbers) {
    test::TempDir dir;
    std::string bytes;
    const auto put = [&bytes](int value) {
        bytes.push_back(static_cast<char>(value & 0xff));
        bytes.push_back(static_cast<char>(value >> 8 & 0xff));
    };
    for (int i = 0; i < 500; ++i) {
        put(i % 50);
        put(i >= 200 && i < 300 ? -32'768 : 100 + i % 7);
    }
    std::ofstream{dir.path() / "r.dat", std::ios::binary} << bytes;
    std::ofstream{dir.path() / "r.hea"} << "r 2 250 500\nr.dat 16 200/mV 16 0 0 "
                                        << sum_of(bytes, 0) << " 0 II\nr.dat 16 100/NU 16 0 100 "
                                        << sum_of(bytes, 1) << " 0 PLETH\n";
    auto replay = EcgReplay::load((dir.path() / "r").string(), 1);
    ASSERT_TRUE(replay) << replay.error().message();
    std::size_t without = 0;
    for (const auto& chunk : replay->due(2s)) {
        without += chunk.pleth.empty() ? chunk.count() : 0;
        for (const std::int32_t value : chunk.pleth) {
            EXPECT_NE(value, -32'768);
        }
    }
    EXPECT_EQ(without, 100U);
}

} // namespace
} // namespace ems::vehicle
