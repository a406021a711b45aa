// How a vehicle that comes to the end of an arc gets into the turn graph.
//
// There nobody knows by which arc it came, so it could turn round free of charge, back over the arc
// it came by. Therefore the neighbourhood is searched arc by arc with exact turns, as far as
// driving back the same way takes less than turning round at once (kTurnRoundMs), and the turn
// graph is entered behind it: from there, coming back is never the shorter way (turn_graph.h).
// Where no way leads back, it is entered at once.
#pragma once

#include <cstdint>
#include <vector>

#include "map/graph/metric.h"
#include "map/hierarchy/hierarchy.h"

namespace ems::map {

class Departure {
  public:
    static constexpr std::uint32_t kNoEntry = 0xFFFFFFFF;

    // An arc that was entered in the neighbourhood; times since the end of the first arc. A closed
    // one serves a goal on it and nothing behind it.
    struct Entry {
        ArcId arc{kNoArc};
        std::uint32_t ms{0};            // when it is entered, the turn counted
        std::uint32_t before{kNoEntry}; // the entry driven before it; kNoEntry after the first arc
    };
    struct Seed {
        Rank vertex{0};
        std::uint32_t ms{0};
        std::uint32_t entry{kNoEntry}; // driven last; kNoEntry for the first arc itself
    };

    // From the end of `arc`. Exact together with the other way to set off from the same place
    // (foothold.h); the arc itself may be closed.
    void find(const Hierarchy& hierarchy, const Metric& metric, ArcId arc);

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] const std::vector<Seed>& seeds() const { return seeds_; }

  private:
    struct Open {
        std::uint32_t ms{0};
        std::uint32_t entry{0};
        auto operator<=>(const Open&) const = default;
    };
    void enter(const Metric& metric, ArcId from, std::uint32_t from_ms, std::uint32_t from_both_ms,
               std::uint32_t before);

    std::vector<Entry> entries_;
    std::vector<std::uint32_t> both_ms_; // per entry, there and back; kTurnRoundMs or more: enough
    std::vector<std::uint8_t> is_settled_;
    std::vector<Seed> seeds_;
    std::vector<Open> open_;
};

} // namespace ems::map
