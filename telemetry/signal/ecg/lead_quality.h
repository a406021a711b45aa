// How far one lead can be trusted now, from the last seconds of its own signal. Reference: lead
// gates of PhysioNet/CinC Challenge 2011 and 2015 (flat line, saturation, steps, share of high
// frequencies); every threshold is named in lead_quality.cpp. Pure.
#pragma once

#include <cstdint>

namespace ems::signal {

enum class LeadFault : std::uint8_t {
    none,
    no_signal, // no samples (lead off), or the sum of them is missing
    flat,      // less than 10 microvolt peak to peak for a second, or stuck at one value
    saturated, // stands at its extreme value
    noisy,     // high-frequency noise, steps or drift hide the QRS complexes
};

struct LeadState {
    LeadFault fault{LeadFault::no_signal};
    float quality{0}; // 0 to 1; 0 with any fault but `noisy`
};

} // namespace ems::signal
