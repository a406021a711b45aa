#include "telemetry/signal/sample_ring.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::signal {

SampleRing::SampleRing(std::size_t capacity) : values_(capacity, kGap) {
    EMS_ASSERT(capacity > 0);
    EMS_ASSERT(capacity <= kCapacityMax);
}

std::uint64_t SampleRing::begin() const {
    const std::uint64_t held = values_.size();
    return std::max(start_, end_ > held ? end_ - held : 0);
}

void SampleRing::reset() {
    std::fill(values_.begin(), values_.end(), kGap);
    start_ = 0;
    end_ = 0;
    started_ = false;
}

void SampleRing::extend(std::uint64_t end) {
    if (end <= end_) {
        return;
    }
    // Everything between the old end and the new one is a gap until it is written.
    const std::uint64_t from = end - end_ > values_.size() ? end - values_.size() : end_;
    for (std::uint64_t i = from; i < end; ++i) {
        values_[static_cast<std::size_t>(i % values_.size())] = kGap;
    }
    end_ = end;
}

void SampleRing::write(std::uint64_t first_sample, std::span<const std::int32_t> samples) {
    constexpr std::uint64_t kIndexMax = 1ULL << 62U;
    if (samples.empty() || first_sample > kIndexMax) {
        return;
    }
    if (!started_) {
        started_ = true;
        start_ = first_sample;
        end_ = first_sample;
    }
    extend(first_sample + samples.size());
    // A block older than the first one written still belongs to the recording when there is room
    // for it.
    start_ = std::min(start_, first_sample);
    const std::uint64_t oldest = begin();
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const std::uint64_t index = first_sample + i;
        if (index >= oldest) {
            values_[static_cast<std::size_t>(index % values_.size())] = samples[i];
        }
    }
}

void SampleRing::write_gap(std::uint64_t first_sample, std::size_t count) {
    const std::vector<std::int32_t> gap(std::min(count, values_.size()), kGap);
    write(first_sample + (count - gap.size()), gap);
}

std::optional<std::int32_t> SampleRing::at(std::uint64_t sample) const {
    if (!started_ || sample < begin() || sample >= end_) {
        return std::nullopt;
    }
    const std::int32_t value = values_[static_cast<std::size_t>(sample % values_.size())];
    return value == kGap ? std::nullopt : std::optional{value};
}

} // namespace ems::signal
