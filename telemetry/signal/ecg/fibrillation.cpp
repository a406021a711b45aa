#include "telemetry/signal/ecg/fibrillation.h"

#include <algorithm>
#include <cmath>

namespace ems::signal {
namespace {

constexpr double kRateLeastHz = 100; // internal
constexpr double kWindowS = 3;
constexpr double kStepS = 0.5;
constexpr double kSpanS = 6;
constexpr double kTaperS = 0.25;
constexpr float kCrossingShare = 0.2F;
constexpr float kCrossingsMin = 48;      // percent; Arafat 2011
constexpr float kCrossingsPureMin = 41;  // of waves as pure as this: two that beat cross less
constexpr float kConcentrationPure = 0.8F;
constexpr float kBandPure = 0.9F;
constexpr float kConcentrationMin = 0.45F;
// Share of the power in the band of the peaks: slow waves have less.
constexpr float kBandMin = 0.5F;
constexpr double kPeakLeastHz = 2.2;
constexpr double kPeakMostHz = 9;
constexpr double kPeakReach = 0.35; // of the peak's frequency, both sides
constexpr float kAmplitudeMinMv = 0.15F; // below it: fine waves that noise or asystole also make

} // namespace

FibrillationDetector::FibrillationDetector(double rate_hz)
    : factor_{std::max(1, static_cast<int>(rate_hz / kRateLeastHz))}, rate_hz_{rate_hz / factor_},
      high_{Biquad::high_pass(1, rate_hz_)}, low_{Biquad::low_pass(25, rate_hz_)},
      next_decision_{static_cast<std::size_t>(kWindowS * rate_hz_)} {
    taper_.resize(static_cast<std::size_t>(kWindowS * rate_hz_), 1.0F);
    const auto edge = static_cast<std::size_t>(kTaperS * rate_hz_);
    for (std::size_t i = 0; i < edge; ++i) {
        const auto share = static_cast<float>(
            0.5 * (1 - std::cos(std::numbers::pi * static_cast<double>(i) /
                                static_cast<double>(edge))));
        taper_[i] = share;
        taper_[taper_.size() - 1 - i] = share;
    }
    window_.resize(static_cast<std::size_t>(kSpanS * rate_hz_));
}

bool FibrillationDetector::push(float mv) {
    if (!std::isnan(mv)) {
        zero_ = started_ ? zero_ : mv;
        started_ = true;
        held_ = mv - zero_;
    }
    sum_ += held_;
    if (++summed_ < factor_) {
        return false;
    }
    ring_[count_ & (kRing - 1)] = low_.step(high_.step(sum_ / static_cast<float>(factor_)));
    sum_ = 0;
    summed_ = 0;
    if (++count_ < next_decision_) {
        return false;
    }
    ++decisions_;
    next_decision_ = static_cast<std::size_t>(
        (kWindowS + kStepS * static_cast<double>(decisions_)) * rate_hz_);
    decide();
    return true;
}

float FibrillationDetector::crossings() const {
    float most = 1e-6F;
    for (std::size_t i = 0; i < taper_.size(); ++i) {
        most = std::max(most, std::fabs(back(i)) * taper_[i]);
    }
    std::size_t over = 0;
    for (std::size_t i = 0; i < taper_.size(); ++i) {
        over += std::fabs(back(i)) * taper_[i] > kCrossingShare * most ? 1U : 0U;
    }
    return 100.0F * static_cast<float>(over) / static_cast<float>(taper_.size());
}

void FibrillationDetector::spectrum() {
    const std::size_t n = window_.size();
    for (std::size_t i = 0; i < n; ++i) {
        const auto hann = static_cast<float>(
            0.5 - 0.5 * std::cos(2 * std::numbers::pi * (static_cast<double>(i) + 0.5) /
                                 static_cast<double>(n)));
        window_[i] = back(i) * hann;
    }
    constexpr double kStepHz = 0.25;
    constexpr double kFirstHz = 1;
    constexpr std::size_t kBins = 117; // to 30 Hz
    std::array<double, kBins> power{};
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        // Goertzel
        const double hz = kFirstHz + kStepHz * static_cast<double>(bin);
        const float turn =
            static_cast<float>(2 * std::cos(2 * std::numbers::pi * hz / rate_hz_));
        float before = 0;
        float last = 0;
        for (const float x : window_) {
            const float now = x + turn * last - before;
            before = last;
            last = now;
        }
        power[bin] = static_cast<double>(last) * static_cast<double>(last) +
                     static_cast<double>(before) * static_cast<double>(before) -
                     static_cast<double>(turn) * static_cast<double>(last) *
                         static_cast<double>(before);
    }
    double total = 1e-12;
    std::size_t peak = 0;
    double peak_hz = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        const double hz = kFirstHz + kStepHz * static_cast<double>(bin);
        total += power[bin];
        if (hz >= kPeakLeastHz && hz <= kPeakMostHz && (peak_hz == 0 || power[bin] > power[peak])) {
            peak = bin;
            peak_hz = hz;
        }
    }
    double near = 0;
    double band = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        const double hz = kFirstHz + kStepHz * static_cast<double>(bin);
        near += std::fabs(hz - peak_hz) <= kPeakReach * peak_hz ? power[bin] : 0;
        band += hz >= kPeakLeastHz && hz <= kPeakMostHz ? power[bin] : 0;
    }
    verdict_.peak_hz = static_cast<float>(peak_hz);
    verdict_.concentration = static_cast<float>(near / total);
    verdict_.band_share = static_cast<float>(band / total);
}

void FibrillationDetector::decide() {
    percent_[decisions_ % kWindows] = crossings();
    verdict_ = {};
    if (decisions_ < kWindows) {
        return;
    }
    float least = 0;
    float most = 0;
    for (std::size_t i = 0; i < window_.size(); ++i) {
        least = std::min(least, back(i));
        most = std::max(most, back(i));
    }
    verdict_.amplitude_mv = most - least;
    for (const float percent : percent_) {
        verdict_.crossing_percent += percent / static_cast<float>(kWindows);
    }
    if (verdict_.crossing_percent > kCrossingsPureMin && verdict_.amplitude_mv > kAmplitudeMinMv) {
        spectrum();
        const bool pure =
            verdict_.concentration >= kConcentrationPure && verdict_.band_share >= kBandPure;
        verdict_.waves = verdict_.concentration > kConcentrationMin &&
                         verdict_.band_share > kBandMin &&
                         (pure || verdict_.crossing_percent > kCrossingsMin);
    }
}

} // namespace ems::signal
