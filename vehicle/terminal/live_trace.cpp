#include "vehicle/terminal/live_trace.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "telemetry/wire/waveform.h"

namespace ems::terminal {
namespace {

constexpr double kShownParts = 16; // a filtered value is not a whole unit
constexpr double kExtentS = 4;     // a breath and more

constexpr auto kCapacity = static_cast<std::size_t>(LiveTrace::kKeptS * LiveTrace::kRateMaxHz);

} // namespace

LiveTrace::LiveTrace() : raw_(kCapacity), shown_(kCapacity), pleth_(kCapacity) {}

void LiveTrace::begin(std::uint64_t recording, double ecg_rate_hz, double pleth_rate_hz) {
    recording_ = recording;
    ecg_rate_hz_ = ecg_rate_hz;
    pleth_rate_hz_ = pleth_rate_hz;
    ecg_playout_.reset();
    pleth_playout_.reset();
    pleth_at_ = -1;
    filter_.reset();
    filter_state_ = {};
    filtered_to_ = 0;
    if (ecg_rate_hz > 0) {
        ecg_playout_.emplace(ecg_rate_hz, kDelayS);
        const auto designed = signal::EcgFilter::design(ecg_rate_hz, signal::EcgBand::monitor,
                                                        signal::Mains::notch_50_hz);
        if (designed) {
            filter_ = *designed;
        }
    }
    if (pleth_rate_hz > 0) {
        pleth_playout_.emplace(pleth_rate_hz, kDelayS);
    }
    for (signal::SampleRing* ring : {&raw_, &shown_, &pleth_}) {
        ring->reset();
    }
    ++generation_;
}

bool LiveTrace::add(const wire::WaveBatch& batch, double now_s) {
    const auto block = wire::decode_waves(batch);
    if (!block || std::popcount(block->lead_mask) > 1) {
        return false;
    }
    const double ecg_hz = block->count == 0 ? ecg_rate_hz_ : block->rate_mhz / 1'000.0;
    const double pleth_hz = block->pleth.empty() ? pleth_rate_hz_ : block->pleth_rate_mhz / 1'000.0;
    if (ecg_hz > kRateMaxHz || pleth_hz > kRateMaxHz) {
        return false;
    }
    if (block->recording != recording_ || ecg_hz != ecg_rate_hz_ || pleth_hz != pleth_rate_hz_) {
        begin(block->recording, ecg_hz, pleth_hz);
    }
    simulated_ = block->simulated;
    if (block->count > 0) {
        const auto bit = static_cast<unsigned>(std::countr_zero(block->lead_mask));
        lead_ = static_cast<signal::Lead>(bit);
        off_ = block->lead_off_mask != 0;
        mv_per_unit_ = block->gain_nv / 1e6;
        if (off_) {
            raw_.write_gap(block->first_sample, block->count);
        } else {
            raw_.write(block->first_sample, block->lead(bit));
        }
        ecg_playout_->arrived(block->first_sample + block->count, now_s);
        newest_s_ = now_s;
    }
    if (!block->pleth.empty()) {
        pleth_.write(block->pleth_first_sample, block->pleth);
        pleth_playout_->arrived(block->pleth_first_sample + block->pleth.size(), now_s);
    }
    return true;
}

// What is due and not filtered yet, in order; behind a gap the filter is at rest. What comes after
// its place was passed stays out: the sweep has drawn its gap.
void LiveTrace::filterTo(std::uint64_t end) {
    for (std::uint64_t sample = std::max(filtered_to_, raw_.begin()); sample < end; ++sample) {
        const auto value = raw_.at(sample);
        if (!value) {
            filter_state_ = {};
            shown_.write_gap(sample, 1);
            continue;
        }
        const double units = filter_ ? filter_->step(filter_state_, *value) : *value;
        const std::array<std::int32_t, 1> shown{
            static_cast<std::int32_t>(std::lround(std::clamp(units * kShownParts, -2e9, 2e9)))};
        shown_.write(sample, shown);
    }
    filtered_to_ = std::max(filtered_to_, end);
}

double LiveTrace::ecgPosition(double now_s) {
    const double position = ecg_playout_ ? ecg_playout_->position(now_s) : -1.0;
    if (position >= 0) {
        filterTo(std::min(raw_.end(), static_cast<std::uint64_t>(std::ceil(position)) + 1));
    }
    return position;
}

double LiveTrace::plethPosition(double now_s) {
    pleth_at_ = pleth_playout_ ? pleth_playout_->position(now_s) : -1.0;
    return pleth_at_;
}

std::optional<double> LiveTrace::ecgMv(std::uint64_t sample) const {
    const auto value = shown_.at(sample);
    return value ? std::optional{*value / kShownParts * mv_per_unit_} : std::nullopt;
}

std::optional<std::int32_t> LiveTrace::pleth(std::uint64_t sample) const {
    return pleth_.at(sample);
}

signal::Extent LiveTrace::plethExtent() const {
    if (pleth_at_ < 0) {
        return {};
    }
    const double from = std::max(static_cast<double>(pleth_.begin()),
                                 pleth_at_ - kExtentS * pleth_rate_hz_);
    return signal::trace_extent(pleth_, from, pleth_at_).value_or(signal::Extent{});
}

} // namespace ems::terminal
