#include "telemetry/signal/ecg/fibrillation_watch.h"

#include <algorithm>
#include <cmath>

#include "telemetry/signal/ecg/qrs_detector.h"

namespace ems::signal {
namespace {

constexpr double kWindowS = 4; // of beats, and the time that one takes to be reported
constexpr double kRateMax = 150;
constexpr float kSimilarity = 0.9F;
constexpr float kContrast = 1.0F;        // mean of the beats,
constexpr float kContrastRegular = 0.7F; // and of beats whose intervals spread
constexpr std::size_t kRunBeats = 5;
constexpr double kRunRateMin = 100;
constexpr double kSpread = 0.1;              // by less than this share
constexpr float kContrastWeak = 0.9F;        // of waves that are less pure
constexpr float kConcentrationAlone = 0.55F; // waves less pure need that no beat stands out
constexpr float kConcentrationSure = 0.75F;  // waves purer than this need no second opinion

} // namespace

FibrillationWatch::FibrillationWatch(double rate_hz) : rate_hz_{rate_hz}, detector_{rate_hz} {}

void FibrillationWatch::add(const Beat& beat) {
    beats_[beat_count_++ % kBeats] = beat;
}

bool FibrillationWatch::push(float mv) {
    ++samples_;
    if (!detector_.push(mv)) {
        return false;
    }
    const FibrillationVerdict& verdict = detector_.verdict();
    const Found found = verdict.waves ? found_of_late() : Found{};
    const bool run = verdict.waves && is_run(found);
    running_ = run && verdict.concentration >= kConcentrationSure;
    waving_ = verdict.waves && !run && !beats_refute(found);
    return true;
}

FibrillationWatch::Found FibrillationWatch::found_of_late() const {
    Found out;
    double sum = 0;
    double squares = 0;
    while (out.beats < std::min(beat_count_, kBeats)) {
        const Beat& beat = beats_[(beat_count_ - 1 - out.beats) % kBeats];
        if (static_cast<double>(samples_ - beat.r_sample) >=
            (kWindowS + kBeatDecisionMaxS) * rate_hz_) {
            break;
        }
        out.alike += beat.similarity > kSimilarity ? 1U : 0U;
        out.contrast += beat.contrast;
        sum += beat.rr_s;
        squares += beat.rr_s * beat.rr_s;
        ++out.beats;
    }
    if (out.beats > 0) {
        const auto n = static_cast<double>(out.beats);
        out.contrast /= static_cast<float>(out.beats);
        out.span_s = sum;
        out.spread = sum > 0 ? std::sqrt(std::max(0.0, n * squares / (sum * sum) - 1)) : 0;
    }
    return out;
}

// A regular run of like beats is a tachycardia, however pure its waves are.
bool FibrillationWatch::is_run(const Found& found) const {
    return found.beats >= kRunBeats && found.span_s > 0 &&
           static_cast<double>(found.beats) > found.span_s * kRunRateMin / 60 &&
           10 * found.alike >= 8 * found.beats && found.spread < kSpread &&
           found.contrast > kContrastRegular;
}

// Beats that look alike, are not faster than 150/min and either stand out of the line before them
// or come regularly are no fibrillation. Waves that are less pure need that nothing does.
bool FibrillationWatch::beats_refute(const Found& found) const {
    const float concentration = detector_.verdict().concentration;
    if (concentration >= kConcentrationSure) {
        return false;
    }
    if (concentration < kConcentrationAlone) {
        return found.beats > 0 && found.contrast > kContrastWeak;
    }
    const bool few = found.beats < 3;
    const bool fast = static_cast<double>(found.beats) * 60 / kWindowS >= kRateMax;
    if (few || fast || 10 * found.alike < 6 * found.beats) {
        return false;
    }
    return found.contrast > kContrast ||
           (found.contrast > kContrastRegular && found.spread < kSpread);
}

} // namespace ems::signal
