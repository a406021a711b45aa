// A simulated heart on a monitor: eight acquired leads, the pleth, breathing and the capnogram,
// sample by sample, for every rhythm of rhythm.h and with the artefacts of an ambulance. Each beat
// is a sum of Gaussians (heart_shape.h) with an ST plateau from the J point to the T wave, so that
// a template's ST can be measured back. A rhythm without a pulse silences the pleth at once. Pure
// and seeded: the same seed and the same calls give the same samples.
#pragma once

#include <array>
#include <cstdint>
#include <random>

#include "vehicle/sim/artefact.h"
#include "vehicle/sim/conduction.h"

namespace ems::sim {

inline constexpr double kEcgRateHz = 500;
inline constexpr int kPlethDivider = 4; // pleth, breathing and CO2 at 125 Hz

struct EcgNoise {
    double white_mv{0.00976}; // standard deviation, each lead: 4 units of 2.44 microvolt
    double wander_mv{0.03};   // amplitude of the baseline's breathing wander
    double pleth{0};          // standard deviation of an oximeter's sensor; a pulse is about 1
};

struct EcgSample {
    LeadValues mv{};
    std::uint32_t lead_off_mask{0}; // those leads stand at the rail
    // Held between every fourth sample:
    double pleth{0};    // 0 to about 1; NaN: the probe is off
    double breath{0};   // 0 breathed out to 1 breathed in
    double co2_mmhg{0}; // of the air at the mouth
};

class EcgModel {
  public:
    explicit EcgModel(std::uint64_t seed, EcgNoise noise = {});

    // Takes effect with the next beat; a change of rhythm at once (fibrillation leaves no pulse
    // behind).
    void set(const HeartState& state);
    void set(const ArtefactState& state) { artefacts_.set(state); }
    // The next sample, 2 ms after the last.
    EcgSample next();
    // Samples made so far.
    [[nodiscard]] std::uint64_t samples() const { return samples_; }
    // Seconds (of this model's time) of the newest R peak not in the future; negative when there
    // was none.
    [[nodiscard]] double last_r_s() const { return last_r_s_; }
    // The same of the newest P wave's centre.
    [[nodiscard]] double last_p_s() const { return last_p_s_; }

  private:
    void add_beats(double now_s, LeadValues& mv);
    void add_fibrillation(double age_s, LeadValues& mv);
    void add_torsades(double age_s, LeadValues& mv);
    void add_atrial_fibrillation(LeadValues& mv);
    void breathe();
    [[nodiscard]] double pleth(double now_s);
    [[nodiscard]] double co2_mmhg() const;
    double normal() { return normal_(random_); }

    std::mt19937_64 random_;
    std::mt19937_64 sensor_random_; // its own: an oximeter's noise changes no ECG
    std::normal_distribution<double> normal_{0, 1};
    EcgNoise noise_;
    HeartState state_;
    Conduction conduction_;
    Artefacts artefacts_;
    std::uint64_t samples_{0};
    double last_r_s_{-1};
    double last_p_s_{-1};
    double rhythm_since_s_{0};
    double breath_phase_{0}; // 0 to 1, inspiration the first third
    bool breathing_{true};
    struct Oscillator {
        double phase;
        double hz;
        double amplitude;
        LeadValues projection;
    };
    std::array<Oscillator, 5> oscillators_{};
    LeadValues drift_{};
    EcgSample held_;
};

} // namespace ems::sim
