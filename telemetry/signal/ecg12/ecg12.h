// A 12-lead ECG of some seconds, measured: median beat, intervals, axis, ST of each lead and the ST
// advisory. Decision support for a physician; nothing here is a diagnosis. Pure.
//
//     const Ecg12 ecg = analyse_ecg12(acquired, r_samples, {Sex::male, 60}, EcgBand::diagnostic);
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg12/beat_template.h"
#include "telemetry/signal/ecg12/stemi.h"
#include "telemetry/signal/filter.h"

namespace ems::signal {

// ST at J is the mean of this long from J on.
inline constexpr double kStMeanS = 0.012;

// Nothing: not measurable in this ECG.
struct Ecg12Intervals {
    std::optional<double> rate_bpm; // from the median RR interval
    std::optional<double> pr_s;
    std::optional<double> qrs_s;
    std::optional<double> qt_s;
    std::optional<double> qtc_s;     // Bazett 1920: QT over the root of RR in s
    std::optional<int> qrs_axis_deg; // -180 to 180, from the QRS areas in I and aVF
};

struct Ecg12 {
    BeatTemplate beat;
    Ecg12Intervals intervals;
    bool paced{false}; // pacing spikes before most beats
    // mV against the PR segment, order of ShownLead; NaN: the lead is missing.
    std::array<double, kShownLeads> st_j_mv{};
    std::array<double, kShownLeads> st_j60_mv{}; // 60 ms behind J
    StAdvisory st;
};

// `band` is what the samples went through before they came here. `r_samples` as of
// beat_template(). Never fails: what cannot be measured is missing and the advisory says why.
Ecg12 analyse_ecg12(const AcquiredEcg& ecg, std::span<const std::int64_t> r_samples,
                    const EcgPatient& patient, EcgBand band);

// Share of the given beats with a pacing spike before them: more than 1 mV up and down again within
// 8 ms, in any lead.
double paced_share(const AcquiredEcg& ecg, std::span<const std::int64_t> r_samples);

} // namespace ems::signal
