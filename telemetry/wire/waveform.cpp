#include "telemetry/wire/waveform.h"

#include <bit>
#include <string_view>

#include "telemetry/wire/ems.pb.h"

namespace ems::wire {
namespace {

bool value_fits(std::int64_t value) {
    return value >= -kWaveValueMax - 1 && value <= kWaveValueMax;
}

// The first bound that the description of a block breaks; empty when all hold.
std::string_view broken_bound(const WaveBlock& block, std::size_t values, std::size_t pleth) {
    if (block.recording == 0) {
        return "recording is 0";
    }
    if ((block.lead_mask & ~kWaveLeadMask) != 0) {
        return "lead_mask has unknown bits";
    }
    if ((block.lead_off_mask & ~block.lead_mask) != 0) {
        return "lead_off_mask has leads that are not there";
    }
    if (block.count > kWaveCountMax) {
        return "count is above its bound";
    }
    if (values != block.lead_count() * block.count) {
        return "number of samples is not leads x count";
    }
    if (values > 0 && (block.rate_mhz == 0 || block.rate_mhz > kWaveRateMhzMax ||
                       block.gain_nv == 0 || block.gain_nv > kWaveGainNvMax)) {
        return "rate or gain is out of range";
    }
    if (pleth > kWavePlethCountMax) {
        return "pleth is longer than its bound";
    }
    if (pleth > 0 && (block.pleth_rate_mhz == 0 || block.pleth_rate_mhz > kWaveRateMhzMax)) {
        return "pleth rate is out of range";
    }
    if (block.first_sample > kWaveSampleMax || block.pleth_first_sample > kWaveSampleMax) {
        return "sample index is out of range";
    }
    if (values == 0 && pleth == 0) {
        return "the batch is empty";
    }
    return {};
}

} // namespace

std::size_t WaveBlock::lead_count() const {
    return static_cast<std::size_t>(std::popcount(lead_mask));
}

std::span<const std::int32_t> WaveBlock::lead(unsigned bit) const {
    if (bit >= 32 || (lead_mask & (1U << bit)) == 0) {
        return {};
    }
    const auto before = static_cast<std::size_t>(std::popcount(lead_mask & ((1U << bit) - 1U)));
    return std::span{samples}.subspan(before * count, count);
}

Result<WaveBatch> encode_waves(const WaveBlock& block) {
    if (const auto broken = broken_bound(block, block.samples.size(), block.pleth.size());
        !broken.empty()) {
        return fail(Code::invalid_argument, std::string{broken});
    }
    WaveBatch out;
    out.set_recording(block.recording);
    out.set_rate_mhz(block.rate_mhz);
    out.set_lead_mask(block.lead_mask);
    out.set_first_sample(block.first_sample);
    out.set_count(block.count);
    out.set_gain_nv(block.gain_nv);
    out.set_lead_off_mask(block.lead_off_mask);
    out.set_pleth_rate_mhz(block.pleth_rate_mhz);
    out.set_pleth_first_sample(block.pleth_first_sample);
    out.set_simulated(block.simulated);
    out.mutable_deltas()->Reserve(static_cast<int>(block.samples.size()));
    std::int32_t previous = 0;
    for (std::size_t i = 0; i < block.samples.size(); ++i) {
        if (!value_fits(block.samples[i])) {
            return fail(Code::out_of_range, "a sample does not fit 24 bits");
        }
        const std::int32_t base = i % block.count == 0 ? 0 : previous;
        out.add_deltas(block.samples[i] - base);
        previous = block.samples[i];
    }
    previous = 0;
    for (const std::int32_t value : block.pleth) {
        if (!value_fits(value)) {
            return fail(Code::out_of_range, "a pleth sample does not fit 24 bits");
        }
        out.add_pleth_deltas(value - previous);
        previous = value;
    }
    return out;
}

Result<WaveBlock> decode_waves(const WaveBatch& batch) {
    WaveBlock out;
    out.recording = batch.recording();
    out.rate_mhz = batch.rate_mhz();
    out.lead_mask = batch.lead_mask();
    out.first_sample = batch.first_sample();
    out.count = batch.count();
    out.gain_nv = batch.gain_nv();
    out.lead_off_mask = batch.lead_off_mask();
    out.pleth_rate_mhz = batch.pleth_rate_mhz();
    out.pleth_first_sample = batch.pleth_first_sample();
    out.simulated = batch.simulated();
    const auto values = static_cast<std::size_t>(batch.deltas_size());
    const auto pleth = static_cast<std::size_t>(batch.pleth_deltas_size());
    if (const auto broken = broken_bound(out, values, pleth); !broken.empty()) {
        return fail(Code::malformed, std::string{broken});
    }
    out.samples.reserve(values);
    std::int64_t value = 0;
    for (std::size_t i = 0; i < values; ++i) {
        const std::int64_t delta = batch.deltas(static_cast<int>(i));
        value = i % out.count == 0 ? delta : value + delta;
        if (!value_fits(value)) {
            return fail(Code::malformed, "a sample does not fit 24 bits");
        }
        out.samples.push_back(static_cast<std::int32_t>(value));
    }
    value = 0;
    out.pleth.reserve(pleth);
    for (const std::int32_t delta : batch.pleth_deltas()) {
        value += delta;
        if (!value_fits(value)) {
            return fail(Code::malformed, "a pleth sample does not fit 24 bits");
        }
        out.pleth.push_back(static_cast<std::int32_t>(value));
    }
    return out;
}

} // namespace ems::wire
