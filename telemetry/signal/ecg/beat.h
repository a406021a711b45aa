// A heart beat as the detectors report it. Sample numbers count from the first sample pushed, at
// the recording's own rate, so they are the numbers of WFDB annotations. Values only.
#pragma once

#include <cstdint>

namespace ems::signal {

// Shape of a beat against the beats of the same lead before it. An advisory: no lead and no
// single beat proves an origin.
enum class BeatShape : std::uint8_t {
    unknown,  // no dominant shape is known yet, or the signal is too poor to tell
    dominant, // resembles the dominant beat
    foreign,  // another shape, as narrow as the dominant one or not early
    wide,     // another shape, and wider: counted as ventricular
};

struct Beat {
    std::int64_t r_sample{0};       // greatest deflection of the QRS complex
    std::int64_t decided_sample{0}; // newest sample that had been seen when it was reported
    double rr_s{0};                 // from the beat before; 0: none, or the signal was interrupted
    float amplitude_mv{0};          // QRS peak to peak in the detector's band (about 5 to 25 Hz)
    float quality{0};               // 0 to 1: how far this complex stands out of the noise around it
    float similarity{0}; // greatest correlation with a beat shape seen before, 0 to 1
    float contrast{0};   // log of the complex over the signal 0.2 to 0.6 s before it; 2 is clean
    BeatShape shape{BeatShape::unknown};
    std::uint8_t lead{0}; // index of the channel it was found in
};

} // namespace ems::signal
