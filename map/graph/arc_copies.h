// Restrictions over several arcs said in pairs: arcs are copied as far as a restriction reaches,
// and a copy is entered only by those who came the way that the restriction begins with.
//
//     forbidden: f v t           f ──► v' ──► everything but t       v' is a copy of v
//                            others ──► v ──► everything
//
// A copy stands for the longest beginning of any forbidden sequence that was driven last (the
// automaton of Aho and Corasick, "Efficient string matching", CACM 1975), so restrictions that
// overlap or follow each other bind together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "map/graph/road_graph.h"

namespace ems::map {

using ArcPair = std::pair<ArcId, ArcId>;
// At least three arcs, each from the end of the one before. Only the last may turn round.
using ArcSequence = std::vector<ArcId>;

// What may not be driven, on arcs without copies.
struct TurnRules {
    std::vector<ArcPair> pairs;
    std::vector<ArcSequence> sequences;
};

// Of one arc. No junction has as many; a hostile extract would make bans by the square of them.
inline constexpr std::size_t kArcCopiesMax = 64;

// The same arcs numbered anew, copies behind the originals of their tail.
struct CopiedArcs {
    std::vector<ArcId> source; // per arc: what it was before, or is a copy of
    std::vector<ArcId> number; // what each arc of before is now
    std::vector<ArcId> copy_arc;
    std::vector<ArcId> copy_of;
    std::vector<ArcPair> bans; // rising, each once
    std::uint64_t sequences_dropped{0}; // beyond kArcCopiesMax, and not forbidden
};

// Arcs are given by the row of their tail and by their head. O(arcs) when there are no sequences.
[[nodiscard]] CopiedArcs copy_arcs(std::span<const std::uint32_t> first_out,
                                   std::span<const std::uint32_t> arc_head, TurnRules rules);

} // namespace ems::map
