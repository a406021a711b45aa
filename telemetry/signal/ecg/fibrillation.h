// Fibrillation and flutter waves of one lead, decided twice a second over the last seconds.
// Threshold crossing sample count (Arafat, Chowdhury, Hasan, SIViP 5:151, 2011: 3 s windows, |x| over
// 0.2 of the greatest) and, against its false alarms, the concentration of the spectrum around one
// peak of 2.2 to 9 Hz; the caller adds the veto of beats that look alike. No allocation after
// construction. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "telemetry/signal/ecg/biquad.h"

namespace ems::signal {

struct FibrillationVerdict {
    bool waves{false};        // the signal alone looks like fibrillation
    float crossing_percent{0}; // mean of the windows
    float concentration{0};   // 0 to 1; 0 when it was not needed
    float band_share{0};      // of the power in 2.2 to 9 Hz, 0 to 1; likewise
    float peak_hz{0};
    float amplitude_mv{0}; // peak to peak over the window, 1 to 25 Hz
};

class FibrillationDetector {
  public:
    explicit FibrillationDetector(double rate_hz);

    // NaN where the lead has no sample. True: half a second is over and verdict() is new.
    bool push(float mv);
    [[nodiscard]] const FibrillationVerdict& verdict() const { return verdict_; }

  private:
    static constexpr std::size_t kRing = 2048;
    static constexpr std::size_t kWindows = 7; // 3 s each, half a second apart: 6 s in all
    void decide();
    [[nodiscard]] float crossings() const;
    void spectrum();
    [[nodiscard]] float back(std::size_t count) const {
        return ring_[(count_ - 1 - count) & (kRing - 1)];
    }

    int factor_;
    double rate_hz_;
    Biquad high_;
    Biquad low_;
    std::array<float, kRing> ring_{};
    std::vector<float> taper_;
    std::vector<float> window_;
    std::array<float, kWindows> percent_{};
    std::size_t count_{0};
    std::size_t next_decision_{0};
    std::size_t decisions_{0};
    float zero_{0};
    bool started_{false};
    float held_{0};
    float sum_{0};
    int summed_{0};
    FibrillationVerdict verdict_;
};

} // namespace ems::signal
