#include "vehicle/agent/ecg_replay.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/wfdb_file.h"

namespace ems::vehicle {
namespace {

constexpr std::size_t kBits = 9; // the eight acquired leads and one other

std::size_t place_of(const signal::WfdbLeadPlaces& places, std::size_t bit) {
    return bit < signal::kAcquiredLeads ? places.signal.at(bit) : places.other;
}

} // namespace

Result<EcgReplay> EcgReplay::load(const std::string& path, double speed) {
    auto record = signal::load_wfdb_record(path);
    if (!record) {
        return Failure{std::move(record).error()};
    }
    EcgReplay replay;
    replay.rate_hz_ = record->header.rate_hz;
    replay.speed_ = speed;
    const signal::WfdbLeadPlaces places = signal::place_wfdb_leads(*record);
    for (std::size_t bit = 0; bit < kBits; ++bit) {
        const std::size_t place = place_of(places, bit);
        if (place == signal::WfdbLeadPlaces::kNone) {
            continue;
        }
        const auto& one = record->header.signals[place];
        const auto gain_nv = static_cast<std::uint32_t>(std::lround(signal::wfdb_nv_per_unit(one)));
        if (gain_nv == 0 || (replay.gain_nv_ != 0 && gain_nv != replay.gain_nv_)) {
            EMS_LOG(warn, "ecg", "channel {} has a gain of its own and is left out",
                    one.description);
            continue;
        }
        replay.gain_nv_ = gain_nv;
        replay.lead_mask_ |= 1U << bit;
        std::vector<std::int32_t> values = std::move(record->samples[place]);
        std::vector<bool> invalid(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            invalid[i] = values[i] == one.invalid_value();
            values[i] = invalid[i] ? 0 : values[i] - one.baseline;
        }
        replay.leads_.push_back(std::move(values));
        replay.invalid_.push_back(std::move(invalid));
    }
    if (replay.lead_mask_ == 0 || replay.rate_hz_ < 1 || replay.rate_hz_ > 10'000) {
        return fail(Code::unsupported_version,
                    fmt::format("{} has no ECG channel to replay", path));
    }
    replay.count_ = replay.leads_.front().size();
    for (const auto& lead : replay.leads_) {
        replay.count_ = std::min<std::uint64_t>(replay.count_, lead.size());
    }
    if (places.pleth != signal::WfdbLeadPlaces::kNone &&
        record->samples[places.pleth].size() >= replay.count_) {
        replay.pleth_invalid_ = record->header.signals[places.pleth].invalid_value();
        replay.pleth_ = std::move(record->samples[places.pleth]);
    }
    return replay;
}

WaveBuilder::Session EcgReplay::session(std::uint64_t recording) const {
    const auto rate_mhz = static_cast<std::uint32_t>(std::lround(rate_hz_ * 1'000));
    return {.recording = recording,
            .rate_mhz = rate_mhz,
            .gain_nv = gain_nv_,
            .lead_mask = lead_mask_,
            .pleth_rate_mhz = pleth_.empty() ? 0 : rate_mhz,
            .simulated = false};
}

std::vector<WaveBuilder::Chunk> EcgReplay::due(std::chrono::microseconds since_start) {
    std::vector<WaveBuilder::Chunk> chunks;
    const double samples = static_cast<double>(since_start.count()) * 1e-6 * rate_hz_ * speed_;
    const auto until = std::min(count_, static_cast<std::uint64_t>(std::max(0.0, samples)));
    const auto step = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rate_hz_ / 5));
    while (next_ < until) {
        const std::uint64_t end = std::min(until, next_ + step);
        WaveBuilder::Chunk chunk;
        chunk.first_sample = next_;
        std::uint32_t bit = 0;
        for (std::size_t lead = 0; lead < leads_.size(); ++lead, ++bit) {
            while ((lead_mask_ >> bit & 1U) == 0) {
                ++bit;
            }
            const auto from = static_cast<std::ptrdiff_t>(next_);
            const auto to = static_cast<std::ptrdiff_t>(end);
            chunk.leads.emplace_back(leads_[lead].begin() + from, leads_[lead].begin() + to);
            if (std::find(invalid_[lead].begin() + from, invalid_[lead].begin() + to, true) !=
                invalid_[lead].begin() + to) {
                chunk.lead_off_mask |= 1U << bit;
            }
        }
        if (!pleth_.empty()) {
            const auto from = pleth_.begin() + static_cast<std::ptrdiff_t>(next_);
            const auto to = pleth_.begin() + static_cast<std::ptrdiff_t>(end);
            // As of a probe that is off: no values, not wrong ones.
            if (std::find(from, to, pleth_invalid_) == to) {
                chunk.pleth_first = next_;
                chunk.pleth.assign(from, to);
            }
        }
        next_ = end;
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

} // namespace ems::vehicle
