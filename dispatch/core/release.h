// When a unit that is on task will be free: quantiles of how long such tasks still took, from this centre's history and a
// stated assumption that fades as history grows. Whole numbers only, so that every build answers alike. Pure.
//
//   Of a state entered `elapsed_s` ago, the durations longer than that are looked at; what is left of them is the answer.
//   The assumption counts as kPriorSamples tasks spread over the quantiles of the table in release.cpp ([G]: general
//   knowledge, to be replaced by history; county centres report turn-rounds of 40 to 90 minutes).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "dispatch/core/states.h"

namespace ems::dispatch {

inline constexpr std::size_t kPriorSamples = 20;
inline constexpr std::size_t kHistorySamplesMax = 200;   // of each state, the newest

struct Release {
    std::uint32_t early_s{0};      // one in ten is free sooner
    std::uint32_t median_s{0};
    std::uint32_t late_s{0};       // one in ten is free later
    std::uint32_t samples{0};      // of history that it rests on; 0: the assumption alone
};

// Seconds from entering the state until the unit could be sent again, by state; any order.
using ReleaseHistory = std::map<UnitState, std::vector<std::uint32_t>>;

// `state` is on task.
Release predict_release(UnitState state, std::uint32_t elapsed_s, const ReleaseHistory& history);

} // namespace ems::dispatch
