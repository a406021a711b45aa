#include "telemetry/signal/ecg12/ecg12.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "telemetry/signal/ecg12/fiducials.h"
#include "telemetry/signal/ecg12/mains_hum.h"

namespace ems::signal {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kSpikeMv = 1.0;
constexpr double kSpikeOverUsual = 8;
constexpr std::size_t kSpikeStride = 3;
constexpr double kSpikeHalfS = 0.004;
constexpr double kSpikeBeforeS = 0.16; // before the R peak
constexpr double kSpikeBehindS = 0.02;
constexpr double kPacedShareMin = 0.6;
constexpr double kLateStS = 0.060;

std::size_t samples_of(double seconds, double rate_hz) {
    return static_cast<std::size_t>(std::llround(seconds * rate_hz));
}

double mean_from(const std::vector<double>& lead, std::size_t from, double rate_hz) {
    const std::size_t count = std::max<std::size_t>(1, samples_of(kStMeanS, rate_hz));
    const std::size_t begin = std::min(from, lead.size() - 1);
    const std::size_t end = std::min(begin + count, lead.size());
    return std::accumulate(lead.begin() + static_cast<std::ptrdiff_t>(begin),
                           lead.begin() + static_cast<std::ptrdiff_t>(end), 0.0) /
           static_cast<double>(end - begin);
}

double qrs_area(const std::vector<double>& lead, const BeatTemplate& beat) {
    return std::accumulate(lead.begin() + static_cast<std::ptrdiff_t>(beat.qrs.begin),
                           lead.begin() + static_cast<std::ptrdiff_t>(beat.qrs.end), 0.0);
}

Ecg12Intervals intervals_of(const BeatTemplate& beat) {
    Ecg12Intervals out;
    if (beat.rr_s > 0) {
        out.rate_bpm = 60 / beat.rr_s;
    }
    if (beat.beats < kTemplateBeatsMin) {
        return out;
    }
    const auto seconds = [&](std::size_t from, std::size_t to) {
        return static_cast<double>(to - from) / beat.rate_hz;
    };
    out.qrs_s = seconds(beat.qrs.begin, beat.qrs.end);
    const WaveBounds waves = wave_bounds(beat.mv, beat.qrs, beat.rate_hz);
    if (waves.p_begin) {
        out.pr_s = seconds(*waves.p_begin, beat.qrs.begin);
    }
    if (waves.t_end) {
        out.qt_s = seconds(beat.qrs.begin, *waves.t_end);
        out.qtc_s = *out.qt_s / std::sqrt(beat.rr_s);
    }
    const std::vector<double> i = beat.shown(ShownLead::I);
    const std::vector<double> avf = beat.shown(ShownLead::aVF);
    if (!i.empty() && !avf.empty()) {
        // aVF is measured against the mean of the other two: 2 / sqrt(3) brings it to I's scale.
        const double y = qrs_area(avf, beat) * 2 / std::numbers::sqrt3;
        const double x = qrs_area(i, beat);
        out.qrs_axis_deg = static_cast<int>(std::lround(std::atan2(y, x) * 180 / std::numbers::pi));
    }
    return out;
}

// More than 1 mV, and more than what is usual of this lead: muscle noise has no single spike.
double spike_threshold_mv(const std::vector<float>& mv, std::size_t half) {
    std::vector<float> sizes;
    for (std::size_t i = half; i < mv.size(); i += kSpikeStride) {
        if (const float size = std::abs(mv[i] - mv[i - half]); !std::isnan(size)) {
            sizes.push_back(size);
        }
    }
    if (sizes.empty()) {
        return kSpikeMv;
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    return std::max(kSpikeMv, kSpikeOverUsual * static_cast<double>(*middle));
}

bool has_spike(const std::vector<float>& mv, std::size_t from, std::size_t to, std::size_t half,
               double threshold_mv) {
    for (std::size_t i = from; i < to; ++i) {
        const double up = static_cast<double>(mv[i] - mv[i - half]);
        const double down = static_cast<double>(mv[i + half] - mv[i]);
        if (std::abs(up) > threshold_mv && std::abs(down) > threshold_mv && up * down < 0) {
            return true;
        }
    }
    return false;
}

} // namespace

double paced_share(const AcquiredEcg& ecg, std::span<const std::int64_t> r_samples) {
    const std::size_t half = std::max<std::size_t>(1, samples_of(kSpikeHalfS, ecg.rate_hz));
    const std::size_t before = samples_of(kSpikeBeforeS, ecg.rate_hz);
    const std::size_t behind = samples_of(kSpikeBehindS, ecg.rate_hz);
    std::array<double, kAcquiredLeads> threshold_mv{};
    for (std::size_t lead = 0; lead < kAcquiredLeads; ++lead) {
        threshold_mv[lead] = spike_threshold_mv(ecg.mv[lead], half);
    }
    std::size_t spikes = 0;
    std::size_t beats = 0;
    for (const std::int64_t sample : r_samples) {
        const auto r = static_cast<std::size_t>(sample);
        if (r < before + half || r + behind + half >= ecg.samples()) {
            continue;
        }
        ++beats;
        bool spike = false;
        for (std::size_t lead = 0; lead < kAcquiredLeads && !spike; ++lead) {
            const auto& mv = ecg.mv[lead];
            spike = !mv.empty() && has_spike(mv, r - before, r + behind, half, threshold_mv[lead]);
        }
        spikes += spike ? 1U : 0U;
    }
    return beats == 0 ? 0 : static_cast<double>(spikes) / static_cast<double>(beats);
}

Ecg12 analyse_ecg12(const AcquiredEcg& ecg, std::span<const std::int64_t> r_samples,
                    const EcgPatient& patient, EcgBand band) {
    Ecg12 out;
    AcquiredEcg still = ecg;
    remove_mains_hum(still);
    out.beat = beat_template(still, r_samples);
    out.intervals = intervals_of(out.beat);
    out.paced = paced_share(ecg, r_samples) >= kPacedShareMin;
    StInput in;
    in.patient = patient;
    in.beats = out.beat.beats;
    in.rate_bpm = out.intervals.rate_bpm.value_or(0);
    in.qrs_s = out.intervals.qrs_s.value_or(0);
    in.diagnostic_band = band == EcgBand::diagnostic && ecg.rate_hz >= kDiagnosticRateMinHz;
    in.paced = out.paced;
    const std::size_t late = out.beat.qrs.j + samples_of(kLateStS, ecg.rate_hz);
    for (std::size_t i = 0; i < kShownLeads; ++i) {
        const auto lead = static_cast<ShownLead>(i);
        const std::vector<double> mv = out.beat.shown(lead);
        if (mv.empty()) {
            out.st_j_mv[i] = out.st_j60_mv[i] = kMissing;
            in.r_mv[i] = in.s_mv[i] = kMissing;
            continue;
        }
        out.st_j_mv[i] = mean_from(mv, out.beat.qrs.j, ecg.rate_hz);
        out.st_j60_mv[i] = mean_from(mv, late, ecg.rate_hz);
        const auto begin = mv.begin() + static_cast<std::ptrdiff_t>(out.beat.qrs.begin);
        const auto end = mv.begin() + static_cast<std::ptrdiff_t>(out.beat.qrs.end) + 1;
        in.r_mv[i] = std::max(0.0, *std::max_element(begin, end));
        in.s_mv[i] = std::max(0.0, -*std::min_element(begin, end));
        in.error_mv[i] = out.beat.error_mv[i];
    }
    in.st_mv = out.st_j_mv;
    out.st = st_advisory(in);
    return out;
}

} // namespace ems::signal
