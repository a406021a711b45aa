// How far one lead can be trusted now, from the last seconds of its own signal. Reference: lead
// gates of PhysioNet/CinC Challenge 2011 and 2015 (flat line, saturation, steps, share of high
// frequencies); every threshold is named in lead_quality.cpp. Pure.
#pragma once

#include <cstddef>
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

// The faults that one lead shows by itself; whether beats stand out of its noise is the detector's
// knowledge, so `noisy` is decided where both meet (EcgMonitor).
class LeadGate {
  public:
    explicit LeadGate(double rate_hz);

    // NaN: no sample. True: a second is over and fault() is new.
    bool push(float mv);
    [[nodiscard]] LeadFault fault() const { return fault_; }
    // Peak to peak of the last whole second, mV.
    [[nodiscard]] float range_mv() const { return range_mv_; }

  private:
    void decide();

    std::size_t second_;
    std::size_t seen_{0};
    std::size_t missing_{0};
    std::size_t at_most_{0};
    std::size_t at_least_{0};
    float most_{0};
    float least_{0};
    float range_mv_{0};
    LeadFault fault_{LeadFault::none};
};

} // namespace ems::signal
