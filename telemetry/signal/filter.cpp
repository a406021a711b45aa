#include "telemetry/signal/filter.h"

#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kNotchHz = 50;
constexpr double kNotchWidthHz = 4; // holds 49.5 to 50.5 Hz, the band of a small grid, 12 dB down
constexpr double kUpperShare = 0.4; // of the rate: above it the bilinear low-pass has no room

struct Poles {
    double scale;
    double q;
};
// Pole pairs of Bessel low-passes, normalised to -3 dB at 1.
constexpr Poles kBessel2{1.2736, 0.5773};
constexpr Poles kBessel4Low{1.4192, 0.5219};
constexpr Poles kBessel4High{1.5912, 0.8055};

using Complex = std::complex<double>;

struct Response {
    Complex numerator;
    Complex denominator;
    double delay_samples;
};

// Group delay of a polynomial in 1/z is the real part of (sum k c_k z^-k) / (sum c_k z^-k).
Response response(const FilterSection& s, double radians) {
    const Complex z1 = std::polar(1.0, -radians);
    const Complex z2 = z1 * z1;
    const Complex numerator = s.b0 + s.b1 * z1 + s.b2 * z2;
    const Complex denominator = 1.0 + s.a1 * z1 + s.a2 * z2;
    const double delay = ((s.b1 * z1 + 2.0 * s.b2 * z2) / numerator).real() -
                         ((s.a1 * z1 + 2.0 * s.a2 * z2) / denominator).real();
    return {numerator, denominator, delay};
}

SectionState settled(const FilterSection& s, double x, double y) {
    const double s2 = s.b2 * x - s.a2 * y;
    return {s.b1 * x - s.a1 * y + s2, s2};
}

} // namespace

FilterSection low_pass_section(double rate_hz, double corner_hz, double scale, double q) {
    EMS_ASSERT(corner_hz > 0 && corner_hz < rate_hz / 2);
    const double k = std::tan(kPi * corner_hz / rate_hz) * scale;
    const double norm = 1 + k / q + k * k;
    const double b0 = k * k / norm;
    return {b0, 2 * b0, b0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm};
}

FilterSection high_pass_first_order(double rate_hz, double corner_hz) {
    EMS_ASSERT(corner_hz > 0 && corner_hz < rate_hz / 2);
    const double k = std::tan(kPi * corner_hz / rate_hz);
    const double norm = 1 + k;
    return {1 / norm, -1 / norm, 0, (k - 1) / norm, 0};
}

FilterSection notch_section(double rate_hz, double centre_hz, double width_hz) {
    EMS_ASSERT(centre_hz > 0 && centre_hz < rate_hz / 2);
    const double cosine = std::cos(2 * kPi * centre_hz / rate_hz);
    const double alpha = std::tan(kPi * width_hz / rate_hz);
    const double norm = 1 + alpha;
    return {1 / norm, -2 * cosine / norm, 1 / norm, -2 * cosine / norm, (1 - alpha) / norm};
}

double filter_step(const FilterSection& section, SectionState& state, double x) {
    const double y = section.b0 * x + state.s1;
    state.s1 = section.b1 * x - section.a1 * y + state.s2;
    state.s2 = section.b2 * x - section.a2 * y;
    return y;
}

Result<EcgFilter> EcgFilter::design(double rate_hz, EcgBand band, Mains mains) {
    // Written so that a rate that is not a number is refused too.
    if (!(rate_hz >= kEcgRateMinHz && rate_hz <= kEcgRateMaxHz)) {
        return fail(Code::out_of_range, fmt::format("ECG filters are for {} to {} Hz, not {}",
                                                    kEcgRateMinHz, kEcgRateMaxHz, rate_hz));
    }
    EcgFilter filter;
    filter.rate_hz_ = rate_hz;
    filter.band_ = band;
    filter.mains_ = mains;
    const bool diagnostic = band == EcgBand::diagnostic;
    filter.lower_hz_ = diagnostic ? 0.05 : 0.5;
    filter.upper_hz_ = std::min(diagnostic ? 150.0 : 40.0, kUpperShare * rate_hz);
    filter.add(high_pass_first_order(rate_hz, filter.lower_hz_));
    if (!diagnostic) {
        filter.add(low_pass_section(rate_hz, 40, kBessel4Low.scale, kBessel4Low.q));
        filter.add(low_pass_section(rate_hz, 40, kBessel4High.scale, kBessel4High.q));
    } else if (filter.upper_hz_ >= 150) {
        filter.add(low_pass_section(rate_hz, 150, kBessel2.scale, kBessel2.q));
    }
    if (mains == Mains::notch_50_hz) {
        filter.add(notch_section(rate_hz, kNotchHz, kNotchWidthHz));
    }
    return filter;
}

double EcgFilter::step(State& state, double mv) const {
    double value = mv;
    if (!state.started) {
        for (std::size_t i = 0; i < count_; ++i) {
            const FilterSection& s = sections_[i];
            const double at_rest = value * (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2);
            state.sections[i] = settled(s, value, at_rest);
            value = at_rest;
        }
        state.started = true;
        value = mv;
    }
    for (std::size_t i = 0; i < count_; ++i) {
        value = filter_step(sections_[i], state.sections[i], value);
    }
    return value;
}

bool EcgFilter::is_diagnostic() const {
    return band_ == EcgBand::diagnostic && rate_hz_ >= kDiagnosticRateMinHz;
}

double EcgFilter::gain(double hz) const {
    double gain = 1;
    for (std::size_t i = 0; i < count_; ++i) {
        const Response r = response(sections_[i], 2 * kPi * hz / rate_hz_);
        gain *= std::abs(r.numerator / r.denominator);
    }
    return gain;
}

double EcgFilter::group_delay_s(double hz) const {
    double samples = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        samples += response(sections_[i], 2 * kPi * hz / rate_hz_).delay_samples;
    }
    return samples / rate_hz_;
}

} // namespace ems::signal
