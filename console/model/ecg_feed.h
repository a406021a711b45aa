// The waves of the unit a desk watches: checked batches in, the eight acquired leads in sample rings as they were measured and,
// beside them, as they are shown (filtered up to the playout position, which runs evenly behind the newest arrival). What comes
// after the position has passed its place is not filtered in: the sweep has drawn its gap. GUI thread only. Bounded: 20 s of each.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "dispatch/contract/api.pb.h"
#include "telemetry/signal/ecg_leads.h"
#include "telemetry/signal/ecg_scale.h"
#include "telemetry/signal/filter.h"
#include "telemetry/signal/sample_ring.h"
#include "telemetry/signal/sweep.h"

namespace ems::console {

class EcgFeed {
  public:
    static constexpr double kDelayS = 1.2;    // behind the newest arrival: covers batches of 1 s
    static constexpr double kKeptS = 20.0;
    static constexpr double kRateMaxHz = 1'000.0;

    EcgFeed();
    // Another unit, or another incident of it: everything is forgotten.
    void watch(std::int64_t unit_id, std::int64_t incident_id);
    [[nodiscard]] std::int64_t unit_id() const { return unit_id_; }
    [[nodiscard]] std::int64_t incident_id() const { return incident_id_; }
    // False when the batch is malformed or of another unit; now_s is monotonic.
    bool add(const api::LiveWave& wave, double now_s);

    [[nodiscard]] bool empty() const { return batches_ == 0; }
    [[nodiscard]] double rate_hz() const { return rate_hz_; }
    [[nodiscard]] double mv_per_unit() const { return mv_per_unit_; }
    [[nodiscard]] bool simulated() const { return simulated_; }
    [[nodiscard]] bool lead_off(signal::Lead lead) const {
        return (lead_off_mask_ & signal::lead_bit(lead)) != 0;
    }
    // Which of the shown leads has nothing to show because an electrode it needs is off.
    [[nodiscard]] bool shown_off(signal::ShownLead lead) const {
        return (lead_off_mask_ & signal::leads_needed(lead)) != 0;
    }
    [[nodiscard]] const signal::SampleRing& ring(signal::Lead lead) const {
        return rings_.at(static_cast<std::size_t>(lead));
    }
    // A shown lead at one sample in mV, through the filter; false when a sample it needs is missing or not yet due.
    [[nodiscard]] bool sample_mv(signal::ShownLead lead, std::uint64_t sample, double* mv) const;
    // A replay says which moment is shown, by the vehicle's stamps: position() then follows that and no arrivals.
    void show_moment(std::int64_t device_us) { moment_us_ = device_us; }
    [[nodiscard]] bool shows_moment() const { return moment_us_.has_value(); }
    // Position to show now, in samples; negative before the first batch.
    [[nodiscard]] double position(double now_s);
    // What the shown leads go through; kept over units. The trace starts anew.
    void set_filter(signal::EcgBand band, signal::Mains mains);
    [[nodiscard]] signal::EcgBand band() const { return band_; }
    // How the watched patient's ECG is drawn, on the sweep and on its page; the standard again with another unit or case.
    void set_scale(signal::EcgScale scale) { scale_ = scale; }
    [[nodiscard]] signal::EcgScale scale() const { return scale_; }
    // Nothing before the first batch, or when the recording's rate is one no filter is made for: the trace is shown as it came.
    [[nodiscard]] const std::optional<signal::EcgFilter>& filter() const { return filter_; }
    [[nodiscard]] bool starved() const { return !playout_ || playout_->starved(); }
    [[nodiscard]] std::uint64_t end() const { return rings_[0].end(); }
    // Seconds of ECG received since watch().
    [[nodiscard]] double received_s() const { return received_s_; }
    [[nodiscard]] std::uint64_t recording() const { return recording_; }
    // One past the newest sample that was due to be shown.
    [[nodiscard]] std::uint64_t shown_end() const { return filtered_to_; }
    // The oldest sample that can be shown.
    [[nodiscard]] std::uint64_t shown_begin() const { return shown_[0].begin(); }
    // Which sample was taken then, by the vehicle's own stamps as they stand; outside of what came it is only a reckoning.
    [[nodiscard]] double sample_at(std::int64_t device_us) const;
    // When a sample was taken, by the vehicle's stamp of the newest batch; by its receipt where that stamp cannot be true.
    [[nodiscard]] std::int64_t taken_us(std::uint64_t sample) const;
    // Newest batch: device stamp and when it came (monotonic s).
    [[nodiscard]] std::int64_t newest_device_us() const { return newest_device_us_; }
    [[nodiscard]] std::int64_t newest_received_us() const { return newest_received_us_; }
    [[nodiscard]] double newest_at_s() const { return newest_at_s_; }
    // Rises when the recording changes: a sweep starts again from its left edge.
    [[nodiscard]] std::uint32_t generation() const { return generation_; }

  private:
    void start_recording(std::uint64_t recording, double rate_hz);
    void start_filter();
    void filter_to(std::uint64_t end);

    std::int64_t unit_id_{0};
    std::int64_t incident_id_{0};
    std::array<signal::SampleRing, signal::kAcquiredLeads> rings_;
    std::array<signal::SampleRing, signal::kAcquiredLeads> shown_; // kShownParts to a unit
    std::optional<signal::EcgFilter> filter_;
    std::array<signal::EcgFilter::State, signal::kAcquiredLeads> filter_states_{};
    std::uint64_t filtered_to_{0};
    signal::EcgBand band_{signal::EcgBand::monitor};
    signal::Mains mains_{signal::Mains::notch_50_hz};
    std::unique_ptr<signal::Playout> playout_;
    std::uint64_t recording_{0};
    double rate_hz_{500};
    double mv_per_unit_{0.00244};
    std::uint32_t lead_off_mask_{0};
    bool simulated_{false};
    std::uint64_t batches_{0};
    double received_s_{0};
    std::uint64_t newest_first_sample_{0};
    std::uint32_t newest_count_{0};
    std::int64_t newest_device_us_{0};
    std::int64_t newest_received_us_{0};
    double newest_at_s_{0};
    std::uint32_t generation_{0};
    std::optional<std::int64_t> moment_us_;
    signal::EcgScale scale_;
};

} // namespace ems::console
