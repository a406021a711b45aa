// The fastest way between two places over a customized hierarchy: two walks to the root of the
// elimination tree, and the up arcs of the way unfolded to arcs of the road graph.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "map/hierarchy/climb.h"
#include "map/hierarchy/departure.h"
#include "map/hierarchy/hierarchy_weights.h"
#include "map/hierarchy/unfold.h"
#include "map/route/foothold.h"
#include "map/route/route_drawing.h"

namespace ems::map {

class HierarchySearch {
  public:
    // `hierarchy` must outlive it. About 24 bytes per vertex. Not thread-safe.
    explicit HierarchySearch(const Hierarchy& hierarchy);

    // Equals PathSearch::run in everything but the choice between ways of equal time.
    // `weights` are customized for `metric`.
    [[nodiscard]] Result<Drive> run(const HierarchyWeights& weights, const Metric& metric,
                                    const RoadPosition& from, const RoadPosition& to);
    // Only the time; nothing when no way leads there or a place is not on the graph.
    [[nodiscard]] std::optional<std::uint32_t> travel_ms(const HierarchyWeights& weights,
                                                         const Metric& metric,
                                                         const RoadPosition& from,
                                                         const RoadPosition& to);

  private:
    // What the best way so far consists of.
    struct Best {
        std::uint32_t ms{kNeverMs};
        std::uint32_t start{0}; // index of the foothold it sets off from
        std::uint32_t goal{0};
        bool is_direct{false};                    // on one arc
        std::uint32_t entry{Departure::kNoEntry}; // ends in the neighbourhood of the start
        Rank meeting{kNoRank};                    // else over the hierarchy
    };
    void search(const HierarchyWeights& weights, const Metric& metric, const RoadPosition& from,
                const RoadPosition& to);
    void set_off(const Metric& metric);
    void aim(const Metric& metric);
    [[nodiscard]] std::vector<ArcId> arcs(const HierarchyWeights& weights, const Metric& metric);
    void add_neighbourhood(std::uint32_t start, std::uint32_t entry, std::vector<ArcId>& out) const;

    const Hierarchy& hierarchy_;
    Climb forward_;
    Climb backward_;
    Footholds starts_;
    Footholds goals_;
    std::vector<Departure> departures_;                            // one per start
    std::vector<std::pair<std::uint32_t, std::uint32_t>> seed_of_; // start and entry of each seed
    std::vector<std::uint32_t> goal_of_;                           // of each seed of backward_
    Best best_;
    Unfolding unfolding_;
};

} // namespace ems::map
