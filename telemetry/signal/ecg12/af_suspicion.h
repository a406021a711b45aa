// Suspicion of atrial fibrillation from the irregularity of the beats alone: no P wave is looked
// for, so it is a hint to look at the strip, never a diagnosis. Two measures of the newest
// intervals must agree:
//   - the share of occupied cells in the map of RR against its change (Lian, Wang, Muessig, Am J
//     Cardiol 2011), with cells of 4 % of the mean interval instead of 25 ms: in absolute steps the
//     breathing arrhythmia of a slow heart fills as many cells as fibrillation;
//   - the median change from interval to interval, as a share of the mean: single ectopic beats
//     do not move it.
// Intervals beside a premature or foreign beat are left out, and with many of them nothing is
// said: frequent ectopy looks the same. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "telemetry/signal/ecg/beat.h"

namespace ems::signal {

enum class AfFinding : std::uint8_t {
    not_suspected,
    suspected,
    too_few_beats,   // refused: fewer than kAfIntervalsMin usable intervals
    noise,           // refused: a fifth of the beats poorly seen or the signal interrupted
    frequent_ectopy, // refused: a fifth of the beats premature with a pause, or foreign
};

inline constexpr std::size_t kAfIntervalsMin = 48;
inline constexpr std::size_t kAfIntervals = 64; // the newest ones that are looked at

struct AfSuspicion {
    AfFinding finding{AfFinding::too_few_beats};
    std::size_t intervals{0};
    double cell_share{0};    // occupied cells by intervals
    double median_change{0}; // by the mean interval
};

// `beats` in order; the newest ones are used. Beats of a quality below 0.3 are poorly seen.
AfSuspicion af_suspicion(std::span<const Beat> beats);

} // namespace ems::signal
