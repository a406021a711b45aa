// Streaming QRS detector of one lead: causal, a beat is reported at most 500 ms after its R peak.
// Any rate from 125 to 1000 Hz; internally 125 to 250 Hz. No allocation after construction.
// The method and its sources: telemetry/signal/README.md. Pure; not thread-safe.
#pragma once

#include <memory>
#include <optional>

#include "telemetry/signal/ecg/beat.h"
#include "telemetry/signal/ecg/qrs_weights.h"

namespace ems::signal {

inline constexpr double kEcgRateMinHz = 125;
inline constexpr double kEcgRateMaxHz = 1000;
// Longest time from an R peak to its report.
inline constexpr double kBeatDecisionMaxS = 0.5;

class QrsDetector {
  public:
    // kEcgRateMinHz <= rate_hz <= kEcgRateMaxHz (asserted: the caller has checked his header).
    explicit QrsDetector(double rate_hz);
    // Of other weights, and with somebody who decides in its place (nullptr: nobody; else he
    // outlives it): for the fit.
    QrsDetector(double rate_hz, const QrsTerms& weights, QrsTeacher* teacher);
    ~QrsDetector();
    QrsDetector(QrsDetector&&) noexcept;
    QrsDetector& operator=(QrsDetector&&) noexcept;

    // The next sample in mV, NaN where the lead has none. At most one beat becomes due by a sample;
    // r_sample rises strictly from beat to beat.
    std::optional<Beat> push(float mv);

    // At the end of a recording, until nothing is left: the beats whose decision was still open.
    std::optional<Beat> finish();

    // Peak to peak of the last second in the band of QRS complexes, 5 to 20 Hz: neither wander nor
    // hum of the mains.
    [[nodiscard]] float movement_mv() const;

    // Samples pushed so far.
    [[nodiscard]] std::int64_t samples() const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::signal
