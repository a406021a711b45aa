// Where the QRS complex of a median beat begins and ends, over all leads together, and where its P
// and T waves lie. The guide is the spatial velocity: the length of the vector of all leads'
// slopes (mV/s). Sources: the spatial velocity of the CSE library (Willems 1985) and its thresholds
// as a share of the peak (Laguna 1994); T end by the steepest tangent (Lepeschkin & Surawicz 1952).
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/signal/ecg_leads.h"

namespace ems::signal {

using LeadTraces = std::array<std::vector<double>, kAcquiredLeads>; // empty: lost

// mV/s at each sample, from differences over 8 ms.
std::vector<double> spatial_velocity(const LeadTraces& mv, double rate_hz);

// begin and end lie where the trace visibly speeds up and has slowed down: what a reader measures
// the QRS by. At most 20 ms outside them the trace is at rest, and only there a level is read:
struct QrsBounds {
    std::size_t rest{0}; // the PR segment ends; a Q wave's first slope is not in it
    std::size_t begin{0};
    std::size_t end{0};
    // The J point. ST read earlier would still hold the tail of the S wave, and at a fixed distance
    // from R it would be inside a wide QRS.
    std::size_t j{0};
};

// Around sample `r`. Always inside the trace.
QrsBounds qrs_bounds(std::span<const double> velocity, std::size_t r, double rate_hz);

struct WaveBounds {
    std::optional<std::size_t> p_begin; // nothing: no P wave stands out before the QRS
    std::optional<std::size_t> t_end;   // nothing: T is too flat to tell, or its end is cut off
};
WaveBounds wave_bounds(const LeadTraces& mv, const QrsBounds& qrs, double rate_hz);

} // namespace ems::signal
