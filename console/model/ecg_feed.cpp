#include "console/model/ecg_feed.h"

#include <algorithm>
#include <cmath>

#include "telemetry/wire/waveform.h"

namespace ems::console {
namespace {

// A filtered value is not a whole unit of the recorder.
constexpr double kShownParts = 16;
constexpr auto kCapacity = static_cast<std::size_t>(EcgFeed::kKeptS * EcgFeed::kRateMaxHz);

template <std::size_t... I> std::array<signal::SampleRing, sizeof...(I)> make_rings(std::index_sequence<I...>) {
    return {((void)I, signal::SampleRing{kCapacity})...};
}

} // namespace

EcgFeed::EcgFeed()
    : rings_(make_rings(std::make_index_sequence<signal::kAcquiredLeads>{})),
      shown_(make_rings(std::make_index_sequence<signal::kAcquiredLeads>{})) {}

void EcgFeed::watch(std::int64_t unit_id, std::int64_t incident_id) {
    if (unit_id == unit_id_ && incident_id == incident_id_) {
        return;
    }
    unit_id_ = unit_id;
    incident_id_ = incident_id;
    recording_ = 0;
    batches_ = 0;
    received_s_ = 0;
    lead_off_mask_ = 0;
    scale_ = {};
    playout_.reset();
    for (auto& ring : rings_) {
        ring.reset();
    }
    filter_.reset();
    start_filter();
}

void EcgFeed::start_recording(std::uint64_t recording, double rate_hz) {
    recording_ = recording;
    rate_hz_ = rate_hz;
    playout_ = std::make_unique<signal::Playout>(rate_hz, kDelayS);
    for (auto& ring : rings_) {
        ring.reset();
    }
    start_filter();
}

void EcgFeed::set_filter(signal::EcgBand band, signal::Mains mains) {
    band_ = band;
    mains_ = mains;
    start_filter();
}

void EcgFeed::start_filter() {
    if (playout_) {
        const auto designed = signal::EcgFilter::design(rate_hz_, band_, mains_);
        filter_ = designed ? std::optional{*designed} : std::nullopt;
    }
    filter_states_ = {};
    filtered_to_ = 0;
    for (auto& ring : shown_) {
        ring.reset();
    }
    ++generation_;
}

// Samples before `end` that are not filtered yet, in order; a missing one is a gap, and the filter is at rest behind it.
void EcgFeed::filter_to(std::uint64_t end) {
    // Begun anew in the middle of a recording, all that is held goes through it: a sweep draws again what it had drawn.
    const auto kept = static_cast<std::uint64_t>(kKeptS * rate_hz_);
    const std::uint64_t oldest = std::max(rings_[0].begin(), end > kept && filtered_to_ == 0 ? end - kept : 0);
    const std::uint64_t from = std::max(filtered_to_, oldest);
    for (std::size_t lead = 0; lead < signal::kAcquiredLeads; ++lead) {
        for (std::uint64_t sample = from; sample < end; ++sample) {
            const auto value = rings_[lead].at(sample);
            if (!value) {
                filter_states_[lead] = {};
                shown_[lead].write_gap(sample, 1);
                continue;
            }
            const double units = filter_ ? filter_->step(filter_states_[lead], *value) : *value;
            const std::array<std::int32_t, 1> shown{
                static_cast<std::int32_t>(std::lround(std::clamp(units * kShownParts, -2e9, 2e9)))};
            shown_[lead].write(sample, shown);
        }
    }
    filtered_to_ = std::max(filtered_to_, end);
}

double EcgFeed::position(double now_s) {
    double position = playout_ ? playout_->position(now_s) : -1.0;
    if (moment_us_ && batches_ != 0) {
        const auto ahead_us = static_cast<double>(*moment_us_ - newest_device_us_);
        position = static_cast<double>(newest_first_sample_) + ahead_us * rate_hz_ / 1e6;
    }
    if (position >= 0) {
        filter_to(std::min(rings_[0].end(), static_cast<std::uint64_t>(std::ceil(position)) + 1));
    }
    return position;
}

bool EcgFeed::add(const api::LiveWave& wave, double now_s) {
    if (wave.unit_id() != unit_id_) {
        return false;
    }
    const auto block = wire::decode_waves(wave.batch());
    if (!block) {
        return false;
    }
    if (block->count == 0) {
        return true; // pleth alone
    }
    const double rate_hz = static_cast<double>(block->rate_mhz) / 1'000.0;
    if (rate_hz > kRateMaxHz) {
        return false;
    }
    if (block->recording != recording_ || rate_hz != rate_hz_ || !playout_) {
        start_recording(block->recording, rate_hz);
    }
    for (unsigned bit = 0; bit < signal::kAcquiredLeads; ++bit) {
        const auto samples = block->lead(bit);
        if (samples.empty() || (block->lead_off_mask & (1U << bit)) != 0) {
            rings_.at(bit).write_gap(block->first_sample, block->count);
        } else {
            rings_.at(bit).write(block->first_sample, samples);
        }
    }
    mv_per_unit_ = static_cast<double>(block->gain_nv) / 1e6;
    lead_off_mask_ = block->lead_off_mask;
    simulated_ = block->simulated;
    ++batches_;
    received_s_ += static_cast<double>(block->count) / rate_hz;
    newest_first_sample_ = block->first_sample;
    newest_count_ = block->count;
    newest_device_us_ = wave.device_us();
    newest_received_us_ = wave.received_us();
    newest_at_s_ = now_s;
    playout_->arrived(block->first_sample + block->count, now_s);
    return true;
}

double EcgFeed::sample_at(std::int64_t device_us) const {
    return static_cast<double>(newest_first_sample_) + static_cast<double>(device_us - newest_device_us_) * rate_hz_ / 1e6;
}

std::int64_t EcgFeed::taken_us(std::uint64_t sample) const {
    constexpr std::int64_t kPlausibleUs = 60'000'000;
    const auto samples_us = [this](double samples) { return static_cast<std::int64_t>(samples * 1e6 / rate_hz_); };
    const std::int64_t delay_us = newest_received_us_ - newest_device_us_;
    const std::int64_t first_us = delay_us >= 0 && delay_us < kPlausibleUs ? newest_device_us_
                                                                           : newest_received_us_ - samples_us(newest_count_);
    return first_us + samples_us(static_cast<double>(sample) - static_cast<double>(newest_first_sample_));
}

bool EcgFeed::sample_mv(signal::ShownLead lead, std::uint64_t sample, double* mv) const {
    std::array<double, signal::kAcquiredLeads> acquired{};
    const std::uint32_t needed = signal::leads_needed(lead);
    for (unsigned bit = 0; bit < signal::kAcquiredLeads; ++bit) {
        if ((needed & (1U << bit)) == 0) {
            continue;
        }
        const auto value = shown_.at(bit).at(sample);
        if (!value) {
            return false;
        }
        acquired.at(bit) = *value / kShownParts;
    }
    *mv = signal::shown_value(lead, acquired) * mv_per_unit_;
    return true;
}

} // namespace ems::console
