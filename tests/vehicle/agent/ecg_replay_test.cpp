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

} // namespace
} // namespace ems::vehicle
