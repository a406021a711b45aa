// The graph that is contracted: nodes of the road graph, and beside them a vertex of its own for
// each arc after which turning must be told apart.
//
// Searches on it know at a node only that a vehicle is there, not by which arc it came; so nothing
// is forbidden there and turning round is free. That is exact almost everywhere: whoever turns
// round at the end of p1 ... pj and drives all of it back could have gone on from where p1 began.
// Not if just that turn, from q before p1 into r after it, is banned. So an arc gets a vertex of
// its own, with the exact price of every turn behind it,
//   - when turns from it are banned (q), and
//   - when it lies so near behind such an arc that driving there and back, the first arc with a
//     permitted U-turn not counted, may take less than turning round costs (kTurnRoundMs).
// Farther off, turning round at the end of that first arc is no dearer than the free turn, so a
// shortest way needs no free turn anywhere, and its length is exact. "May take": at
// Metric::kLeastShare of the profile's times, below which no metric goes. The ends of a way are the
// business of Departure, which knows by which arc a vehicle comes.
#pragma once

#include <cstdint>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_graph.h"

namespace ems::map {

// A node, or node_count() + index of an arc with a vertex of its own.
using TurnVertex = std::uint32_t;

class TurnGraph {
  public:
    // `graph` must outlive it. O(arcs) and a small search around each banned turn.
    explicit TurnGraph(const RoadGraph& graph);

    [[nodiscard]] const RoadGraph& graph() const { return *graph_; }
    [[nodiscard]] std::uint32_t vertex_count() const {
        return graph_->node_count() + static_cast<std::uint32_t>(own_.size());
    }
    [[nodiscard]] bool has_own_vertex(ArcId a) const { return has_own_[a] != 0; }
    // Where a vehicle is that has driven `a` to its end.
    [[nodiscard]] TurnVertex vertex_behind(ArcId a) const;
    [[nodiscard]] NodeId node_of(TurnVertex v) const {
        return v < graph_->node_count() ? v : graph_->head(own_[v - graph_->node_count()]);
    }

    // act(vertex, turn_ms) for every vertex from which `a` can be entered.
    template <class Act> void each_entry(ArcId a, Act&& act) const {
        const NodeId tail = graph_->tail(a);
        act(TurnVertex{tail}, std::uint32_t{0});
        if (!has_own_in_[tail]) {
            return;
        }
        for (const ArcId before : graph_->in_arcs(tail)) {
            if (has_own_vertex(before)) {
                const std::uint32_t turn_ms = graph_->turn_ms(before, a);
                if (turn_ms != kForbiddenMs) {
                    act(vertex_behind(before), turn_ms);
                }
            }
        }
    }

  private:
    void mark_behind(ArcId banned);

    const RoadGraph* graph_;
    std::vector<std::uint8_t> has_own_;    // per arc
    std::vector<std::uint8_t> has_own_in_; // per node, of an arc that arrives
    std::vector<ArcId> own_;               // rising
};

} // namespace ems::map
