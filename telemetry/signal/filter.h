// The filters an ECG is shown and measured through, for any sampling rate of 125 to 1000 Hz:
//
//   diagnostic  0.05 to 150 Hz: first-order high-pass (time constant 3.2 s) and, where the rate
//               carries it, a second-order Bessel low-pass. ST may be read in this band only:
//               3 mV for 100 ms leaves less than 0.1 mV behind it (IEC 60601-2-25, 201.12.4.107).
//   monitor     0.5 to 40 Hz: first-order high-pass and fourth-order Bessel low-pass. For rhythm.
//               Its high-pass gives the area of each QRS back as a shift of ST to the other
//               side (0.05 mV and more behind a tall R), so no ST may be read off it.
//   notch       50 Hz, 4 Hz wide at -3 dB; rings for about 0.1 s behind each QRS.
//
// Phase: causal and minimum phase, hence not linear. Bessel low-passes keep the group delay of the
// pass band even and do not ring; group_delay_s() states the delay at any frequency and the tests
// hold it. FilterSection formulas: bilinear transform of the analogue sections, the corner
// pre-warped (Proakis & Manolakis; Bessel poles after Zverev 1967). Pure; a design is immutable and
// may be shared by threads, the state is the caller's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "telemetry/base/result.h"
#include "telemetry/signal/ecg/qrs_detector.h"

namespace ems::signal {

// One section, a0 = 1: y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''.
struct FilterSection {
    double b0{1}, b1{0}, b2{0}, a1{0}, a2{0};
};

// Corner (-3 dB of the whole filter) of `corner_hz`; `scale` and `q` place the pole pair of this
// section relative to it (1 and 0.7071 for a Butterworth pair). 0 < corner_hz < rate_hz / 2.
FilterSection low_pass_section(double rate_hz, double corner_hz, double scale, double q);
FilterSection high_pass_first_order(double rate_hz, double corner_hz);
// Zero at centre_hz, width_hz between its -3 dB points.
FilterSection notch_section(double rate_hz, double centre_hz, double width_hz);

// Transposed direct form II.
struct SectionState {
    double s1{0}, s2{0};
};
double filter_step(const FilterSection& section, SectionState& state, double x);

enum class EcgBand : std::uint8_t { diagnostic, monitor };
enum class Mains : std::uint8_t { as_recorded, notch_50_hz };

// Below this rate a trace is not a diagnostic one, whatever filter it went through.
inline constexpr double kDiagnosticRateMinHz = 500;

class EcgFilter {
  public:
    static constexpr std::size_t kSectionsMax = 4;

    // Per lead. A default one settles on the first sample it is given, as if that value had been
    // there for ever: no transient at the start of a trace or behind a gap.
    struct State {
        std::array<SectionState, kSectionsMax> sections{};
        bool started{false};
    };

    // Code::out_of_range for a rate outside kEcgRateMinHz to kEcgRateMaxHz.
    static Result<EcgFilter> design(double rate_hz, EcgBand band, Mains mains);

    [[nodiscard]] double step(State& state, double mv) const;

    [[nodiscard]] double rate_hz() const { return rate_hz_; }
    [[nodiscard]] EcgBand band() const { return band_; }
    [[nodiscard]] Mains mains() const { return mains_; }
    [[nodiscard]] double lower_hz() const { return lower_hz_; }
    // Upper edge: the filter's, or 0.4 of the rate where that is lower (the recorder's own limit).
    [[nodiscard]] double upper_hz() const { return upper_hz_; }
    // The diagnostic band of a recording of at least kDiagnosticRateMinHz.
    [[nodiscard]] bool is_diagnostic() const;

    // Of the whole filter at `hz`, 0 < hz < rate_hz / 2.
    [[nodiscard]] double gain(double hz) const;
    [[nodiscard]] double group_delay_s(double hz) const;

  private:
    EcgFilter() = default;
    void add(const FilterSection& section) { sections_.at(count_++) = section; }

    std::array<FilterSection, kSectionsMax> sections_{};
    std::size_t count_{0};
    double rate_hz_{0};
    EcgBand band_{EcgBand::diagnostic};
    Mains mains_{Mains::as_recorded};
    double lower_hz_{0};
    double upper_hz_{0};
};

} // namespace ems::signal
