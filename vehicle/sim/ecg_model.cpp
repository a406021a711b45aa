#include "vehicle/sim/ecg_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace ems::sim {
namespace {

constexpr double kStep = 1 / kEcgRateHz;
constexpr double kTurn = 2 * std::numbers::pi;
constexpr double kPulseDelayS = 0.25;    // from the R peak to the finger
constexpr double kInspiration = 1.0 / 3; // I:E of 1:2
constexpr double kDeadSpaceS = 0.2;
constexpr double kCo2RiseS = 0.15;
constexpr double kCo2SlopeMmhgS = 2;
constexpr double kCo2FallS = 0.1;
constexpr double kTorsadesHz = 220.0 / 60;
constexpr double kTwistHz = 0.1;
constexpr double kCompressionPulse = 0.3;

// A fibrillation grows out of the last beat within half a second.
double onset(double age_s) {
    return std::min(1.0, age_s / 0.5);
}

double gauss(double x, double centre, double sigma) {
    const double u = (x - centre) / sigma;
    return std::abs(u) > 6 ? 0 : std::exp(-u * u / 2);
}

} // namespace

EcgModel::EcgModel(std::uint64_t seed, EcgNoise noise)
    : random_(seed), sensor_random_(seed ^ 0x0C51), noise_(noise), conduction_(seed ^ 0xBEA7),
      artefacts_(seed, kEcgRateHz) {
    std::uniform_real_distribution<double> any{0, 1};
    for (Oscillator& oscillator : oscillators_) {
        oscillator = {kTurn * any(random_), 3 + 5 * any(random_), 0.5 + any(random_), {}};
        // Each wave runs its own way through the heart, so no two leads show the same.
        for (std::size_t lead = 0; lead < kFibrillation.size(); ++lead) {
            oscillator.projection[lead] = kFibrillation[lead] * (0.5 + any(random_));
        }
    }
}

void EcgModel::set(const HeartState& state) {
    const double now_s = static_cast<double>(samples_) * kStep;
    if (state.rhythm != state_.rhythm) {
        rhythm_since_s_ = now_s;
    }
    state_ = state;
    conduction_.set(state, now_s);
}

void EcgModel::add_beats(double now_s, LeadValues& mv) {
    for (const HeartBeat& beat : conduction_.beats()) {
        const double since_r_s = now_s - beat.r_s;
        if (since_r_s >= 0) {
            last_r_s_ = std::max(last_r_s_, beat.r_s);
        }
        if (since_r_s < -0.4 || since_r_s > 0.9) {
            continue;
        }
        switch (beat.origin) {
        case BeatOrigin::conducted:
            add_narrow_beat(since_r_s, beat.rr_s, beat.st_mv, mv);
            break;
        case BeatOrigin::ventricular:
            add_ventricular_beat(since_r_s, beat.rr_s, mv);
            break;
        case BeatOrigin::paced:
            add_paced_beat(since_r_s, beat.rr_s, mv);
            break;
        }
    }
    for (const double p_s : conduction_.p_waves()) {
        add_p_wave(now_s - p_s, mv);
        if (p_s <= now_s) {
            last_p_s_ = std::max(last_p_s_, p_s);
        }
    }
}

void EcgModel::add_fibrillation(double age_s, LeadValues& mv) {
    // Coarse at first, fine after minutes without treatment.
    const double size = onset(age_s) * (0.04 + 0.5 * std::exp(-age_s / 180));
    for (Oscillator& oscillator : oscillators_) {
        oscillator.hz = std::clamp(oscillator.hz + 0.05 * normal(), 3.0, 8.0);
        oscillator.amplitude = std::clamp(oscillator.amplitude + 0.01 * normal(), 0.2, 1.5);
        oscillator.phase = std::fmod(oscillator.phase + kTurn * oscillator.hz * kStep, kTurn);
        const double wave = size / 2 * oscillator.amplitude * std::sin(oscillator.phase);
        for (std::size_t lead = 0; lead < mv.size(); ++lead) {
            mv[lead] += oscillator.projection[lead] * wave;
        }
    }
}

// Wide waves whose axis turns about the baseline, each lead at its own moment.
void EcgModel::add_torsades(double age_s, LeadValues& mv) {
    Oscillator& o = oscillators_[0];
    o.hz = std::clamp(o.hz + 0.01 * normal(), kTorsadesHz * 0.93, kTorsadesHz * 1.07);
    o.phase = std::fmod(o.phase + kTurn * o.hz * kStep, kTurn);
    const double wave = onset(age_s) * (std::sin(o.phase) + 0.25 * std::sin(2 * o.phase));
    for (std::size_t lead = 0; lead < mv.size(); ++lead) {
        const double twist = std::cos(kTurn * kTwistHz * age_s + 0.35 * static_cast<double>(lead));
        mv[lead] += 1.1 * kFibrillation[lead] * twist * wave;
    }
}

void EcgModel::add_atrial_fibrillation(LeadValues& mv) {
    Oscillator& f = oscillators_[0];
    f.hz = std::clamp(f.hz + 0.05 * normal(), 4.0, 9.0);
    f.phase = std::fmod(f.phase + kTurn * f.hz * kStep, kTurn);
    for (std::size_t lead = 0; lead < mv.size(); ++lead) {
        mv[lead] += 0.08 * kAtrial[lead] * std::sin(f.phase);
    }
}

double EcgModel::pleth(double now_s) {
    if (artefacts_.state().probe_off) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    double sum = 0;
    for (const HeartBeat& beat : conduction_.beats()) {
        const double share = (now_s - beat.r_s - kPulseDelayS) / std::clamp(beat.rr_s, 0.3, 1.2);
        if (beat.pulse <= 0 || share < -0.5 || share > 1.7) {
            continue;
        }
        sum += beat.pulse * (gauss(share, 0.25, 0.10) + 0.4 * gauss(share, 0.55, 0.14));
    }
    if (artefacts_.state().compressions_per_min > 0) {
        sum += kCompressionPulse * gauss(artefacts_.compression_phase(), 0.5, 0.15);
    }
    const double noise =
        noise_.pleth > 0 ? std::normal_distribution<double>{0, noise_.pleth}(sensor_random_) : 0;
    return sum * (1 + 0.05 * std::sin(kTurn * breath_phase_)) + noise;
}

void EcgModel::breathe() {
    breathing_ = state_.breath_bpm >= 1;
    if (breathing_) {
        breath_phase_ = std::fmod(breath_phase_ + state_.breath_bpm / 60 * kStep, 1);
    }
}

double EcgModel::co2_mmhg() const {
    if (!breathing_) {
        return 0;
    }
    const double breath_s = 60 / state_.breath_bpm;
    const double expiration_s = (1 - kInspiration) * breath_s;
    if (breath_phase_ < kInspiration) {
        // Fresh air washes the sensor out.
        return state_.etco2_mmhg * std::max(0.0, 1 - breath_phase_ * breath_s / kCo2FallS);
    }
    const double since_s = (breath_phase_ - kInspiration) * breath_s;
    const double plateau =
        std::max(0.0, state_.etco2_mmhg - kCo2SlopeMmhgS * (expiration_s - since_s));
    return plateau * std::clamp((since_s - kDeadSpaceS) / kCo2RiseS, 0.0, 1.0);
}

EcgSample EcgModel::next() {
    const double now_s = static_cast<double>(samples_) * kStep;
    const double breath = std::sin(kTurn * breath_phase_);
    conduction_.schedule(now_s, breath);
    EcgSample out = held_;
    out.mv = {};
    add_beats(now_s, out.mv);
    const double age_s = now_s - rhythm_since_s_;
    if (state_.rhythm == Rhythm::ventricular_fibrillation) {
        add_fibrillation(age_s, out.mv);
    } else if (state_.rhythm == Rhythm::torsades) {
        add_torsades(age_s, out.mv);
    } else if (state_.rhythm == Rhythm::atrial_fibrillation) {
        add_atrial_fibrillation(out.mv);
    }
    breathe();
    for (std::size_t lead = 0; lead < out.mv.size(); ++lead) {
        const double phase = kTurn * breath_phase_ + 0.4 * static_cast<double>(lead);
        drift_[lead] = 0.9998 * drift_[lead] + 0.0002 * normal();
        const double chest = breathing_ ? std::sin(phase) : 0;
        out.mv[lead] += noise_.wander_mv * (chest + 20 * drift_[lead]) + noise_.white_mv * normal();
    }
    artefacts_.add(out.mv);
    out.lead_off_mask = artefacts_.lead_off_mask();
    if (samples_ % kPlethDivider == 0) {
        out.pleth = pleth(now_s);
        out.breath = !breathing_ ? 0
                     : breath_phase_ < kInspiration
                         ? 0.5 - 0.5 * std::cos(kTurn / 2 * breath_phase_ / kInspiration)
                         : 0.5 + 0.5 * std::cos(kTurn / 2 * (breath_phase_ - kInspiration) /
                                                (1 - kInspiration));
        out.co2_mmhg = co2_mmhg();
    }
    held_ = out;
    ++samples_;
    return out;
}

} // namespace ems::sim
