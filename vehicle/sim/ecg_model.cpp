#include "vehicle/sim/ecg_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ems::sim {
namespace {

constexpr double kStep = 1 / kEcgRateHz;
constexpr double kPi = std::numbers::pi;
constexpr std::size_t kBeatsMax = 16;
constexpr double kAheadSeconds = 0.6;  // a beat must be known before its P wave starts
constexpr double kBehindSeconds = 2.0; // and is kept until its T wave and its pulse are over
constexpr double kPulseDelay = 0.25;   // from the R peak to the finger

struct Wave {
    double centre_s;
    double sigma_s;
};
constexpr Wave kP{-0.160, 0.025};
constexpr Wave kQ{-0.030, 0.010};
constexpr Wave kR{0, 0.010};
constexpr Wave kS{0.030, 0.010};
constexpr Wave kT{0.280, 0.045}; // both scaled by the square root of RR

struct Amplitudes {
    double p, q, r, s, t;
};
// mV, order I II V1 V2 V3 V4 V5 V6
constexpr std::array<Amplitudes, signal::kAcquiredLeads> kNormal{{
    {.08, -.05, .70, -.10, .20},
    {.15, -.05, 1.10, -.15, .30},
    {.06, 0, .20, -1.0, -.05},
    {.08, 0, .50, -1.5, .40},
    {.08, 0, .90, -1.1, .45},
    {.08, -.05, 1.6, -.60, .45},
    {.08, -.10, 1.6, -.30, .35},
    {.08, -.10, 1.2, -.10, .25},
}};
// A ventricular beat: one broad wave of 150 ms and a T wave of the opposite sign.
constexpr LeadValues kWide{.9, 1.3, -1.4, -1.6, -1.0, .5, 1.1, 1.0};
constexpr double kWideSigma = 0.032;
constexpr double kWideTShare = -0.35;
// How a fibrillating or flutter wave projects on the leads.
constexpr LeadValues kFibrillation{.6, 1.0, .8, .9, .8, .7, .6, .5};
constexpr LeadValues kAtrial{.2, .5, 1.0, .4, .2, .1, .1, .1};

double gauss(double t_s, Wave wave) {
    const double x = (t_s - wave.centre_s) / wave.sigma_s;
    return std::abs(x) > 6 ? 0 : std::exp(-x * x / 2);
}

double smooth_step(double from, double to, double x) {
    const double u = std::clamp((x - from) / (to - from), 0.0, 1.0);
    return u * u * (3 - 2 * u);
}

bool has_pulse(Rhythm rhythm) {
    switch (rhythm) {
    case Rhythm::sinus:
    case Rhythm::atrial_fibrillation:
    case Rhythm::ventricular_tachycardia:
        return true;
    case Rhythm::ventricular_fibrillation:
    case Rhythm::asystole:
    case Rhythm::pulseless_electrical_activity:
        return false;
    }
    return false;
}

bool has_beats(Rhythm rhythm) {
    return rhythm != Rhythm::ventricular_fibrillation && rhythm != Rhythm::asystole;
}

} // namespace

EcgModel::EcgModel(std::uint64_t seed, EcgNoise noise) : random_(seed), noise_(noise) {
    std::uniform_real_distribution<double> any{0, 1};
    for (Oscillator& oscillator : oscillators_) {
        oscillator = {2 * kPi * any(random_), 3 + 5 * any(random_), 0.5 + any(random_)};
    }
}

void EcgModel::set(const HeartState& state) {
    const double now_s = static_cast<double>(samples_) * kStep;
    const bool rhythm_changes = state.rhythm != state_.rhythm;
    state_ = state;
    state_.rate_bpm = std::clamp(state_.rate_bpm, 20.0, 250.0);
    if (!rhythm_changes) {
        return;
    }
    rhythm_since_s_ = now_s;
    if (!has_beats(state_.rhythm) || !has_pulse(state_.rhythm)) {
        beats_.clear();
    } else {
        std::erase_if(beats_, [&](const Beat& beat) { return beat.r_s > now_s; });
    }
    next_r_s_ = std::max(now_s + 0.3, beats_.empty() ? 0 : beats_.back().r_s + 0.3);
}

double EcgModel::next_rr_s() {
    const double mean_s = 60 / state_.rate_bpm;
    switch (state_.rhythm) {
    case Rhythm::atrial_fibrillation: {
        // log-normal with a coefficient of variation of 0.2
        constexpr double kSigma = 0.198;
        return std::clamp(mean_s * std::exp(kSigma * normal() - kSigma * kSigma / 2), 0.25, 2.5);
    }
    case Rhythm::ventricular_tachycardia:
        return mean_s * (1 + 0.01 * normal());
    case Rhythm::sinus:
    case Rhythm::pulseless_electrical_activity:
    case Rhythm::ventricular_fibrillation:
    case Rhythm::asystole:
        break;
    }
    return mean_s * (1 + 0.02 * std::sin(breath_phase_) + std::clamp(0.01 * normal(), -.04, .04));
}

void EcgModel::schedule(double now_s) {
    while (has_beats(state_.rhythm) && next_r_s_ < now_s + kAheadSeconds &&
           beats_.size() < kBeatsMax) {
        double rr_s = next_rr_s();
        BeatKind kind = BeatKind::normal;
        double pulse = has_pulse(state_.rhythm) ? state_.pulse_strength : 0;
        if (state_.rhythm == Rhythm::ventricular_tachycardia) {
            kind = BeatKind::wide;
            pulse *= 0.3;
        } else if (state_.rhythm == Rhythm::atrial_fibrillation) {
            kind = BeatKind::no_p;
        }
        std::uniform_real_distribution<double> any{0, 1};
        const bool premature = state_.pvc_share > 0 && !after_premature_ && !beats_.empty() &&
                               any(random_) < state_.pvc_share;
        if (premature) {
            // 0.6 of the normal distance after the last beat, then the pause that makes it up
            next_r_s_ = std::max(now_s + 0.3, beats_.back().r_s + 0.6 * beats_.back().rr_s);
            kind = BeatKind::wide;
            pulse *= 0.4;
            rr_s *= 1.4;
        }
        after_premature_ = premature;
        beats_.push_back({next_r_s_, rr_s, kind, pulse, state_.st_mv});
        next_r_s_ += rr_s;
    }
    while (!beats_.empty() && (beats_.front().r_s < now_s - kBehindSeconds)) {
        beats_.pop_front();
    }
}

void EcgModel::add_beat(const Beat& beat, double now_s, LeadValues& mv) const {
    const double t_s = now_s - beat.r_s;
    if (t_s < -0.4 || t_s > 0.9) {
        return;
    }
    const double stretch = std::sqrt(std::clamp(beat.rr_s, 0.3, 1.5));
    const Wave t_wave{kT.centre_s * stretch, kT.sigma_s * stretch};
    if (beat.kind == BeatKind::wide) {
        const double qrs = gauss(t_s, {0, kWideSigma});
        const double t = gauss(t_s, {t_wave.centre_s * 1.1, t_wave.sigma_s * 1.2});
        for (std::size_t lead = 0; lead < mv.size(); ++lead) {
            mv[lead] += kWide[lead] * (qrs + kWideTShare * t);
        }
        return;
    }
    const double p = beat.kind == BeatKind::normal && state_.rhythm != Rhythm::atrial_fibrillation
                         ? gauss(t_s, kP)
                         : 0;
    const double q = gauss(t_s, kQ);
    const double r = gauss(t_s, kR);
    const double s = gauss(t_s, kS);
    const double t = gauss(t_s, t_wave);
    // Flat from 65 ms after R to the T wave, gone with the T wave.
    const double plateau =
        smooth_step(0.035, 0.065, t_s) *
        (1 - smooth_step(t_wave.centre_s, t_wave.centre_s + 2.5 * t_wave.sigma_s, t_s));
    for (std::size_t lead = 0; lead < mv.size(); ++lead) {
        const Amplitudes& a = kNormal[lead];
        mv[lead] += a.p * p + a.q * q + a.r * r + a.s * s + a.t * t + beat.st_mv[lead] * plateau;
    }
}

void EcgModel::add_fibrillation(LeadValues& mv) {
    const double age_s = static_cast<double>(samples_) * kStep - rhythm_since_s_;
    // Coarse at first, fine after minutes without treatment.
    const double size = 0.05 + 0.55 * std::exp(-age_s / 180);
    double sum = 0;
    for (Oscillator& oscillator : oscillators_) {
        oscillator.hz = std::clamp(oscillator.hz + 0.05 * normal(), 3.0, 8.0);
        oscillator.amplitude = std::clamp(oscillator.amplitude + 0.01 * normal(), 0.2, 1.5);
        oscillator.phase = std::fmod(oscillator.phase + 2 * kPi * oscillator.hz * kStep, 2 * kPi);
        sum += oscillator.amplitude * std::sin(oscillator.phase);
    }
    for (std::size_t lead = 0; lead < mv.size(); ++lead) {
        mv[lead] += size * kFibrillation[lead] * sum / 2;
    }
}

void EcgModel::add_atrial(double now_s, LeadValues& mv) {
    if (state_.rhythm == Rhythm::atrial_fibrillation) {
        Oscillator& f = oscillators_[0];
        f.hz = std::clamp(f.hz + 0.05 * normal(), 4.0, 9.0);
        f.phase = std::fmod(f.phase + 2 * kPi * f.hz * kStep, 2 * kPi);
        for (std::size_t lead = 0; lead < mv.size(); ++lead) {
            mv[lead] += 0.08 * kAtrial[lead] * std::sin(f.phase);
        }
    } else if (state_.rhythm == Rhythm::ventricular_tachycardia) {
        // The atria go on by themselves at 80 a minute.
        const double since_p = std::fmod(now_s, 60.0 / 80) - 0.1;
        const double p = gauss(since_p, {0, kP.sigma_s});
        for (std::size_t lead = 0; lead < mv.size(); ++lead) {
            mv[lead] += kNormal[lead].p * p;
        }
    }
}

double EcgModel::pleth(double now_s) const {
    double sum = 0;
    for (const Beat& beat : beats_) {
        const double share = (now_s - beat.r_s - kPulseDelay) / std::max(0.3, beat.rr_s);
        if (beat.pulse <= 0 || share < -0.5 || share > 1.7) {
            continue;
        }
        sum += beat.pulse * (gauss(share, {0.25, 0.10}) + 0.4 * gauss(share, {0.55, 0.14}));
    }
    return sum * (1 + 0.05 * std::sin(breath_phase_));
}

EcgSample EcgModel::next() {
    const double now_s = static_cast<double>(samples_) * kStep;
    schedule(now_s);
    EcgSample out;
    for (const Beat& beat : beats_) {
        add_beat(beat, now_s, out.mv);
        if (beat.r_s <= now_s) {
            last_r_s_ = std::max(last_r_s_, beat.r_s);
        }
    }
    if (state_.rhythm == Rhythm::ventricular_fibrillation) {
        add_fibrillation(out.mv);
    }
    add_atrial(now_s, out.mv);
    breath_phase_ = std::fmod(breath_phase_ + 2 * kPi * state_.breath_bpm / 60 * kStep, 2 * kPi);
    for (std::size_t lead = 0; lead < out.mv.size(); ++lead) {
        const double phase = breath_phase_ + 0.4 * static_cast<double>(lead);
        drift_[lead] = 0.9998 * drift_[lead] + 0.0002 * normal();
        out.mv[lead] +=
            noise_.wander_mv * (std::sin(phase) + 20 * drift_[lead]) + noise_.white_mv * normal();
    }
    if (samples_ % kPlethDivider == 0) {
        out.pleth = pleth(now_s);
    }
    ++samples_;
    return out;
}

} // namespace ems::sim
