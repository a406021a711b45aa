// What an ambulance does to an ECG: mains hum, muscle, wandering electrodes, bumps, chest
// compressions, electrodes that fall off. Each arises at an electrode and reaches the leads as the
// heart's own potentials do (I = LA - RA, a chest lead against Wilson's terminal), so hum on the
// right arm is in all leads and a loose C2 in V2 alone. Pure and seeded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

#include "telemetry/signal/ecg_leads.h"
#include "telemetry/signal/filter.h"
#include "vehicle/sim/heart_shape.h"

namespace ems::sim {

struct ArtefactState {
    double mains_mv{0};              // 50 Hz, amplitude of about this in each lead
    double muscle_mv{0};             // noise of 20 to 150 Hz, root mean square of a limb lead
    double wander_mv{0};             // 0.05 to 0.5 Hz, amplitude of about this
    double motion_per_min{0};        // bumps: a step that decays within a second
    double motion_mv{0};             // their size
    double compressions_per_min{0};  // 0: none; about 110 when somebody presses
    double compressions_mv{2};       // their amplitude
    std::uint32_t electrodes_off{0}; // 1 << signal::Electrode
    bool probe_off{false};           // of the oximeter
};

class Artefacts {
  public:
    // `rate_hz` of the samples.
    Artefacts(std::uint64_t seed, double rate_hz);

    void set(const ArtefactState& state) { state_ = state; }
    [[nodiscard]] const ArtefactState& state() const { return state_; }

    // Adds the next sample's part to each lead; leads without electrode stand at kRailMv.
    void add(LeadValues& mv);
    // Acquired leads that have lost an electrode, as a mask.
    [[nodiscard]] std::uint32_t lead_off_mask() const;
    // 0 to 1 within the present compression; 0 when nobody presses.
    [[nodiscard]] double compression_phase() const { return compression_phase_; }

    static constexpr double kRailMv = 5.0;

  private:
    static constexpr std::size_t kSources = 9; // RA, LA, LL, C1 to C6
    struct Source {
        double mains_share;
        double compression_share;
        double slow_hz, fast_hz; // of the wander
        double slow_phase, fast_phase;
        double step_mv{0};
        std::array<signal::SectionState, 3> muscle{};
    };
    [[nodiscard]] double potential_mv(Source& source);
    [[nodiscard]] double muscle_mv(Source& source);
    [[nodiscard]] double any() { return uniform_(random_); }

    std::mt19937_64 random_;
    std::uniform_real_distribution<double> uniform_{0, 1};
    std::normal_distribution<double> normal_{0, 1};
    ArtefactState state_;
    double step_s_;
    std::array<signal::FilterSection, 3> muscle_band_;
    double muscle_gain_;
    std::array<Source, kSources> sources_{};
    double wander_mv_{0};
    double mains_phase_{0};
    double compression_phase_{0};
    double compression_bpm_{0}; // of the present one
};

} // namespace ems::sim
