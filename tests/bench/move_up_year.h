// A year of calls in one county. The nearest free unit by road goes, and goes home when it is free again; with move-up it
// waits where dispatch/core/moveup.h advises, at every change of what is free, as ems-dispatchd asks it. Both see the same
// calls with the same courses for one seed. Times are seconds, from the call to the wheels that stop at the scene. Pure.
//
// Assumed: calls come where people live, by the hour as kHourWeights says; a third are of level 1; scene 8 to 25 min, four
// of five go to the one hospital, handover 10 to 25 min; a unit that drives is between its two ends in proportion; an advice
// is accepted after 30 s; a unit that is being moved is not moved again before it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dispatch/core/moveup.h"

namespace ems::bench {

struct County {
    std::vector<double> people;                       // by place
    std::vector<std::vector<std::uint32_t>> drive_s;  // from place, to place
    std::vector<std::size_t> stations;                // their places; a unit at home at each
    std::size_t hospital{0};                          // its place
};

struct YearOptions {
    double calls_a_day{40};
    double days{365};
    std::uint32_t turnout_s{75};
    dispatch::MoveUpLimits limits;
};

struct YearResult {
    std::uint32_t calls{0};
    std::uint32_t late{0};          // beyond 15 min
    std::uint32_t first_calls{0};   // of level 1
    std::uint32_t first_late{0};
    std::uint32_t moves{0};
    std::uint32_t moves_most{0};    // of one unit in 24 h
    double busy_share{0};
};

enum class MoveUps { none, advised };

[[nodiscard]] YearResult run_year(const County& county, const YearOptions& options, std::uint64_t seed, MoveUps moves);

} // namespace ems::bench
