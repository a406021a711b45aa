#include "telemetry/signal/ecg/lead_quality.h"

#include <cmath>

namespace ems::signal {
namespace {

constexpr float kFlatMv = 0.01F;          // over a second; reference: 10 microvolt
constexpr double kMissingShareMax = 0.5;  // of a second
constexpr double kRailShareMin = 0.3;     // of a second at exactly the same extreme value
constexpr float kRailRangeMinMv = 0.5F;   // a rail is only believed of a signal that moved

} // namespace

LeadGate::LeadGate(double rate_hz) : second_{static_cast<std::size_t>(rate_hz)} {}

bool LeadGate::push(float mv) {
    if (std::isnan(mv)) {
        ++missing_;
    } else if (seen_ == missing_) { // the first value of this second
        most_ = least_ = mv;
        at_most_ = at_least_ = 1;
    } else {
        at_most_ = mv > most_ ? 1 : at_most_ + (mv == most_ ? 1 : 0);
        at_least_ = mv < least_ ? 1 : at_least_ + (mv == least_ ? 1 : 0);
        most_ = mv > most_ ? mv : most_;
        least_ = mv < least_ ? mv : least_;
    }
    if (++seen_ < second_) {
        return false;
    }
    decide();
    seen_ = missing_ = 0;
    return true;
}

void LeadGate::decide() {
    const double all = static_cast<double>(seen_);
    range_mv_ = missing_ < seen_ ? most_ - least_ : 0;
    if (static_cast<double>(missing_) > kMissingShareMax * all) {
        fault_ = LeadFault::no_signal;
    } else if (range_mv_ < kFlatMv) {
        fault_ = LeadFault::flat;
    } else if (range_mv_ > kRailRangeMinMv &&
               (static_cast<double>(at_most_) > kRailShareMin * all ||
                static_cast<double>(at_least_) > kRailShareMin * all)) {
        fault_ = LeadFault::saturated;
    } else {
        fault_ = LeadFault::none;
    }
}

} // namespace ems::signal
