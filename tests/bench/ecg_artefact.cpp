#include "tests/bench/ecg_artefact.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "telemetry/base/assert.h"

namespace ems::bench {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

// First-order low-pass; twice over for -12 dB an octave.
class LowPass {
  public:
    LowPass(double hz, double rate_hz) : share_{1 - std::exp(-kTwoPi * hz / rate_hz)} {}
    double step(double x) {
        first_ += share_ * (x - first_);
        second_ += share_ * (first_ - second_);
        return second_;
    }

  private:
    double share_;
    double first_{0};
    double second_{0};
};

// A strength that wanders between about 0.2 and 2, once in `seconds` or so.
class Swell {
  public:
    Swell(double seconds, double rate_hz) : low_{1 / (kTwoPi * seconds), rate_hz} {
        // The variance of white noise after two poles of the same corner.
        const double share = 1 - std::exp(-1 / (seconds * rate_hz));
        scale_ = std::sqrt(4 / share);
    }
    double step(double white) { return std::clamp(std::exp(low_.step(white) * scale_ * 0.6), 0.2, 3.0); }

  private:
    LowPass low_;
    double scale_{1};
};

void to_unit_strength(std::vector<float>& samples) {
    double power = 0;
    for (const float x : samples) {
        power += static_cast<double>(x) * static_cast<double>(x);
    }
    const double rms = std::sqrt(power / static_cast<double>(samples.size()));
    for (float& x : samples) {
        x = static_cast<float>(static_cast<double>(x) / rms);
    }
}

void make_emg(std::vector<float>& out, double rate_hz, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    LowPass upper{std::min(150.0, rate_hz * 0.45), rate_hz};
    LowPass lower{20, rate_hz};
    Swell swell{2, rate_hz};
    for (float& x : out) {
        const double band = upper.step(normal(random));
        x = static_cast<float>((band - lower.step(band)) * swell.step(normal(random)));
    }
}

void make_motion(std::vector<float>& out, double rate_hz, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> chance{0, 1};
    LowPass upper{10, rate_hz};
    LowPass lower{1, rate_hz};
    Swell swell{1.5, rate_hz};
    // White noise after the band loses most of its strength: the scale brings it back to about 1.
    const double scale = std::sqrt(rate_hz / 20);
    double step = 0;
    double settle_s = 0.5;
    for (float& x : out) {
        const double band = upper.step(normal(random));
        if (chance(random) < 0.25 / rate_hz) {
            step += 3 * normal(random);
            settle_s = 0.2 + chance(random);
        }
        step *= std::exp(-1 / (settle_s * rate_hz));
        x = static_cast<float>((band - lower.step(band)) * scale * swell.step(normal(random)) + step);
    }
}

void make_mains(std::vector<float>& out, double rate_hz, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    Swell swell{5, rate_hz};
    double phase = 0;
    for (float& x : out) {
        phase += kTwoPi * (50 + 0.05 * normal(random)) / rate_hz;
        const double third = rate_hz > 310 ? 0.2 * std::sin(3 * phase + 1) : 0;
        x = static_cast<float>((std::sin(phase) + third) * swell.step(normal(random)));
    }
}

void make_cpr(std::vector<float>& out, double rate_hz, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform{0, 1};
    constexpr std::array<double, 5> kHarmonics{1, 0.5, 0.3, 0.15, 0.08};
    std::array<double, 5> phases{};
    for (double& phase : phases) {
        phase = kTwoPi * uniform(random);
    }
    double cycle = 0;
    double per_minute = 110;
    double strength = 1;
    for (float& x : out) {
        cycle += per_minute / 60 / rate_hz;
        if (cycle >= 1) {
            cycle -= 1;
            per_minute = std::clamp(per_minute + normal(random), 100.0, 120.0);
            strength = std::clamp(1 + 0.2 * normal(random), 0.4, 1.6);
        }
        double sum = 0;
        for (std::size_t i = 0; i < kHarmonics.size(); ++i) {
            sum += kHarmonics[i] * std::sin(kTwoPi * static_cast<double>(i + 1) * cycle + phases[i]);
        }
        x = static_cast<float>(sum * strength);
    }
}

} // namespace

std::string_view artefact_name(Artefact artefact) {
    constexpr std::array<std::string_view, 4> kNames{"emg", "motion", "mains", "cpr"};
    return kNames[static_cast<std::size_t>(artefact)];
}

std::vector<float> artefact(Artefact kind, std::size_t count, double rate_hz, std::uint64_t seed) {
    EMS_ASSERT(count > 0 && rate_hz > 0);
    std::mt19937_64 random{seed};
    std::vector<float> out(count);
    switch (kind) {
    case Artefact::emg:
        make_emg(out, rate_hz, random);
        break;
    case Artefact::motion:
        make_motion(out, rate_hz, random);
        break;
    case Artefact::mains:
        make_mains(out, rate_hz, random);
        break;
    case Artefact::cpr:
        make_cpr(out, rate_hz, random);
        break;
    }
    to_unit_strength(out);
    return out;
}

double qrs_peak_to_peak_mv(std::span<const float> mv, std::span<const std::int64_t> beats,
                           double rate_hz) {
    EMS_ASSERT(!beats.empty());
    const auto half = static_cast<std::int64_t>(0.05 * rate_hz);
    std::vector<double> heights;
    for (const std::int64_t beat : beats) {
        if (beat < half || beat + half >= static_cast<std::int64_t>(mv.size())) {
            continue;
        }
        const auto stretch = mv.subspan(static_cast<std::size_t>(beat - half),
                                        static_cast<std::size_t>(2 * half + 1));
        const auto [least, most] = std::minmax_element(stretch.begin(), stretch.end());
        heights.push_back(static_cast<double>(*most) - static_cast<double>(*least));
    }
    EMS_ASSERT(!heights.empty());
    const auto middle = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() / 2);
    std::nth_element(heights.begin(), middle, heights.end());
    return *middle;
}

double noise_gain(double qrs_peak_to_peak_mv, double snr_db) {
    return qrs_peak_to_peak_mv / std::sqrt(8.0) * std::pow(10, -snr_db / 20);
}

} // namespace ems::bench
