#include "vehicle/sim/artefact.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ems::sim {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr double kMainsHz = 50.02; // a real grid is never exact
constexpr double kBumpDecayS = 0.35;
constexpr double kWanderSettlesS = 1.5; // nobody's baseline jumps because he begins to move

// Index of the limb sources; the chest follows.
constexpr std::size_t kRa = 0;
constexpr std::size_t kLa = 1;
constexpr std::size_t kLl = 2;
constexpr std::size_t kC1 = 3;

} // namespace

Artefacts::Artefacts(std::uint64_t seed, double rate_hz)
    : random_(seed ^ 0xA47EFAC7),
      step_s_(1 / rate_hz), muscle_band_{signal::high_pass_first_order(rate_hz, 20),
                                         signal::high_pass_first_order(rate_hz, 20),
                                         signal::low_pass_section(
                                             rate_hz, std::min(150.0, 0.4 * rate_hz), 1, 0.7071)} {
    // The right arm against the left side, each chest electrode its own way: so every lead shows
    // about the amplitude that is asked for, and no two the same.
    for (std::size_t i = 0; i < kSources; ++i) {
        Source& source = sources_[i];
        const double side = i == kRa ? 0.5 : i < kC1 ? -0.5 : 0.9;
        source.mains_share = side * (0.7 + 0.6 * any());
        source.compression_share = side * (0.7 + 0.6 * any());
        source.slow_hz = 0.05 + 0.15 * any();
        source.fast_hz = 0.25 + 0.25 * any();
        source.slow_phase = kTurn * any();
        source.fast_phase = kTurn * any();
    }
    // White noise of 1 through the band, squared and summed: what the band passes.
    std::array<signal::SectionState, 3> impulse{};
    double energy = 0;
    for (int i = 0; i < 4096; ++i) {
        double value = i == 0 ? 1 : 0;
        for (std::size_t k = 0; k < muscle_band_.size(); ++k) {
            value = signal::filter_step(muscle_band_[k], impulse[k], value);
        }
        energy += value * value;
    }
    // Two electrodes make a limb lead.
    muscle_gain_ = 1 / std::sqrt(2 * energy);
}

double Artefacts::muscle_mv(Source& source) {
    if (state_.muscle_mv <= 0) {
        return 0;
    }
    double value = normal_(random_);
    for (std::size_t k = 0; k < muscle_band_.size(); ++k) {
        value = signal::filter_step(muscle_band_[k], source.muscle[k], value);
    }
    return state_.muscle_mv * muscle_gain_ * value;
}

double Artefacts::potential_mv(Source& source) {
    double mv = source.mains_share * state_.mains_mv * std::sin(mains_phase_) + muscle_mv(source);
    source.slow_phase = std::fmod(source.slow_phase + kTurn * source.slow_hz * step_s_, kTurn);
    source.fast_phase = std::fmod(source.fast_phase + kTurn * source.fast_hz * step_s_, kTurn);
    mv += wander_mv_ * (0.6 * std::sin(source.slow_phase) + 0.3 * std::sin(source.fast_phase));
    if (state_.motion_per_min > 0 && any() < state_.motion_per_min / 60 * step_s_ / 3) {
        // Three of the nine at a time, by chance: a bump shakes one cable.
        source.step_mv += (any() < 0.5 ? -1 : 1) * state_.motion_mv * (0.5 + any());
    }
    source.step_mv *= 1 - step_s_ / kBumpDecayS;
    mv += source.step_mv;
    if (compression_bpm_ > 0) {
        const double phase = kTurn * compression_phase_;
        mv += source.compression_share * state_.compressions_mv *
              (std::sin(phase) + 0.35 * std::sin(2 * phase + 0.7) + 0.15 * std::sin(3 * phase));
    }
    return mv;
}

void Artefacts::add(LeadValues& mv) {
    wander_mv_ += (state_.wander_mv - wander_mv_) * step_s_ / kWanderSettlesS;
    mains_phase_ = std::fmod(mains_phase_ + kTurn * kMainsHz * step_s_, kTurn);
    if (state_.compressions_per_min <= 0) {
        compression_bpm_ = 0;
        compression_phase_ = 0;
    } else {
        if (compression_bpm_ <= 0) {
            compression_bpm_ = state_.compressions_per_min;
        }
        compression_phase_ += compression_bpm_ / 60 * step_s_;
        if (compression_phase_ >= 1) {
            compression_phase_ -= 1;
            // No two are alike.
            compression_bpm_ =
                state_.compressions_per_min * (1 + 0.03 * std::clamp(normal_(random_), -2.0, 2.0));
        }
    }
    std::array<double, kSources> at{};
    for (std::size_t i = 0; i < kSources; ++i) {
        at[i] = potential_mv(sources_[i]);
    }
    mv[0] += at[kLa] - at[kRa];
    mv[1] += at[kLl] - at[kRa];
    const double terminal = (at[kRa] + at[kLa] + at[kLl]) / 3;
    for (std::size_t lead = 2; lead < mv.size(); ++lead) {
        mv[lead] += at[kC1 + lead - 2] - terminal;
    }
    const std::uint32_t off = lead_off_mask();
    for (std::size_t lead = 0; lead < mv.size() && off != 0; ++lead) {
        if ((off >> lead & 1U) != 0) {
            mv[lead] = kRailMv;
        }
    }
}

std::uint32_t Artefacts::lead_off_mask() const {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < signal::kElectrodes; ++i) {
        if ((state_.electrodes_off >> i & 1U) != 0) {
            mask |= signal::leads_lost(static_cast<signal::Electrode>(i));
        }
    }
    return mask;
}

} // namespace ems::sim
