// A simulated heart: eight acquired leads and the pleth, sample by sample. Each beat is a sum of
// Gaussians in time (P, Q, R, S, T) with one amplitude per lead, and an ST plateau from the J point
// to the T wave, so that a template's ST can be measured back. Shapes and rhythms follow the
// project's simulator tables (sum-of-Gaussians form of ECGSYN, McSharry 2003). Pure and seeded: the
// same seed and the same calls give the same samples.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <random>

#include "telemetry/signal/ecg_leads.h"

namespace ems::sim {

inline constexpr double kEcgRateHz = 500;
inline constexpr int kPlethDivider = 4; // pleth at 125 Hz

using LeadValues = std::array<double, signal::kAcquiredLeads>; // mV, order of signal::Lead

enum class Rhythm : std::uint8_t {
    sinus,
    atrial_fibrillation,
    ventricular_tachycardia,
    ventricular_fibrillation,
    asystole,
    pulseless_electrical_activity, // a normal ECG without a pulse
};

// ST plateau of each acquired lead in mV, consistent with Einthoven; the derived leads follow.
inline constexpr LeadValues kStNone{};
inline constexpr LeadValues kStAnterior{.07, -.05, .15, .35, .40, .30, .10, .05};
inline constexpr LeadValues kStInferior{-.10, .20, 0, -.05, -.05, 0, 0, 0};
inline constexpr LeadValues kStEarlyRepolarisation{.03, .05, .05, .20, .20, .08, .05, .03};
inline constexpr LeadValues kStBorderline{0, .09, 0, .19, .19, .05, 0, 0};

struct HeartState {
    Rhythm rhythm{Rhythm::sinus};
    double rate_bpm{75}; // of the ventricles; 20 to 250
    double breath_bpm{16};
    double pulse_strength{1}; // 1: a pulse pressure of 40 mmHg
    double pvc_share{0};      // share of beats that are premature ventricular ones, 0 to 0.5
    LeadValues st_mv{};
};

struct EcgNoise {
    double white_mv{0.00976}; // standard deviation, each lead: 4 units of 2.44 microvolt
    double wander_mv{0.03};   // amplitude of the baseline's breathing wander
};

struct EcgSample {
    LeadValues mv{};
    double pleth{0}; // 0 to about 1
};

class EcgModel {
  public:
    explicit EcgModel(std::uint64_t seed, EcgNoise noise = {});

    // Takes effect with the next beat; a change of rhythm at once (fibrillation leaves no pulse
    // behind).
    void set(const HeartState& state);
    // The next sample, 2 ms after the last.
    EcgSample next();
    // Samples made so far.
    [[nodiscard]] std::uint64_t samples() const { return samples_; }
    // Seconds (of this model's time) of the newest R peak not in the future; negative when there
    // was none.
    [[nodiscard]] double last_r_s() const { return last_r_s_; }

  private:
    enum class BeatKind : std::uint8_t { normal, no_p, wide };
    struct Beat {
        double r_s;
        double rr_s; // to the next beat
        BeatKind kind;
        double pulse;
        LeadValues st_mv;
    };

    void schedule(double now_s);
    [[nodiscard]] double next_rr_s();
    void add_beat(const Beat& beat, double now_s, LeadValues& mv) const;
    void add_fibrillation(LeadValues& mv);
    void add_atrial(double now_s, LeadValues& mv);
    [[nodiscard]] double pleth(double now_s) const;
    double normal() { return normal_(random_); }

    std::mt19937_64 random_;
    std::normal_distribution<double> normal_{0, 1};
    EcgNoise noise_;
    HeartState state_;
    std::deque<Beat> beats_; // at most kBeatsMax: a few in the past, one or two ahead
    std::uint64_t samples_{0};
    double next_r_s_{0.4};
    double last_r_s_{-1};
    double rhythm_since_s_{0};
    double breath_phase_{0};
    bool after_premature_{false};
    struct Oscillator {
        double phase;
        double hz;
        double amplitude;
    };
    std::array<Oscillator, 5> oscillators_{};
    LeadValues drift_{};
};

} // namespace ems::sim
