#include "vehicle/sim/conduction.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ems::sim {
namespace {

constexpr std::size_t kBeatsMax = 24;
constexpr double kBehindS = 2.0;   // until the T wave and the pulse of a beat are over
constexpr double kLongPrS = 0.120; // on top of a normal PR
constexpr double kAtrialRrS = 60.0 / 80;
constexpr double kEscapeNarrowBpm = 40; // below it an escape rhythm comes from the ventricles
constexpr double kPrematureShare = 0.6; // of the normal distance
constexpr double kSalvoRrS = 0.36;
// R behind the P wave's centre; negative: not conducted.
constexpr std::array<double, 4> kWenckebachS{0.16, 0.24, 0.29, -1};
constexpr std::array<double, 3> kMobitzS{0.16, 0.16, -1};

bool has_own_atria(Rhythm rhythm) {
    return rhythm == Rhythm::ventricular_tachycardia || rhythm == Rhythm::paced ||
           rhythm == Rhythm::pulseless_ventricular_tachycardia || rhythm == Rhythm::av_block_3 ||
           rhythm == Rhythm::ventricular_standstill;
}

bool is_second_degree(Rhythm rhythm) {
    return rhythm == Rhythm::av_block_2_wenckebach || rhythm == Rhythm::av_block_2_mobitz;
}

bool has_p_before_beat(Rhythm rhythm) {
    return rhythm == Rhythm::sinus || rhythm == Rhythm::pulseless_electrical_activity ||
           rhythm == Rhythm::av_block_1;
}

BeatOrigin origin_of(const HeartState& state) {
    switch (state.rhythm) {
    case Rhythm::ventricular_tachycardia:
    case Rhythm::pulseless_ventricular_tachycardia:
        return BeatOrigin::ventricular;
    case Rhythm::paced:
        return BeatOrigin::paced;
    case Rhythm::av_block_3:
        return state.rate_bpm < kEscapeNarrowBpm ? BeatOrigin::ventricular : BeatOrigin::conducted;
    case Rhythm::sinus:
    case Rhythm::atrial_fibrillation:
    case Rhythm::ventricular_fibrillation:
    case Rhythm::asystole:
    case Rhythm::pulseless_electrical_activity:
    case Rhythm::torsades:
    case Rhythm::av_block_1:
    case Rhythm::av_block_2_wenckebach:
    case Rhythm::av_block_2_mobitz:
    case Rhythm::ventricular_standstill:
        return BeatOrigin::conducted;
    }
    return BeatOrigin::conducted;
}

int run_of(Ectopy ectopy) {
    return ectopy == Ectopy::couplets ? 2 : ectopy == Ectopy::salvos ? 4 : 1;
}

} // namespace

void Conduction::set(const HeartState& state, double now_s) {
    const bool rhythm_changes = state.rhythm != state_.rhythm;
    state_ = state;
    state_.rate_bpm = std::clamp(state_.rate_bpm, 20.0, 250.0);
    if (!rhythm_changes) {
        return;
    }
    std::erase_if(beats_, [&](const HeartBeat& beat) { return beat.r_s > now_s; });
    std::erase_if(p_waves_, [&](double p_s) { return p_s > now_s; });
    if (is_pulseless(state_.rhythm)) {
        // The wave on its way to the finger is not pushed on either.
        for (HeartBeat& beat : beats_) {
            beat.pulse = 0;
        }
    }
    next_r_s_ = std::max(now_s + 0.3, beats_.empty() ? 0 : beats_.back().r_s + 0.3);
    next_p_s_ = now_s + 0.2;
    atrial_count_ = 0;
    premature_left_ = 0;
    since_premature_ = 0;
}

double Conduction::next_rr_s(double breath) {
    const double mean_s = 60 / state_.rate_bpm;
    switch (state_.rhythm) {
    case Rhythm::atrial_fibrillation: {
        // log-normal with a coefficient of variation of 0.2
        constexpr double kSigma = 0.198;
        return std::clamp(mean_s * std::exp(kSigma * normal() - kSigma * kSigma / 2), 0.25, 2.5);
    }
    case Rhythm::ventricular_tachycardia:
    case Rhythm::pulseless_ventricular_tachycardia:
    case Rhythm::av_block_3:
        return mean_s * (1 + 0.01 * normal());
    case Rhythm::paced:
        return mean_s;
    case Rhythm::sinus:
    case Rhythm::pulseless_electrical_activity:
    case Rhythm::av_block_1:
    case Rhythm::av_block_2_wenckebach:
    case Rhythm::av_block_2_mobitz:
    case Rhythm::ventricular_fibrillation:
    case Rhythm::asystole:
    case Rhythm::torsades:
    case Rhythm::ventricular_standstill:
        break;
    }
    return mean_s * (1 + 0.02 * breath + std::clamp(0.01 * normal(), -.04, .04));
}

// Only between two conducted beats, so that a pause follows each run.
bool Conduction::begins_premature() {
    if (beats_.empty() || state_.rhythm == Rhythm::paced ||
        origin_of(state_) == BeatOrigin::ventricular) {
        return false;
    }
    switch (state_.ectopy) {
    case Ectopy::bigeminy:
        return since_premature_ >= 1;
    case Ectopy::trigeminy:
        return since_premature_ >= 2;
    case Ectopy::isolated:
    case Ectopy::couplets:
    case Ectopy::salvos:
        break;
    }
    std::uniform_real_distribution<double> any{0, 1};
    return state_.pvc_share > 0 && since_premature_ >= 1 && any(random_) < state_.pvc_share;
}

void Conduction::add_beat(double r_s, double rr_s, BeatOrigin origin) {
    double pulse = state_.pulse_strength * traits_of(state_.rhythm).pulse_share;
    const bool ectopic = origin == BeatOrigin::ventricular && origin_of(state_) != origin;
    pulse *= ectopic ? 0.4 : 1;
    if (!beats_.empty()) {
        // A short diastole fills the ventricle less: the pulse of atrial fibrillation is unequal.
        const double filled = (r_s - beats_.back().r_s) * state_.rate_bpm / 60;
        pulse *= std::clamp(0.4 + 0.6 * filled, 0.4, 1.25);
    }
    beats_.push_back({r_s, rr_s, origin, pulse, state_.st_mv});
    since_premature_ = ectopic ? 0 : since_premature_ + 1;
}

void Conduction::schedule_ventricles(double now_s, double breath) {
    while (next_r_s_ < now_s + kAheadS && beats_.size() < kBeatsMax) {
        double rr_s = next_rr_s(breath);
        if (premature_left_ == 0 && begins_premature()) {
            premature_left_ = run_of(state_.ectopy);
            next_r_s_ =
                std::max(now_s + 0.3, beats_.back().r_s + kPrematureShare * beats_.back().rr_s);
        }
        if (premature_left_ > 0) {
            --premature_left_;
            // The last one of a run is followed by the pause that makes it up.
            rr_s = premature_left_ > 0 ? std::min(rr_s, kSalvoRrS) : rr_s * 1.4;
            add_beat(next_r_s_, rr_s, BeatOrigin::ventricular);
        } else {
            const double extra_s = state_.rhythm == Rhythm::av_block_1 ? kLongPrS : 0;
            if (has_p_before_beat(state_.rhythm)) {
                p_waves_.push_back(next_r_s_ - kPBeforeRS - extra_s);
            }
            add_beat(next_r_s_, rr_s, origin_of(state_));
        }
        next_r_s_ += rr_s;
    }
}

// P waves of their own, and in second-degree block the beats they conduct.
void Conduction::schedule_atria(double now_s) {
    const bool second = is_second_degree(state_.rhythm);
    const bool wenckebach = state_.rhythm == Rhythm::av_block_2_wenckebach;
    const double conducted = wenckebach ? 3.0 / 4 : 2.0 / 3;
    const double interval_s = second ? 60 / state_.rate_bpm * conducted : kAtrialRrS;
    while (next_p_s_ < now_s + kAheadS && p_waves_.size() < kBeatsMax) {
        p_waves_.push_back(next_p_s_);
        if (second) {
            const double delay_s = wenckebach
                                       ? kWenckebachS.at(static_cast<std::size_t>(atrial_count_))
                                       : kMobitzS.at(static_cast<std::size_t>(atrial_count_));
            if (delay_s > 0) {
                add_beat(next_p_s_ + delay_s, 60 / state_.rate_bpm, BeatOrigin::conducted);
            }
            atrial_count_ = (atrial_count_ + 1) % (wenckebach ? 4 : 3);
        }
        next_p_s_ += interval_s * (1 + 0.01 * std::clamp(normal(), -3.0, 3.0));
    }
}

void Conduction::schedule(double now_s, double breath) {
    if (is_second_degree(state_.rhythm)) {
        schedule_atria(now_s);
    } else {
        if (traits_of(state_.rhythm).has_beats) {
            schedule_ventricles(now_s, breath);
        }
        if (has_own_atria(state_.rhythm)) {
            schedule_atria(now_s);
        }
    }
    while (!beats_.empty() && beats_.front().r_s < now_s - kBehindS) {
        beats_.pop_front();
    }
    while (!p_waves_.empty() && p_waves_.front() < now_s - kBehindS) {
        p_waves_.pop_front();
    }
}

} // namespace ems::sim
