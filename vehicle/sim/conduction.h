// When the atria and the ventricles of a simulated heart contract: one beat after another for each
// rhythm, a little ahead of the present. Pure and seeded.
#pragma once

#include <cstdint>
#include <deque>
#include <random>

#include "vehicle/sim/heart_shape.h"
#include "vehicle/sim/rhythm.h"

namespace ems::sim {

enum class BeatOrigin : std::uint8_t { conducted, ventricular, paced };

struct HeartBeat {
    double r_s;
    double rr_s; // to the next beat, as far as it was known
    BeatOrigin origin;
    double pulse; // share of a normal stroke
    LeadValues st_mv;
};

struct HeartState {
    Rhythm rhythm{Rhythm::sinus};
    double rate_bpm{75};      // of the ventricles; 20 to 250
    double breath_bpm{16};    // below 1: apnoea
    double pulse_strength{1}; // 1: a pulse pressure of 40 mmHg
    double pvc_share{0};      // share of beats that begin a premature one, 0 to 0.5
    Ectopy ectopy{Ectopy::isolated};
    LeadValues st_mv{};
    double etco2_mmhg{38}; // at the end of a breath
};

class Conduction {
  public:
    explicit Conduction(std::uint64_t seed) : random_(seed) {}

    // A change of rate or shape takes effect with the next beat, a change of rhythm at once.
    void set(const HeartState& state, double now_s);
    // Makes what begins before now_s + kAheadS and forgets what is over. breath: -1 to 1, the
    // breathing that sinus rhythm follows.
    void schedule(double now_s, double breath);

    [[nodiscard]] const std::deque<HeartBeat>& beats() const { return beats_; }
    // Centres of P waves.
    [[nodiscard]] const std::deque<double>& p_waves() const { return p_waves_; }

    static constexpr double kAheadS = 0.7; // a beat must be known before its P wave starts

  private:
    void schedule_ventricles(double now_s, double breath);
    void schedule_atria(double now_s);
    void add_beat(double r_s, double rr_s, BeatOrigin origin);
    [[nodiscard]] double next_rr_s(double breath);
    [[nodiscard]] bool begins_premature();
    [[nodiscard]] double normal() { return normal_(random_); }

    std::mt19937_64 random_;
    std::normal_distribution<double> normal_{0, 1};
    HeartState state_{};
    std::deque<HeartBeat> beats_; // both bounded by kBeatsMax
    std::deque<double> p_waves_;
    double next_r_s_{0.4};
    double next_p_s_{0.2};
    int atrial_count_{0};   // within the cycle of a second-degree block
    int premature_left_{0}; // of the couplet or salvo that runs
    int since_premature_{0};
};

} // namespace ems::sim
