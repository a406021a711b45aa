// The ways to set off from, or to arrive at, a place: its arc and, where there is one, the twin; to
// arrive also the copies of both.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_position.h"

namespace ems::map {

struct Foothold {
    ArcId arc{kNoArc};
    double fraction{0};
    std::uint32_t extra_ms{0}; // of turning round first; for setting off only
};

// Two need no memory of their own; only arcs with copies have more.
class Footholds {
  public:
    void add(const Foothold& f) {
        if (size_ < few_.size()) {
            few_[size_] = f;
        } else {
            if (size_ == few_.size()) {
                many_.assign(few_.begin(), few_.end());
            }
            many_.push_back(f);
        }
        ++size_;
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] const Foothold* begin() const {
        return many_.empty() ? few_.data() : many_.data();
    }
    [[nodiscard]] const Foothold* end() const { return begin() + size_; }
    [[nodiscard]] const Foothold& operator[](std::size_t i) const { return begin()[i]; }

  private:
    std::array<Foothold, 2> few_{};
    std::vector<Foothold> many_;
    std::size_t size_{0};
};

// To set off; at most two, empty for a place that is not on the graph. Nobody knows how a vehicle
// came to its place, so it is bound by no restriction that began before; a place on a copy is.
[[nodiscard]] Footholds footholds(const RoadGraph& graph, const RoadPosition& p);
// To arrive.
[[nodiscard]] Footholds goal_footholds(const RoadGraph& graph, const RoadPosition& p);

// True when some way leads from one place to the other, however long.
[[nodiscard]] bool has_road(const Metric& metric, const RoadPosition& from, const RoadPosition& to);
[[nodiscard]] bool has_road(const Metric& metric, const Footholds& from, const Footholds& to);

} // namespace ems::map
