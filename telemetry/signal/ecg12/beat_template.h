// The median beat of a stretch of ECG: what is measured of ST, QRS and QT is measured here, where
// noise, breathing and single ectopic beats have been taken out.
//
// Beats are cut out around given R peaks, aligned to each other by correlation of all leads at
// once, grouped by shape (correlation over 0.9 with the group's middle beat), and the largest group
// gives the sample-wise median of each lead. The baseline is a cubic through the PR segments of
// successive beats, so nothing is bent that lies between them (no high-pass takes part). Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg12/fiducials.h"

namespace ems::signal {

inline constexpr std::size_t kTemplateBeatsMin = 5;
inline constexpr std::size_t kTemplateBeatsMax = 64; // of a longer stretch the first ones are taken
inline constexpr double kTemplateCorrelationMin = 0.9;

// Sample numbers of a template count from its first sample.
struct BeatTemplate {
    double rate_hz{500};
    // Order of signal::Lead; empty where the lead was lost. mV against the PR segment.
    std::array<std::vector<double>, kAcquiredLeads> mv;
    // Standard error of the median behind J, mV, order of ShownLead; of a missing lead 0.
    std::array<double, kShownLeads> error_mv{};
    std::size_t r{0}; // R peak of the group's middle beat, to which all are aligned
    QrsBounds qrs;
    std::size_t beats{0};     // in the median
    std::size_t beats_cut{0}; // cut out of the stretch; the difference had another shape
    double rr_s{0};           // median of the intervals between successive given R peaks

    [[nodiscard]] std::size_t samples() const;
    [[nodiscard]] std::uint32_t lead_mask() const;
    // A shown lead of the template; empty when one of its leads was lost.
    [[nodiscard]] std::vector<double> shown(ShownLead lead) const;
};

// `r_samples` rise and lie in the stretch. A template of fewer than kTemplateBeatsMin beats is
// returned as it is (beats says so); with no usable beat at all it is empty. A lead with a tenth
// of its samples missing is lost; a beat with any sample missing in the other leads is left out.
BeatTemplate beat_template(const AcquiredEcg& ecg, std::span<const std::int64_t> r_samples);

} // namespace ems::signal
