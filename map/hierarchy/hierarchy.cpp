#include "map/hierarchy/hierarchy.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

constexpr std::uint32_t kNumbersMax = 1U << 31; // one bit beside them is taken
constexpr std::size_t kFillAlways = 65'536;     // arcs: a small graph may have any order

Rank low_of(std::uint64_t link) {
    return static_cast<Rank>(link >> 32);
}
Rank high_of(std::uint64_t link) {
    return static_cast<Rank>(link);
}

// Parents in the elimination tree of the links, without working out the arcs of contraction (Liu,
// "The role of elimination trees in sparse factorization", 1990; paths are compressed).
std::vector<Rank> elimination_tree(std::uint32_t vertices,
                                   const std::vector<std::uint64_t>& links) {
    std::vector<std::uint32_t> first(vertices + 1, 0); // links by their higher end
    for (const std::uint64_t link : links) {
        ++first[high_of(link) + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<Rank> low(links.size());
    std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
    for (const std::uint64_t link : links) {
        low[next[high_of(link)]++] = low_of(link);
    }
    std::vector<Rank> parent(vertices, kNoRank);
    std::vector<Rank> shortcut(vertices, kNoRank);
    for (Rank v = 0; v < vertices; ++v) {
        for (std::uint32_t i = first[v]; i < first[v + 1]; ++i) {
            Rank u = low[i];
            while (shortcut[u] != kNoRank && shortcut[u] != v) {
                u = std::exchange(shortcut[u], v);
            }
            if (shortcut[u] == kNoRank) {
                shortcut[u] = v;
                parent[u] = v;
            }
        }
    }
    return parent;
}

} // namespace

Result<Hierarchy> Hierarchy::build(const RoadGraph& graph, const NodeOrder& order) {
    if (order.size() != graph.node_count()) {
        return fail(Code::invalid_argument, fmt::format("an order of {} nodes for a graph of {}",
                                                        order.size(), graph.node_count()));
    }
    Hierarchy h{graph};
    if (h.turns_.vertex_count() >= kNumbersMax || graph.arc_count() >= kNumbersMax) {
        return fail(Code::graph_file, "the road graph is too large for a contraction hierarchy");
    }
    h.number_vertices(order);
    h.renumber_by_tree(h.links());
    EMS_TRY(h.contract(h.links()));
    if (h.up_arc_count() >= kNumbersMax) {
        return fail(Code::graph_file, "the road graph is too large for a contraction hierarchy");
    }
    h.index_lower();
    h.place_edges();
    return h;
}

// The vertices of the arcs that arrive at a node follow the node.
void Hierarchy::number_vertices(const NodeOrder& order) {
    rank_of_.resize(turns_.vertex_count());
    Rank next = 0;
    for (const NodeId n : order) {
        rank_of_[n] = next++;
        for (const ArcId a : graph().in_arcs(n)) {
            if (turns_.has_own_vertex(a)) {
                rank_of_[turns_.vertex_behind(a)] = next++;
            }
        }
    }
    EMS_ASSERT(next == turns_.vertex_count());
}

// Lower and higher end of each pair of neighbours, rising, each once.
std::vector<std::uint64_t> Hierarchy::links() const {
    std::vector<std::uint64_t> out;
    out.reserve(graph().arc_count());
    for (ArcId a = 0; a < graph().arc_count(); ++a) {
        const Rank head = rank_of_[turns_.vertex_behind(a)];
        turns_.each_entry(a, [&](TurnVertex v, std::uint32_t) {
            const Rank tail = rank_of_[v];
            if (tail != head) {
                out.push_back(std::uint64_t{std::min(tail, head)} << 32 | std::max(tail, head));
            }
        });
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// Depth first over the elimination tree, children before parents: the same arcs of contraction, in
// a better place in memory.
void Hierarchy::renumber_by_tree(const std::vector<std::uint64_t>& links) {
    const std::uint32_t vertices = vertex_count();
    const std::vector<Rank> parent = elimination_tree(vertices, links);
    std::vector<Rank> first_child(vertices, kNoRank);
    std::vector<Rank> sibling(vertices, kNoRank);
    std::vector<Rank> open;
    for (Rank v = vertices; v-- > 0;) {
        if (parent[v] == kNoRank) {
            open.push_back(v);
        } else {
            sibling[v] = std::exchange(first_child[parent[v]], v);
        }
    }
    std::vector<Rank> renamed(vertices);
    Rank next = 0;
    while (!open.empty()) {
        const Rank v = open.back();
        if (const Rank child = first_child[v]; child != kNoRank) {
            first_child[v] = sibling[child];
            open.push_back(child);
        } else {
            renamed[v] = next++;
            open.pop_back();
        }
    }
    for (Rank& r : rank_of_) {
        r = renamed[r];
    }
}

// Contracting a vertex makes its higher neighbours neighbours of each other; it is enough to hand
// them to the lowest of them, its parent.
Result<void> Hierarchy::contract(const std::vector<std::uint64_t>& links) {
    const std::uint32_t vertices = vertex_count();
    up_first_.assign(1, 0);
    up_first_.reserve(vertices + 1);
    up_head_.reserve(links.size() * 2);
    const std::size_t arcs_most = std::max(links.size() * kFillMost, kFillAlways);
    std::vector<Rank> last_child(vertices, kNoRank);
    std::vector<Rank> sibling(vertices, kNoRank);
    std::vector<Rank> seen_by(vertices, kNoRank);
    auto link = links.begin();
    for (Rank v = 0; v < vertices; ++v) {
        const auto add = [&](Rank head) {
            if (head != v && seen_by[head] != v) {
                seen_by[head] = v;
                up_head_.push_back(head);
            }
        };
        for (; link != links.end() && low_of(*link) == v; ++link) {
            add(high_of(*link));
        }
        for (Rank child = last_child[v]; child != kNoRank; child = sibling[child]) {
            for (UpArc a = up_first_[child]; a < up_first_[child + 1]; ++a) {
                add(up_head_[a]);
            }
        }
        std::sort(up_head_.begin() + up_first_[v], up_head_.end());
        if (up_head_.size() > up_first_[v]) {
            sibling[v] = std::exchange(last_child[up_head_[up_first_[v]]], v);
        }
        if (up_head_.size() > arcs_most) {
            return fail(Code::graph_file,
                        fmt::format("the order leaves more than {} arcs of contraction for {} "
                                    "links of the road graph: order it again",
                                    arcs_most, links.size()));
        }
        up_first_.push_back(static_cast<UpArc>(std::min<std::size_t>(up_head_.size(), kNoRank)));
    }
    up_head_.shrink_to_fit();
    return {};
}

void Hierarchy::index_lower() {
    lower_first_.assign(vertex_count() + 1, 0);
    for (const Rank head : up_head_) {
        ++lower_first_[head + 1];
    }
    std::partial_sum(lower_first_.begin(), lower_first_.end(), lower_first_.begin());
    lower_.resize(up_head_.size());
    std::vector<std::uint32_t> next(lower_first_.begin(), lower_first_.end() - 1);
    for (Rank v = 0; v < vertex_count(); ++v) {
        for (UpArc a = up_first_[v]; a < up_first_[v + 1]; ++a) {
            lower_[next[up_head_[a]]++] = {v, a};
        }
    }
}

void Hierarchy::place_edges() {
    edges_.reserve(graph().arc_count());
    for (ArcId a = 0; a < graph().arc_count(); ++a) {
        const Rank head = rank_of_[turns_.vertex_behind(a)];
        turns_.each_entry(a, [&](TurnVertex v, std::uint32_t turn_ms) {
            const Rank tail = rank_of_[v];
            if (tail != head) {
                const UpArc up = find_arc(std::min(tail, head), std::max(tail, head));
                edges_.push_back({up * 2 + (tail < head ? 0U : 1U),
                                  a * 2 + (turn_ms == kTurnRoundMs ? 1U : 0U)});
            }
        });
    }
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) {
        return std::pair{a.key, a.arc_turn} < std::pair{b.key, b.arc_turn};
    });
    for (std::uint32_t i = 0; i < edges_.size(); ++i) {
        while (edge_block_.size() * kArcsPerBlock <= edges_[i].key / 2) {
            edge_block_.push_back(i);
        }
    }
    edge_block_.resize(up_arc_count() / kArcsPerBlock + 1,
                       static_cast<std::uint32_t>(edges_.size()));
}

UpArc Hierarchy::find_arc(Rank low, Rank high) const {
    const auto heads = up_heads(low);
    const auto at = std::lower_bound(heads.begin(), heads.end(), high);
    EMS_ASSERT(at != heads.end() && *at == high);
    return up_first_[low] + static_cast<UpArc>(at - heads.begin());
}

std::span<const Hierarchy::Edge> Hierarchy::edges_of(UpArc a) const {
    std::uint32_t first = edge_block_[a / kArcsPerBlock];
    while (first < edges_.size() && edges_[first].key / 2 < a) {
        ++first;
    }
    std::uint32_t end = first;
    while (end < edges_.size() && edges_[end].key / 2 == a) {
        ++end;
    }
    return {edges_.begin() + first, edges_.begin() + end};
}

} // namespace ems::map
