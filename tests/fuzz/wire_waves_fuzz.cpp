// A wave that is decoded is encoded again to the same samples.
#include "telemetry/base/assert.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/waveform.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/telemetry/wire/golden_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems::wire;
    WaveBatch batch;
    if (!batch.ParseFromArray(data, static_cast<int>(size))) {
        return 0;
    }
    const auto block = decode_waves(batch);
    if (!block) {
        return 0;
    }
    for (unsigned bit = 0; bit < 32; ++bit) {
        EMS_ASSERT(block->lead(bit).empty() || block->lead(bit).size() == block->count);
    }
    const auto again = encode_waves(*block);
    EMS_ASSERT(again.has_value());
    const auto twice = decode_waves(*again);
    EMS_ASSERT(twice.has_value() && twice->samples == block->samples);
    EMS_ASSERT(twice->pleth == block->pleth && twice->first_sample == block->first_sample);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    std::vector<std::string> seeds;
    for (const GoldenMessage& golden : golden_messages()) {
        if (golden.message->GetTypeName() == "ems.wire.WaveBatch") {
            seeds.push_back(golden.message->SerializeAsString());
        }
    }
    wire::WaveBlock block;
    block.recording = 7;
    block.rate_mhz = 500'000;
    block.lead_mask = 0b11;
    block.count = 3;
    block.gain_nv = 2'440;
    block.samples = {1, -2, 3, 4, -5, 6};
    block.pleth_rate_mhz = 125'000;
    block.pleth = {10, 11};
    seeds.push_back(wire::encode_waves(block).value().SerializeAsString());
    return seeds;
}
