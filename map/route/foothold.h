// The ways to set off from, or to arrive at, a place: its arc and, where there is one, the twin.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "map/graph/metric.h"
#include "map/graph/road_position.h"

namespace ems::map {

struct Foothold {
    ArcId arc{kNoArc};
    double fraction{0};
    std::uint32_t extra_ms{0}; // of turning round first; for setting off only
};

// At most two.
class Footholds {
  public:
    void add(const Foothold& f) { at_[size_++] = f; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Foothold* begin() const { return at_.data(); }
    [[nodiscard]] const Foothold* end() const { return at_.data() + size_; }
    [[nodiscard]] const Foothold& operator[](std::size_t i) const { return at_[i]; }

  private:
    std::array<Foothold, 2> at_{};
    std::size_t size_{0};
};

// Empty for a place that is not on the graph.
[[nodiscard]] Footholds footholds(const RoadGraph& graph, const RoadPosition& p);

// True when some way leads from one place to the other, however long.
[[nodiscard]] bool has_road(const Metric& metric, const RoadPosition& from, const RoadPosition& to);
[[nodiscard]] bool has_road(const Metric& metric, const Footholds& from, const Footholds& to);

} // namespace ems::map
