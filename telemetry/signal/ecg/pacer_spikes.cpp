#include "telemetry/signal/ecg/pacer_spikes.h"

#include <algorithm>
#include <cmath>

namespace ems::signal {
namespace {

constexpr double kPulseMaxS = 0.012;
constexpr double kEdgeMvPerS = 400;  // a steep QRS complex of 3 mV has 200
constexpr float kOverUnrest = 4;     // muscle noise has such edges, too, but one after the other
constexpr float kUnrestLeft = 0.85F; // by the sample
constexpr float kReturnShare = 0.3F; // of the pulse, that may be left of it

} // namespace

PacerSpikes::PacerSpikes(double rate_hz)
    : ahead_{std::clamp<std::size_t>(static_cast<std::size_t>(kPulseMaxS * rate_hz), 1, kAheadMax)},
      edge_mv_{static_cast<float>(kEdgeMvPerS / rate_hz)} {}

// Of one that begins with the oldest sample; 0: none does.
std::size_t PacerSpikes::length_of_pulse() const {
    const float rise = ahead(0) - last_;
    if (!(std::fabs(rise) > std::max(edge_mv_, kOverUnrest * unrest_mv_))) {
        return 0;
    }
    for (std::size_t i = 1; i <= ahead_; ++i) {
        const bool is_back = std::fabs(ahead(i) - last_) < kReturnShare * std::fabs(rise);
        if (is_back && std::fabs(ahead(i) - ahead(i - 1)) > edge_mv_) {
            return i;
        }
    }
    return 0;
}

std::optional<float> PacerSpikes::push(float mv) {
    if (held_ <= ahead_) {
        ring_[held_++] = mv;
        if (held_ <= ahead_) {
            return std::nullopt;
        }
        last_ = ahead(0);
    } else {
        ring_[next_] = mv;
        next_ = (next_ + 1) % (ahead_ + 1);
    }
    if (bridged_ == 0) {
        bridged_ = length_of_pulse();
        step_ = bridged_ > 0 ? (ahead(bridged_) - last_) / static_cast<float>(bridged_ + 1) : 0;
    }
    const float before = last_;
    if (bridged_ > 0) {
        --bridged_;
        last_ += step_;
    } else {
        last_ = ahead(0);
    }
    const float moved = std::fabs(last_ - before);
    unrest_mv_ = moved > kUnrestLeft * unrest_mv_ ? moved : kUnrestLeft * unrest_mv_;
    return last_;
}

} // namespace ems::signal
