#include "telemetry/signal/ecg/pulse_watch.h"

#include <algorithm>
#include <cmath>

namespace ems::signal {
namespace {

constexpr double kNewestS = 1.5;
constexpr double kRefractoryS = 0.27; // 220/min; what swings faster is noise
constexpr double kIntervalMaxS = 2;   // 30/min
constexpr double kUneven = 0.25;      // of the mean interval, either way
constexpr double kLearntApart = 0.1;  // of the ECG's rate
constexpr double kRateApart = 0.25;   // of the learnt interval
constexpr float kSwingShare = 0.6F;   // of the learnt swing
constexpr float kHysteresis = 0.1F;   // of the swing, about its middle
constexpr double kLeakS = 2;          // in which the extremes forget
constexpr float kLearnShare = 0.2F;

} // namespace

void PulseWatch::push(float value) {
    if (rate_hz_ <= 0) {
        return;
    }
    ++samples_;
    now_s_ = static_cast<double>(samples_) / rate_hz_; // pulses age without a probe, too
    if (std::isnan(value)) {
        return;
    }
    if (!started_) {
        low_ = high_ = value;
        started_ = true;
    }
    const float leak = static_cast<float>(1 / (kLeakS * rate_hz_));
    low_ = std::min(value, low_ + leak * (value - low_));
    high_ = std::max(value, high_ + leak * (value - high_));
    const float swing = high_ - low_;
    const float edge = (low_ + high_) / 2 + (up_ ? -kHysteresis : kHysteresis) * swing;
    const bool up = value > edge;
    if (up && !up_ && swing > 0) {
        if (count_ > 0 && now_s_ - pulses_[0].at_s < kRefractoryS) {
            count_ = 0;
        }
        std::copy_backward(pulses_.begin(), pulses_.end() - 1, pulses_.end());
        pulses_[0] = {now_s_, swing};
        count_ = std::min(count_ + 1, kPulses);
    }
    up_ = up;
}

double PulseWatch::even_interval_s() const {
    if (count_ < kPulses || now_s_ - pulses_[0].at_s > kNewestS) {
        return 0;
    }
    const double mean = (pulses_.front().at_s - pulses_.back().at_s) / (kPulses - 1);
    for (std::size_t i = 0; i + 1 < kPulses; ++i) {
        if (std::fabs(pulses_[i].at_s - pulses_[i + 1].at_s - mean) > kUneven * mean) {
            return 0;
        }
    }
    return mean < kIntervalMaxS ? mean : 0;
}

void PulseWatch::learn(double rate_bpm) {
    const double interval = even_interval_s();
    if (interval <= 0 || std::fabs(60 / interval - rate_bpm) > kLearntApart * rate_bpm) {
        return;
    }
    const float swing = pulses_[0].swing;
    learnt_swing_ =
        learnt_swing_ > 0 ? learnt_swing_ + kLearnShare * (swing - learnt_swing_) : swing;
    learnt_interval_s_ = interval;
}

bool PulseWatch::beating() const {
    const double interval = even_interval_s();
    return interval > 0 && learnt_swing_ > 0 &&
           std::fabs(interval - learnt_interval_s_) <= kRateApart * learnt_interval_s_ &&
           std::all_of(pulses_.begin(), pulses_.end(),
                       [&](const Pulse& one) { return one.swing >= kSwingShare * learnt_swing_; });
}

} // namespace ems::signal
