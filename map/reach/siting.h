// Where the next stations close most of the gap: the maximal covering location problem (Church and
// ReVelle 1974). Exact by branch and bound where that ends in time, else the best that was found
// with a bound on what could be better. Pure arithmetic on sets.
#pragma once

#include <cstdint>
#include <vector>

namespace ems::map {

struct SitingProblem {
    std::vector<double> weight; // per demand that nothing covers yet, not negative
    std::vector<std::vector<std::uint32_t>> covers; // per candidate: its demands, ascending
};

enum class Proof { exact, bounded };

struct SitingAnswer {
    std::vector<std::uint32_t> chosen; // candidates, ascending; fewer when more would add nothing
    double covered{0};                 // weight
    double bound{0};                   // no choice covers more
    Proof proof{Proof::exact};
};

// count 1..50; branches_max bounds the work.
[[nodiscard]] SitingAnswer choose_candidates(const SitingProblem& problem, std::uint32_t count,
                                             std::uint64_t branches_max);

} // namespace ems::map
