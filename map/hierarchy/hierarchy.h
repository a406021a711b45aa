// Customizable contraction hierarchy, the part that no travel time changes (Dibbelt, Strasser,
// Wagner, "Customizable contraction hierarchies", ACM JEA 2016): the vertices of the turn graph in
// the order of contraction, and the arcs that contraction leaves, for any times.
//
// A vertex is named by its rank. `up` arcs lead from a vertex to higher ones; each stands for both
// directions. All higher neighbours of a vertex lie on its way to the root of the elimination tree.
// Ranks follow that tree depth first, so what a search reads lies together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/hierarchy/node_order.h"
#include "map/hierarchy/turn_graph.h"

namespace ems::map {

using Rank = std::uint32_t;
using UpArc = std::uint32_t;
inline constexpr std::uint32_t kNoRank = 0xFFFFFFFF;

class Hierarchy {
  public:
    // One drive between two vertices: an arc of the road graph and the turn before it.
    struct Edge {
        std::uint32_t key{0};      // up arc * 2, plus 1 for the direction downwards
        std::uint32_t arc_turn{0}; // arc * 2, plus 1 when it is entered by turning round

        [[nodiscard]] ArcId arc() const { return arc_turn / 2; }
        [[nodiscard]] std::uint32_t turn_ms() const {
            return (arc_turn & 1U) != 0 ? kTurnRoundMs : 0;
        }
    };

    // A lower neighbour and the up arc from it.
    struct Lower {
        Rank vertex{0};
        UpArc arc{0};
    };

    // `graph` must outlive it; `order` is one of this graph. About 110 bytes per node and 60 per
    // arc of working memory while it is built. invalid_argument for an order of another size,
    // graph_file for a graph that is too large, or an order that leaves more than kFillMost arcs
    // for each pair of neighbours: no order of find_node_order(), it would take all memory.
    static constexpr std::size_t kFillMost = 32; // nested dissection leaves about 5
    static Result<Hierarchy> build(const RoadGraph& graph, const NodeOrder& order);

    [[nodiscard]] const RoadGraph& graph() const { return turns_.graph(); }
    [[nodiscard]] const TurnGraph& turns() const { return turns_; }
    [[nodiscard]] std::uint32_t vertex_count() const {
        return static_cast<std::uint32_t>(rank_of_.size());
    }
    [[nodiscard]] std::uint32_t up_arc_count() const {
        return static_cast<std::uint32_t>(up_head_.size());
    }
    [[nodiscard]] Rank rank_of(TurnVertex v) const { return rank_of_[v]; }

    [[nodiscard]] UpArc up_first(Rank v) const { return up_first_[v]; }
    [[nodiscard]] Rank up_head(UpArc a) const { return up_head_[a]; }
    // Rising.
    [[nodiscard]] std::span<const Rank> up_heads(Rank v) const {
        return std::span{up_head_}.subspan(up_first_[v], up_first_[v + 1] - up_first_[v]);
    }
    // kNoRank for a root.
    [[nodiscard]] Rank parent(Rank v) const {
        return up_first_[v] == up_first_[v + 1] ? kNoRank : up_head_[up_first_[v]];
    }
    // By vertex, rising.
    [[nodiscard]] std::span<const Lower> lower(Rank v) const {
        return std::span{lower_}.subspan(lower_first_[v], lower_first_[v + 1] - lower_first_[v]);
    }
    // From the lower vertex to the higher one; it must exist.
    [[nodiscard]] UpArc find_arc(Rank low, Rank high) const;

    // By key.
    [[nodiscard]] std::span<const Edge> edges() const { return edges_; }
    // Those of one up arc, both directions.
    [[nodiscard]] std::span<const Edge> edges_of(UpArc a) const;
    // act(low arc of x, low arc of y, z) for every z below both x and y that is a neighbour of
    // both, highest first. Stops when act returns true.
    template <class Act> void each_lower_triangle(Rank x, Rank y, Act&& act) const {
        const std::span<const Lower> of_x = lower(x);
        const std::span<const Lower> of_y = lower(y);
        std::size_t i = of_x.size(); // all before are still to be looked at
        std::size_t k = of_y.size();
        while (i > 0 && k > 0) {
            const Rank a = of_x[i - 1].vertex;
            const Rank b = of_y[k - 1].vertex;
            if (a > b) {
                i = count_to(of_x, i, b);
            } else if (a < b) {
                k = count_to(of_y, k, a);
            } else if (act(of_x[i - 1].arc, of_y[k - 1].arc, a)) {
                return;
            } else {
                --i;
                --k;
            }
        }
    }

    // act(other, top) for every other arc of `low`, the lower end of `arc`, and the arc between the
    // higher ends of the two; both lie above `low`.
    template <class Act> void each_upper_triangle(UpArc arc, Rank low, Act&& act) const {
        const Rank x = up_head(arc);
        for (UpArc other = up_first(low); other < arc; ++other) {
            act(other, find_arc(up_head(other), x));
        }
        const auto heads = up_heads(x);
        auto at = heads.begin();
        for (UpArc other = arc + 1; other < up_first(low + 1); ++other) {
            at = gallop(at, heads.end(), up_head(other));
            act(other, up_first(x) + static_cast<UpArc>(at - heads.begin()));
        }
    }

  private:
    explicit Hierarchy(const RoadGraph& graph) : turns_(graph) {}

    static constexpr UpArc kArcsPerBlock = 16;

    // How many of the first `count` are not above `value`, the last of which is; looked for in
    // doubling steps from the end.
    static std::size_t count_to(std::span<const Lower> in, std::size_t count, Rank value) {
        std::size_t step = 1;
        while (step < count && in[count - 1 - step].vertex > value) {
            step *= 2;
        }
        const std::size_t low = step < count ? count - 1 - step : 0;
        return static_cast<std::size_t>(
            std::upper_bound(in.begin() + static_cast<std::ptrdiff_t>(low),
                             in.begin() + static_cast<std::ptrdiff_t>(count - step / 2), value,
                             [](Rank v, const Lower& l) { return v < l.vertex; }) -
            in.begin());
    }
    // First entry not below `value`, looked for in doubling steps.
    template <class Iterator> static Iterator gallop(Iterator from, Iterator end, Rank value) {
        std::ptrdiff_t step = 1;
        while (step < end - from && from[step] < value) {
            step *= 2;
        }
        return std::lower_bound(from + step / 2, std::min(from + step + 1, end), value);
    }

    void number_vertices(const NodeOrder& order);
    void renumber_by_tree(const std::vector<std::uint64_t>& links);
    [[nodiscard]] std::vector<std::uint64_t> links() const;
    Result<void> contract(const std::vector<std::uint64_t>& links);
    void index_lower();
    void place_edges();

    TurnGraph turns_;
    std::vector<Rank> rank_of_; // per turn vertex
    std::vector<UpArc> up_first_;
    std::vector<Rank> up_head_;
    std::vector<std::uint32_t> lower_first_;
    std::vector<Lower> lower_;
    std::vector<Edge> edges_;
    std::vector<std::uint32_t> edge_block_; // first edge of every kArcsPerBlock up arcs
};

} // namespace ems::map
