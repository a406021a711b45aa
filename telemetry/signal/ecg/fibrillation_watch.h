// Whether one lead shows fibrillation: its waves (FibrillationDetector), unless what was found as
// beats on the same lead refutes them. A detector finds beats in fibrillation, too, so they refute
// only when they are such as a heart makes. Pure; no allocation after construction.
#pragma once

#include <array>
#include <cstddef>

#include "telemetry/signal/ecg/beat.h"
#include "telemetry/signal/ecg/fibrillation.h"

namespace ems::signal {

class FibrillationWatch {
  public:
    explicit FibrillationWatch(double rate_hz);

    // A beat of this lead, as it becomes due.
    void add(const Beat& beat);
    // NaN where the lead has no sample. True: half a second is over and waving() is new.
    bool push(float mv);
    [[nodiscard]] bool waving() const { return waving_; }
    // Pure waves that are a regular run of like beats instead: a tachycardia so wide that no line
    // is left between its beats. No shape has to have been seen before it.
    [[nodiscard]] bool running() const { return running_; }

  private:
    static constexpr std::size_t kBeats = 32; // 4.5 s at 300/min, the most a detector reports
    struct Found {
        std::size_t beats{0};
        std::size_t alike{0};
        float contrast{0}; // mean
        double span_s{0};  // sum of their intervals
        double spread{0};  // of the intervals, as a share of their mean
    };
    [[nodiscard]] Found found_of_late() const;
    [[nodiscard]] bool is_run(const Found& found) const;
    [[nodiscard]] bool beats_refute(const Found& found) const;

    double rate_hz_;
    FibrillationDetector detector_;
    std::array<Beat, kBeats> beats_{};
    std::size_t beat_count_{0};
    std::int64_t samples_{0};
    bool waving_{false};
    bool running_{false};
};

} // namespace ems::signal
