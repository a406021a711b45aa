// Units on the road, kept so that the nearest of them are found without a search per unit: bucket
// lists on a contraction hierarchy (Knopp et al., ALENEX 2007; bounded and sorted as in Buchhold,
// Sanders, Wagner, ALENEX 2021).
//
// From the end of every arc that a unit stands on, a climb leaves its time in the bucket of each
// vertex that it reaches within the reach. A query climbs from the target and reads the buckets it
// meets, each only as far as the limit lets it. A unit that moves on along its arc changes one
// number; only one that comes to another arc costs a climb, and none where somebody stands already.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "map/hierarchy/climb.h"
#include "map/hierarchy/departure.h"
#include "map/hierarchy/hierarchy_weights.h"
#include "map/route/foothold.h"

namespace ems::map {

class FleetIndex {
  public:
    static constexpr std::uint32_t kUnitsMax = 1U << 20;

    struct Found {
        std::uint32_t unit{0};
        std::uint32_t total_ms{0}; // lead and travel
        std::uint32_t travel_ms{0};
        bool operator==(const Found&) const = default;
    };

    // Finds units within `reach_ms` of travel. Everything handed in must outlive it or the next
    // use(); `weights` are customized for `metric`. About 36 bytes per vertex. Not thread-safe.
    FleetIndex(const HierarchyWeights& weights, const Metric& metric, std::uint32_t reach_ms);

    // Another metric, or changed weights: climbs anew for every arc that is stood on.
    void use(const HierarchyWeights& weights, const Metric& metric);

    // Puts a unit on the road or moves it. Units are small numbers of the caller's choice, below
    // kUnitsMax. A place that is not on the graph takes the unit off.
    void place(std::uint32_t unit, const RoadPosition& at, std::uint32_t lead_ms);
    void remove(std::uint32_t unit);

    // The `count_max` units with the least total time, at most `limit_ms` (which is cut to the
    // reach), by (total_ms, unit). The times equal those of Router::nearest. Valid until the next
    // call. That the way ends on a closed road is not told here: ask the router.
    [[nodiscard]] const std::vector<Found>&
    nearest(const RoadPosition& target, std::uint32_t count_max, std::uint32_t limit_ms);

    [[nodiscard]] std::size_t entry_count() const { return entries_; }
    [[nodiscard]] std::size_t stand_count() const { return stand_of_arc_.size(); }

  private:
    // The time from the end of a stand's arc.
    struct Entry {
        std::uint32_t ms{0};
        std::uint32_t stand{0};
        auto operator<=>(const Entry&) const = default;
    };
    // One way for one unit to set off.
    struct Waiting {
        std::uint32_t unit{0};
        double fraction{0};
        std::uint32_t extra_ms{0};
        std::uint32_t rest_ms{0}; // to the end of the arc, with extra_ms
    };
    struct VertexTime {
        Rank vertex{0};
        std::uint32_t ms{0};
    };
    struct ArcTime {
        ArcId arc{0};
        std::uint32_t ms{0};
    };
    // An arc that some unit stands on.
    struct Stand {
        ArcId arc{kNoArc};
        std::vector<Waiting> waiting;
        std::vector<VertexTime> at_vertices; // what it left in the buckets
        std::vector<ArcTime> at_arcs;        // and at arcs of its neighbourhood
    };
    struct Unit {
        ArcId arc{kNoArc}; // kNoArc: not on the road
        std::uint32_t lead_ms{0};
    };

    void wait_at(std::uint32_t unit, const Foothold& at);
    void leave(std::uint32_t unit, ArcId arc);
    void fill(std::uint32_t stand);
    void empty(std::uint32_t stand);
    void meet(std::uint32_t stand, std::uint32_t ms);
    void offer(const Waiting& waiting, std::uint64_t travel_ms, std::uint32_t limit_ms);

    const HierarchyWeights* weights_;
    const Metric* metric_;
    std::uint32_t reach_ms_;
    Climb climb_;
    Departure departure_;
    std::vector<std::vector<Entry>> bucket_; // per vertex, by ms
    std::unordered_map<ArcId, std::vector<Entry>> at_arc_;
    std::unordered_map<ArcId, std::uint32_t> stand_of_arc_;
    std::vector<Stand> stands_;
    std::vector<std::uint32_t> free_stands_;
    std::vector<Unit> units_;
    std::size_t entries_{0};

    // Of the query under way.
    std::vector<std::uint32_t> stand_ms_;  // per stand, from its arc's end to the target
    std::vector<std::uint32_t> met_;       // stands with a time
    std::vector<std::uint32_t> travel_ms_; // per unit
    std::vector<std::uint32_t> reached_;   // units with a time
    std::vector<Found> found_;
};

} // namespace ems::map
