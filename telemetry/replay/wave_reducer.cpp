#include "telemetry/replay/wave_reducer.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "telemetry/base/assert.h"

namespace ems::replay {

std::int64_t duration_us(std::uint64_t samples, std::uint32_t rate_mhz) {
    EMS_ASSERT(samples < 1ULL << 33U); // of one page; the product stays within 64 bits
    // rate_mhz is samples in 1000 s.
    return rate_mhz == 0 ? 0 : static_cast<std::int64_t>(samples * 1'000'000'000 / rate_mhz);
}

DeviceTime end_of(DeviceTime t, const wire::WaveBlock& block) {
    return {t.us + (block.count > 0 ? duration_us(block.count, block.rate_mhz)
                                    : duration_us(block.pleth.size(), block.pleth_rate_mhz))};
}

void note_samples(const wire::WaveBlock& block, Cursor& cursor) {
    cursor.recording = block.recording;
    cursor.next_sample = block.first_sample + block.count;
    cursor.next_pleth_sample = block.pleth_first_sample + block.pleth.size();
    cursor.lead_mask =
        (block.lead_mask & ~block.lead_off_mask) | (block.pleth.empty() ? 0U : 1U << kPlethLead);
}

WaveReducer::WaveReducer(BucketScale scale, const std::optional<Cursor>& before) : scale_(scale) {
    EMS_ASSERT(scale_.buckets > 0);
    EMS_ASSERT(scale_.from < scale_.to);
    if (!before) {
        return;
    }
    for (std::uint32_t n = 0; n < leads_.size(); ++n) {
        Lead& lead = leads_[n];
        lead.known = (before->lead_mask >> n & 1U) != 0;
        lead.recording = before->recording;
        lead.next_sample = n == kPlethLead ? before->next_pleth_sample : before->next_sample;
    }
}

std::int64_t WaveReducer::bucket_of(DeviceTime t) const {
    if (t < scale_.from || t >= scale_.to) {
        return -1;
    }
    const std::int64_t width = scale_.to.us - scale_.from.us;
    return (t.us - scale_.from.us) * scale_.buckets / width;
}

void WaveReducer::put(Lead& lead, DeviceTime at, std::int32_t value, const WaveTrace& shape) {
    const std::int64_t bucket = bucket_of(at);
    if (bucket < 0) {
        return;
    }
    if (lead.open) {
        WaveTrace& trace = traces_[*lead.open];
        const std::int64_t last = trace.first_bucket + std::int64_t(trace.least.size()) - 1;
        if (bucket == last) {
            trace.least.back() = std::min(trace.least.back(), value);
            trace.most.back() = std::max(trace.most.back(), value);
            return;
        }
        if (bucket == last + 1) {
            trace.least.push_back(value);
            trace.most.push_back(value);
            values_ += 2;
            return;
        }
    }
    // No bucket is filled that has no sample: with buckets narrower than samples each is a trace.
    const bool joined = lead.open.has_value() || shape.joined;
    lead.open = traces_.size();
    traces_.push_back(shape);
    WaveTrace& trace = traces_.back();
    trace.joined = joined;
    trace.t = at;
    trace.first_bucket = static_cast<std::uint32_t>(bucket);
    trace.least.push_back(value);
    trace.most.push_back(value);
    values_ += 2;
}

void WaveReducer::add_lead(DeviceTime t, const wire::WaveBlock& block, const Samples& samples) {
    Lead& lead = leads_[samples.lead];
    if (samples.values.empty()) {
        lead.open.reset();
        lead.known = false;
        return;
    }
    const bool follows =
        lead.known && lead.recording == block.recording && lead.next_sample == samples.first_sample;
    bool keeps = follows && lead.open.has_value();
    if (keeps) {
        const WaveTrace& open = traces_[*lead.open];
        const std::int64_t expected =
            lead.anchor.us +
            duration_us(samples.first_sample - lead.anchor_sample, samples.rate_mhz);
        keeps = open.rate_mhz == samples.rate_mhz && open.gain_nv == samples.gain_nv &&
                open.simulated == block.simulated && std::abs(expected - t.us) <= kStepUs;
    }
    if (!keeps) {
        lead.open.reset();
        lead.anchor = t;
        lead.anchor_sample = samples.first_sample;
    }
    WaveTrace shape;
    shape.lead = samples.lead;
    shape.recording = block.recording;
    shape.rate_mhz = samples.rate_mhz;
    shape.gain_nv = samples.gain_nv;
    shape.simulated = block.simulated;
    shape.joined = follows;
    const std::uint64_t offset = samples.first_sample - lead.anchor_sample;
    for (std::size_t i = 0; i < samples.values.size(); ++i) {
        const DeviceTime at{lead.anchor.us + duration_us(offset + i, samples.rate_mhz)};
        put(lead, at, samples.values[i], shape);
    }
    lead.known = true;
    lead.recording = block.recording;
    lead.next_sample = samples.first_sample + samples.values.size();
}

void WaveReducer::add(DeviceTime t, const wire::WaveBlock& block) {
    for (std::uint32_t bit = 0; bit < kPlethLead; ++bit) {
        Samples samples{bit, block.first_sample, block.rate_mhz, block.gain_nv, {}};
        if ((block.lead_off_mask >> bit & 1U) == 0) {
            samples.values = block.lead(bit);
        }
        add_lead(t, block, samples);
    }
    add_lead(t, block,
             {kPlethLead, block.pleth_first_sample, block.pleth_rate_mhz, 0, block.pleth});
}

std::vector<WaveTrace> WaveReducer::take() {
    for (Lead& lead : leads_) {
        lead.open.reset();
    }
    values_ = 0;
    return std::exchange(traces_, {});
}

} // namespace ems::replay
