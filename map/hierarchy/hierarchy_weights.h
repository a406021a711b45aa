// The times of a contraction hierarchy under one metric ("customization"): for each up arc the
// least time in both directions over lower vertices, and over which vertex. 16 bytes per up arc.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/graph/metric.h"
#include "map/hierarchy/hierarchy.h"

namespace ems::map {

// No way; above every real time, and two of them still fit in 32 bits.
inline constexpr std::uint32_t kNeverMs = 0x7FFFFFFF;

class HierarchyWeights {
  public:
    struct Both {
        std::uint32_t up{kNeverMs};   // from the lower vertex to the higher one
        std::uint32_t down{kNeverMs}; // from the higher vertex to the lower one
        bool operator==(const Both&) const = default;
    };

    // The lower vertex that a time leads over, kNoRank when an arc of the road graph takes it.
    struct Via {
        Rank up{kNoRank};
        Rank down{kNoRank};
    };

    // `hierarchy` must outlive it. Every time is kNeverMs until the first customize().
    explicit HierarchyWeights(const Hierarchy& hierarchy)
        : hierarchy_(&hierarchy), both_(hierarchy.up_arc_count()), via_(hierarchy.up_arc_count()) {}

    // For all arcs anew.
    void customize(const Metric& metric);
    // After a change of a few arcs: `metric` differs from the one before at most in `changed`. The
    // result equals customize(). Returns how many up arcs were worked out again.
    std::uint32_t update(const Metric& metric, std::span<const ArcId> changed);

    [[nodiscard]] const Hierarchy& hierarchy() const { return *hierarchy_; }
    [[nodiscard]] const Both& at(UpArc a) const { return both_[a]; }
    [[nodiscard]] const Via& via(UpArc a) const { return via_[a]; }
    [[nodiscard]] std::span<const Both> all() const { return both_; }

  private:
    // An up arc to be worked out again.
    struct Dirty {
        UpArc arc{0};
        Rank low{0};
        bool may_fall{false}; // else its time stands or rises
        auto operator<=>(const Dirty&) const = default;
    };
    void queue_edges(const Metric& metric, ArcId arc);
    void queue(const Dirty& dirty);
    [[nodiscard]] Dirty next_dirty();
    void work_out(const Metric& metric, const Dirty& dirty);
    void queue_upper(const Dirty& dirty, Both before);

    const Hierarchy* hierarchy_;
    std::vector<Both> both_;
    std::vector<Via> via_;
    std::vector<UpArc> place_; // per vertex, while one vertex's arcs are worked out
    std::vector<Dirty> dirty_; // heap, lowest arc first
};

} // namespace ems::map
