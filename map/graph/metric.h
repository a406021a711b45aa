// Travel times of the arcs as they stand now: the profile's times of the graph with live weights
// laid over them. Kept apart from the graph file, which never changes.
//
// A metric is made, shared as std::shared_ptr<const Metric> and never changed afterwards, so any
// number of searches may read it. Its owner lays new weights over it with with_weights() and hands
// out the result in its place. It holds one span of milliseconds per arc; a metric without live
// weights holds nothing of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "map/graph/road_graph.h"
#include "map/graph/road_position.h"
#include "telemetry/base/result.h"

namespace ems::map {

// What holds on one arc instead of the profile's time.
struct ArcWeight {
    enum class Kind {
        closed,   // nobody drives through; a vehicle that stands on it may drive off, and one whose
                  // goal lies on it may drive in, both in the profile's time
        factor,   // `value` times the profile's time, above 0; 1 restores the profile
        absolute, // `value` milliseconds, at least 1
    };
    ArcId arc{kNoArc};
    Kind kind{Kind::closed};
    double value{0};
};

class Metric {
  public:
    // No live weight lets an arc be driven in less than this share of the profile's time; what asks
    // for less gets it. Contraction hierarchies are laid out for it (map/hierarchy/turn_graph.h).
    static constexpr double kLeastShare = 0.5;

    // The profile's times. `graph` must outlive the metric and all made from it.
    explicit Metric(const RoadGraph& graph);

    [[nodiscard]] const RoadGraph& graph() const { return *graph_; }
    // 1..kArcMsMax, or kForbiddenMs when the arc is closed.
    [[nodiscard]] std::uint32_t travel_ms(ArcId a) const { return ms_[a]; }
    [[nodiscard]] bool is_closed(ArcId a) const { return ms_[a] == kForbiddenMs; }
    // For a vehicle that stands on the arc, or whose goal does: as above, the profile's time where
    // it is closed.
    [[nodiscard]] std::uint32_t drive_off_ms(ArcId a) const {
        return is_closed(a) ? graph_->travel_ms(a) : ms_[a];
    }
    [[nodiscard]] std::span<const std::uint32_t> arc_ms() const { return ms_; }
    // Rising.
    [[nodiscard]] std::span<const ArcId> closed_arcs() const { return closed_; }

    // True when `from` leads into the largest part and `to` out of it, so that a way is certain;
    // false says nothing.
    [[nodiscard]] bool is_joined_by_main(ArcId from, ArcId to) const {
        return (parts_[from] & kArcReachesMain) != 0 && (parts_[to] & kArcFromMain) != 0 &&
               !is_closed(from) && !is_closed(to);
    }
    // True when a vehicle that has entered `from` can come to the start of `to` (or from == to).
    // Exact; a walk over the few arcs outside the main part. Both must be open.
    [[nodiscard]] bool can_reach(ArcId from, ArcId to) const;

  private:
    friend Result<std::shared_ptr<const Metric>> with_weights(const Metric& base,
                                                              std::span<const ArcWeight> weights);
    const RoadGraph* graph_;
    std::span<const std::uint32_t> ms_; // into the graph or into own_ms_
    std::span<const std::uint8_t> parts_;
    std::vector<std::uint32_t> own_ms_;
    std::vector<std::uint8_t> own_parts_; // empty while the closures leave the parts as they are
    std::vector<ArcId> closed_;
};

// `base` with each named arc and its copies set anew; an arc named more than once takes the
// heaviest (closed, then slowest). invalid_argument for an arc that is none or a value that is no
// time. Costs a copy of the times, and a search around each closure; where a closure cuts roads
// off, O(arcs).
[[nodiscard]] Result<std::shared_ptr<const Metric>>
with_weights(const Metric& base, std::span<const ArcWeight> weights);

// Time from the tail to the place; rises with fraction, full at 1.
[[nodiscard]] inline std::uint32_t part_ms(const Metric& metric, ArcId a, double fraction) {
    return static_cast<std::uint32_t>(fraction * static_cast<double>(metric.drive_off_ms(a)) + 0.5);
}

} // namespace ems::map
