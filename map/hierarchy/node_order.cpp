#include "map/hierarchy/node_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "map/hierarchy/minimum_cut.h"

namespace ems::map {
namespace {

constexpr double kEndShare = 0.25; // of a part, for each end of a cut
constexpr std::uint32_t kLeafSize = 3;

// The graph without directions, parallel arcs and loops; rows are rising.
PartGraph undirected(const RoadGraph& graph) {
    PartGraph whole;
    const std::uint32_t nodes = graph.node_count();
    whole.vertex.resize(nodes);
    std::iota(whole.vertex.begin(), whole.vertex.end(), 0U);
    whole.first.reserve(nodes + 1);
    whole.first.push_back(0);
    std::vector<std::uint32_t> row;
    for (NodeId n = 0; n < nodes; ++n) {
        row.clear();
        for (const ArcId a : graph.out_arcs(n)) {
            row.push_back(graph.head(a));
        }
        for (const ArcId a : graph.in_arcs(n)) {
            row.push_back(graph.tail(a));
        }
        std::sort(row.begin(), row.end());
        row.erase(std::unique(row.begin(), row.end()), row.end());
        std::erase(row, n);
        whole.head.insert(whole.head.end(), row.begin(), row.end());
        whole.first.push_back(static_cast<std::uint32_t>(whole.head.size()));
    }
    return whole;
}

// Takes off vertices with at most two neighbours, round by round so that no two neighbours go in
// one round: a chain of n then adds about log n to the height of the tree, not n. Two neighbours of
// a vertex taken off become neighbours.
class Peeling {
  public:
    explicit Peeling(PartGraph& whole) : whole_(whole), degree_(whole.size()) {
        for (std::uint32_t v = 0; v < whole.size(); ++v) {
            degree_[v] = whole.first[v + 1] - whole.first[v];
        }
    }

    NodeOrder run() {
        NodeOrder taken;
        std::vector<std::uint32_t> round_of(whole_.size(), 0);
        std::vector<std::uint32_t> open(whole_.size());
        std::iota(open.begin(), open.end(), 0U);
        std::vector<std::uint32_t> later;
        for (std::uint32_t round = 1; !open.empty(); ++round) {
            later.clear();
            for (const std::uint32_t v : open) {
                if (is_taken(v) || degree_[v] > 2) {
                    continue;
                }
                if (round_of[v] == round) {
                    later.push_back(v);
                    continue;
                }
                for (std::uint32_t i = 0; i < degree_[v]; ++i) {
                    const std::uint32_t w = whole_.head[whole_.first[v] + i];
                    if (round_of[w] != round) {
                        round_of[w] = round;
                        later.push_back(w);
                    }
                }
                take(v);
                taken.push_back(v);
            }
            open.swap(later);
        }
        return taken;
    }

    // What remains, with rows rising.
    PartGraph core() {
        PartGraph rest;
        std::vector<std::uint32_t> name(whole_.size(), kNoArc);
        for (std::uint32_t v = 0; v < whole_.size(); ++v) {
            if (!is_taken(v)) {
                name[v] = rest.size();
                rest.vertex.push_back(v);
            }
        }
        rest.first.push_back(0);
        for (const std::uint32_t v : rest.vertex) {
            const auto row = rest.head.size();
            for (std::uint32_t i = 0; i < degree_[v]; ++i) {
                rest.head.push_back(name[whole_.head[whole_.first[v] + i]]);
            }
            std::sort(rest.head.begin() + static_cast<std::ptrdiff_t>(row), rest.head.end());
            rest.first.push_back(static_cast<std::uint32_t>(rest.head.size()));
        }
        return rest;
    }

  private:
    static constexpr std::uint32_t kTaken = 0xFFFFFFFF;
    [[nodiscard]] bool is_taken(std::uint32_t v) const { return degree_[v] == kTaken; }

    void take(std::uint32_t v) {
        const std::uint32_t* const row = &whole_.head[whole_.first[v]];
        if (degree_[v] == 1) {
            remove(row[0], v);
        } else if (degree_[v] == 2) {
            const std::uint32_t a = row[0];
            const std::uint32_t b = row[1];
            if (has(a, b)) {
                remove(a, v);
                remove(b, v);
            } else {
                *find(a, v) = b;
                *find(b, v) = a;
            }
        }
        degree_[v] = kTaken;
    }

    std::uint32_t* find(std::uint32_t v, std::uint32_t neighbour) {
        std::uint32_t* const row = &whole_.head[whole_.first[v]];
        return std::find(row, row + degree_[v], neighbour);
    }
    bool has(std::uint32_t v, std::uint32_t neighbour) {
        return find(v, neighbour) != &whole_.head[whole_.first[v]] + degree_[v];
    }
    void remove(std::uint32_t v, std::uint32_t neighbour) {
        std::uint32_t* const row = &whole_.head[whole_.first[v]];
        std::swap(*find(v, neighbour), row[degree_[v] - 1]);
        --degree_[v];
    }

    PartGraph& whole_;
    std::vector<std::uint32_t> degree_;
};

class Dissection {
  public:
    explicit Dissection(const RoadGraph& graph) : graph_(graph) {}

    NodeOrder run(PartGraph core) {
        NodeOrder order(core.size());
        struct Task {
            PartGraph part;
            std::uint32_t end; // its place in the order ends here
        };
        std::vector<Task> open;
        const std::uint32_t size = core.size();
        open.push_back({std::move(core), size});
        while (!open.empty()) {
            const Task task = std::move(open.back());
            open.pop_back();
            const PartGraph& part = task.part;
            std::uint32_t end = task.end;
            if (part.size() <= kLeafSize) {
                for (std::uint32_t v = part.size(); v-- > 0;) {
                    order[--end] = part.vertex[v];
                }
                continue;
            }
            cut(part);
            for (std::uint32_t v = part.size(); v-- > 0;) {
                if (piece_[v] == kSeparator) {
                    order[--end] = part.vertex[v];
                }
            }
            for (const std::uint8_t piece : {std::uint8_t{0}, std::uint8_t{1}}) {
                PartGraph sub = piece_of(part, piece);
                const std::uint32_t sub_size = sub.size();
                if (sub_size > 0) {
                    open.push_back({std::move(sub), end});
                }
                end -= sub_size;
            }
        }
        return order;
    }

  private:
    static constexpr std::uint8_t kSeparator = 2;

    // Fills piece_: 0 or 1 for the sides, kSeparator for the ends of the cut.
    void cut(const PartGraph& part) {
        const std::uint32_t size = part.size();
        const auto end_size =
            std::max(1U, static_cast<std::uint32_t>(kEndShare * static_cast<double>(size)));
        min_cut_.load(part);
        double best = 1e300; // width of the cut per vertex of the smaller side
        for (std::uint32_t direction = 0; direction < kDirections.size(); ++direction) {
            mark_ends(part, direction, end_size);
            const double width_max = std::min(best * size / 2, static_cast<double>(size) * 4);
            if (!min_cut_.find(ends_, static_cast<std::uint32_t>(width_max))) {
                continue;
            }
            const std::uint32_t smaller =
                std::min(min_cut_.side_size(), size - min_cut_.side_size());
            const double score = min_cut_.width() / static_cast<double>(smaller);
            if (score < best) {
                best = score;
                piece_ = min_cut_.side();
            }
        }
        choose_separator(part);
    }

    void mark_ends(const PartGraph& part, std::uint32_t direction, std::uint32_t end_size) {
        const std::uint32_t size = part.size();
        key_.resize(size);
        for (std::uint32_t v = 0; v < size; ++v) {
            const PointE7 p = graph_.arrays().node_point[part.vertex[v]];
            // East-west degrees are shorter by the cosine of the latitude; 0.8 serves everywhere in
            // China well enough for a direction.
            key_[v] = {kDirections[direction][0] * 0.8 * p.lon_e7 +
                           kDirections[direction][1] * static_cast<double>(p.lat_e7),
                       v};
        }
        const auto low = key_.begin() + end_size;
        const auto high = key_.end() - static_cast<std::ptrdiff_t>(end_size);
        std::nth_element(key_.begin(), low, key_.end());
        std::nth_element(low, high, key_.end());
        ends_.assign(size, End::none);
        for (auto it = key_.begin(); it != low; ++it) {
            ends_[it->second] = End::source;
        }
        for (auto it = high; it != key_.end(); ++it) {
            ends_[it->second] = End::sink;
        }
    }

    // The ends of the cut edges on the side that has fewer of them.
    void choose_separator(const PartGraph& part) {
        std::array<std::vector<std::uint32_t>, 2> rim;
        for (std::uint32_t v = 0; v < part.size(); ++v) {
            for (std::uint32_t e = part.first[v]; e < part.first[v + 1]; ++e) {
                if (piece_[part.head[e]] != piece_[v]) {
                    rim[piece_[v]].push_back(v);
                    break;
                }
            }
        }
        for (const std::uint32_t v : rim[0].size() < rim[1].size() ? rim[0] : rim[1]) {
            piece_[v] = kSeparator;
        }
    }

    PartGraph piece_of(const PartGraph& part, std::uint8_t piece) {
        PartGraph sub;
        name_.resize(part.size());
        for (std::uint32_t v = 0; v < part.size(); ++v) {
            if (piece_[v] == piece) {
                name_[v] = sub.size();
                sub.vertex.push_back(part.vertex[v]);
            }
        }
        sub.first.reserve(sub.vertex.size() + 1);
        sub.first.push_back(0);
        for (std::uint32_t v = 0; v < part.size(); ++v) {
            if (piece_[v] != piece) {
                continue;
            }
            for (std::uint32_t e = part.first[v]; e < part.first[v + 1]; ++e) {
                if (piece_[part.head[e]] == piece) {
                    sub.head.push_back(name_[part.head[e]]);
                }
            }
            sub.first.push_back(static_cast<std::uint32_t>(sub.head.size()));
        }
        return sub;
    }

    static constexpr std::array<std::array<double, 2>, 4> kDirections{
        {{1, 0}, {0, 1}, {0.7, 0.7}, {0.7, -0.7}}};

    const RoadGraph& graph_;
    MinimumCut min_cut_;
    std::vector<std::uint8_t> piece_;
    std::vector<End> ends_;
    std::vector<std::pair<double, std::uint32_t>> key_;
    std::vector<std::uint32_t> name_;
};

} // namespace

NodeOrder find_node_order(const RoadGraph& graph) {
    PartGraph whole = undirected(graph);
    Peeling peeling{whole};
    NodeOrder order = peeling.run();
    const NodeOrder rest = Dissection{graph}.run(peeling.core());
    order.insert(order.end(), rest.begin(), rest.end());
    return order;
}

} // namespace ems::map
