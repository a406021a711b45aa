// The ECG lead and the pleth that the vehicle's computer sends for the crew's screen, ready to be
// drawn: what came in rings, a position that runs evenly behind the newest arrival
// (telemetry/signal/sweep.h), the lead through the monitor filter. A gap stays a gap. Bounded: kKeptS
// of each. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/ecg_leads.h"
#include "telemetry/signal/filter.h"
#include "telemetry/signal/sample_ring.h"
#include "telemetry/signal/sweep.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::terminal {

class LiveTrace {
  public:
    static constexpr double kDelayS = 0.45; // batches of 0.2 s over a local socket
    static constexpr double kKeptS = 12.0;  // longer than a turn of any sweep here
    static constexpr double kRateMaxHz = 1'000.0;

    LiveTrace();
    // False when the batch is malformed, or faster than a sweep is made for. now_s is monotonic.
    bool add(const wire::WaveBatch& batch, double now_s);

    [[nodiscard]] bool hasEcg() const { return ecg_playout_.has_value(); }
    [[nodiscard]] bool hasPleth() const { return pleth_playout_.has_value(); }
    [[nodiscard]] double ecgRateHz() const { return ecg_rate_hz_; }
    [[nodiscard]] double plethRateHz() const { return pleth_rate_hz_; }
    [[nodiscard]] signal::Lead lead() const { return lead_; }
    // Its electrode is off now: its values mean nothing.
    [[nodiscard]] bool isOff() const { return off_; }
    [[nodiscard]] bool isSimulated() const { return simulated_; }
    // What the lead goes through; nothing where no filter is made for its rate: then as it came.
    [[nodiscard]] const std::optional<signal::EcgFilter>& filter() const { return filter_; }
    // Samples to be shown now; negative before the first.
    double ecgPosition(double now_s);
    double plethPosition(double now_s);
    // Of one sample; nothing for a gap, or what is not due yet.
    [[nodiscard]] std::optional<double> ecgMv(std::uint64_t sample) const;
    // In the oximeter's own units: a pleth has no scale.
    [[nodiscard]] std::optional<std::int32_t> pleth(std::uint64_t sample) const;
    // Least and greatest of the last 4 s of pleth that are due.
    [[nodiscard]] signal::Extent plethExtent() const;
    // Since the newest batch of the lead.
    [[nodiscard]] double silentS(double now_s) const { return now_s - newest_s_; }
    // Rises with each recording: the sweep begins anew.
    [[nodiscard]] std::uint32_t generation() const { return generation_; }

  private:
    void begin(std::uint64_t recording, double ecg_rate_hz, double pleth_rate_hz);
    void filterTo(std::uint64_t end);

    std::uint64_t recording_{0};
    signal::Lead lead_{signal::Lead::II};
    bool off_{false};
    bool simulated_{false};
    double mv_per_unit_{0};
    double ecg_rate_hz_{0};
    double pleth_rate_hz_{0};
    double newest_s_{0};
    std::uint32_t generation_{0};
    signal::SampleRing raw_;
    signal::SampleRing shown_; // filtered, kShownParts to a unit
    signal::SampleRing pleth_;
    std::optional<signal::EcgFilter> filter_;
    signal::EcgFilter::State filter_state_{};
    std::uint64_t filtered_to_{0};
    std::optional<signal::Playout> ecg_playout_;
    std::optional<signal::Playout> pleth_playout_;
    double pleth_at_{-1};
};

} // namespace ems::terminal
