#include "telemetry/signal/ecg12/mains_hum.h"

#include <algorithm>
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
constexpr double kCentreHz = 50;
constexpr double kBlockS = 0.04;
constexpr double kNeighbourHz = 2.5;
constexpr double kStandsOut = 3;
constexpr double kLeastMv = 0.003;
constexpr double kLeastS = 2;

using Complex = std::complex<double>;

double mean_of(std::span<const float> mv) {
    double sum = 0;
    double present = 0;
    for (const float value : mv) {
        if (!std::isnan(value)) {
            sum += static_cast<double>(value);
            present += 1;
        }
    }
    return sum / std::max(1.0, present);
}

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
    const double mean = mean_of(mv);
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

// One lead's spectrum around 50 Hz, for the search: turned down by 50 Hz and summed over blocks so
// short that a line half a hertz beside is 0.07 % weaker in them than it was. The amplitude that is
// taken out is line_of()'s.
class Neighbourhood {
  public:
    Neighbourhood(std::span<const float> mv, double rate_hz) {
        const auto count = static_cast<double>(mv.size());
        const auto block = std::max<std::size_t>(1, static_cast<std::size_t>(kBlockS * rate_hz));
        block_s_ = static_cast<double>(block) / rate_hz;
        const Complex turn = std::polar(1.0, -kTurn * kCentreHz / rate_hz);
        const Complex window_turn = std::polar(1.0, kTurn / count);
        const double mean = mean_of(mv);
        Complex phase{1, 0};
        Complex window_phase{1, 0};
        double weight = 0;
        sums_.reserve(mv.size() / block + 1);
        for (std::size_t i = 0; i < mv.size(); ++i) {
            if (i % block == 0) {
                sums_.emplace_back(0, 0);
            }
            const double window = 0.5 - 0.5 * window_phase.real();
            if (!std::isnan(mv[i])) {
                sums_.back() += window * (static_cast<double>(mv[i]) - mean) * phase;
                weight += window;
            }
            phase *= turn;
            window_phase *= window_turn;
        }
        for (Complex& sum : sums_) {
            sum *= weight > 0 ? 2 / weight : 0;
        }
    }

    [[nodiscard]] double power(double hz) const {
        const Complex turn = std::polar(1.0, -kTurn * (hz - kCentreHz) * block_s_);
        Complex phase{1, 0};
        Complex line{0, 0};
        for (const Complex& sum : sums_) {
            line += sum * phase;
            phase *= turn;
        }
        return std::norm(line);
    }

  private:
    double block_s_{0};
    std::vector<Complex> sums_;
};

double strongest(std::span<const Neighbourhood> leads, double from_hz, double to_hz,
                 double step_hz) {
    double best_hz = from_hz;
    double best = -1;
    for (int i = 0; i <= static_cast<int>(std::lround((to_hz - from_hz) / step_hz)); ++i) {
        const double hz = from_hz + i * step_hz;
        double power = 0;
        for (const Neighbourhood& lead : leads) {
            power += lead.power(hz);
        }
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
    std::vector<Neighbourhood> leads;
    for (const auto& lead : ecg.mv) {
        if (!lead.empty()) {
            leads.emplace_back(lead, ecg.rate_hz);
        }
    }
    const double coarse_hz = strongest(leads, kFromHz, kToHz, kCoarseHz);
    const double best_hz = strongest(leads, coarse_hz - kCoarseHz, coarse_hz + kCoarseHz, kFineHz);
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
