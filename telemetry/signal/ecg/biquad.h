// Second-order filters (R. Bristow-Johnson, Audio EQ Cookbook), transposed direct form II. Q is
// 1/sqrt(2): Butterworth. Not linear in phase: for detection, never for an ST segment.
#pragma once

#include <cmath>
#include <numbers>

namespace ems::signal {

class Biquad {
  public:
    static Biquad low_pass(double corner_hz, double rate_hz) {
        const Design d{corner_hz, rate_hz};
        return Biquad{(1 - d.cosine) / 2, 1 - d.cosine, d};
    }
    static Biquad high_pass(double corner_hz, double rate_hz) {
        const Design d{corner_hz, rate_hz};
        return Biquad{(1 + d.cosine) / 2, -(1 + d.cosine), d};
    }

    float step(float x) {
        const float y = b0_ * x + z1_;
        z1_ = b1_ * x - a1_ * y + z2_;
        z2_ = b0_ * x - a2_ * y;
        return y;
    }

  private:
    struct Design {
        Design(double corner_hz, double rate_hz) {
            const double w = 2 * std::numbers::pi * corner_hz / rate_hz;
            cosine = std::cos(w);
            alpha = std::sin(w) / std::numbers::sqrt2;
        }
        double cosine{0};
        double alpha{0};
    };
    Biquad(double outer, double middle, const Design& d)
        : b0_{static_cast<float>(outer / (1 + d.alpha))},
          b1_{static_cast<float>(middle / (1 + d.alpha))},
          a1_{static_cast<float>(-2 * d.cosine / (1 + d.alpha))},
          a2_{static_cast<float>((1 - d.alpha) / (1 + d.alpha))} {}

    float b0_;
    float b1_;
    float a1_;
    float a2_;
    float z1_{0};
    float z2_{0};
};

} // namespace ems::signal
