#include "telemetry/video/voice_level.h"

#include <algorithm>
#include <cmath>

namespace ems::video {
namespace {

constexpr double kFullScale = 32'768;

double to_dbfs(double value) {
    return value <= 0 ? kSilenceDbfs : std::max(kSilenceDbfs, 20 * std::log10(value / kFullScale));
}

double factor_of(double db) { return std::pow(10.0, db / 20); }

double peak_of(std::span<const std::int16_t> samples) {
    double peak = 0;
    for (const std::int16_t sample : samples) {
        peak = std::max(peak, std::fabs(static_cast<double>(sample)));
    }
    return peak;
}

} // namespace

Loudness loudness_of(std::span<const std::int16_t> samples) {
    if (samples.empty()) {
        return {};
    }
    double energy = 0;
    for (const std::int16_t sample : samples) {
        energy += static_cast<double>(sample) * sample;
    }
    return {to_dbfs(std::sqrt(energy / static_cast<double>(samples.size()))),
            to_dbfs(peak_of(samples))};
}

void SpeechLeveller::apply(std::span<std::int16_t> samples) {
    if (samples.empty()) {
        return;
    }
    const Loudness heard = loudness_of(samples);
    const double passed_s = static_cast<double>(samples.size()) / rate_hz_;
    if (heard.rms_dbfs > limits_.gate_dbfs) {
        const double wanted =
            std::clamp(limits_.target_dbfs - heard.rms_dbfs, limits_.gain_db_min, limits_.gain_db_max);
        gain_db_ = wanted > gain_db_
                       ? std::min(wanted, gain_db_ + limits_.rise_db_per_s * passed_s)
                       : std::max(wanted, gain_db_ - limits_.fall_db_per_s * passed_s);
    }
    // The limiter: both ends of the ramp stay below what the loudest sample allows, so every sample
    // between them does.
    const double peak = peak_of(samples);
    const double most =
        peak > 0 ? factor_of(limits_.ceiling_dbfs) * kFullScale / peak : factor_of(gain_db_);
    const double from = std::min(applied_, most);
    const double to = std::min(factor_of(gain_db_), most);
    const double step = (to - from) / static_cast<double>(samples.size());
    double factor = from;
    for (std::int16_t& sample : samples) {
        factor += step;
        const double value = std::clamp(std::round(sample * factor), -kFullScale, kFullScale - 1);
        sample = static_cast<std::int16_t>(value);
    }
    applied_ = to;
}

} // namespace ems::video
