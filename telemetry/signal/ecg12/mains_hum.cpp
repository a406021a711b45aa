#include "telemetry/signal/ecg12/mains_hum.h"

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

namespace ems::signal {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr double kFromHz = 49.5;
constexpr double kToHz = 50.5;
constexpr double kCoarseHz = 0.1; // the main lobe of 10 s is 0.4 Hz wide
constexpr double kFineHz = 0.02;
constexpr double kNeighbourHz = 2.5;
constexpr double kStandsOut = 3;
constexpr double kLeastMv = 0.003;
constexpr double kLeastS = 2;

using Complex = std::complex<double>;

// Amplitude and phase of one line. The window is Hann's: an electrode's offset and a wandering
// baseline must not leak up to 50 Hz.
Complex line_of(std::span<const float> mv, double hz, double rate_hz) {
    const auto count = static_cast<double>(mv.size());
    const Complex turn = std::polar(1.0, -kTurn * hz / rate_hz);
    const Complex window_turn = std::polar(1.0, kTurn / count);
    Complex phase{1, 0};
    Complex window_phase{1, 0};
    Complex sum{0, 0};
    double weight = 0;
    double mean = 0;
    double present = 0;
    for (const float value : mv) {
        if (!std::isnan(value)) {
            mean += static_cast<double>(value);
            present += 1;
        }
    }
    mean /= std::max(1.0, present);
    for (const float value : mv) {
        const double window = 0.5 - 0.5 * window_phase.real();
        if (!std::isnan(value)) {
            sum += window * (static_cast<double>(value) - mean) * phase;
            weight += window;
        }
        phase *= turn;
        window_phase *= window_turn;
    }
    return weight > 0 ? 2.0 * sum / weight : Complex{0, 0};
}

double power_at(const AcquiredEcg& ecg, double hz) {
    double power = 0;
    for (const auto& lead : ecg.mv) {
        power += lead.empty() ? 0 : std::norm(line_of(lead, hz, ecg.rate_hz));
    }
    return power;
}

double strongest(const AcquiredEcg& ecg, double from_hz, double to_hz, double step_hz) {
    double best_hz = from_hz;
    double best = -1;
    for (int i = 0; i <= static_cast<int>(std::lround((to_hz - from_hz) / step_hz)); ++i) {
        const double hz = from_hz + i * step_hz;
        const double power = power_at(ecg, hz);
        if (power > best) {
            best = power;
            best_hz = hz;
        }
    }
    return best_hz;
}

} // namespace

double remove_mains_hum(AcquiredEcg& ecg) {
    if (static_cast<double>(ecg.samples()) < kLeastS * ecg.rate_hz) {
        return 0;
    }
    const double coarse_hz = strongest(ecg, kFromHz, kToHz, kCoarseHz);
    const double best_hz = strongest(ecg, coarse_hz - kCoarseHz, coarse_hz + kCoarseHz, kFineHz);
    double found_hz = 0;
    for (auto& lead : ecg.mv) {
        if (lead.empty()) {
            continue;
        }
        const Complex line = line_of(lead, best_hz, ecg.rate_hz);
        const double beside =
            std::max(std::abs(line_of(lead, best_hz - kNeighbourHz, ecg.rate_hz)),
                     std::abs(line_of(lead, best_hz + kNeighbourHz, ecg.rate_hz)));
        if (std::abs(line) < kLeastMv || std::abs(line) < kStandsOut * beside) {
            continue;
        }
        found_hz = best_hz;
        const Complex turn = std::polar(1.0, kTurn * best_hz / ecg.rate_hz);
        Complex phase = line;
        for (float& value : lead) {
            value -= static_cast<float>(phase.real());
            phase *= turn;
        }
    }
    return found_hz;
}

} // namespace ems::signal
