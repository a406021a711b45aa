// Walks from some vertices to the roots of their elimination tree with the least time to every
// vertex on the way: half of a search over a contraction hierarchy.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "map/hierarchy/hierarchy_weights.h"

namespace ems::map {

enum class Direction {
    from_seeds, // times from the seeds to each vertex
    to_seeds,   // times from each vertex to the seeds
};

class Climb {
  public:
    explicit Climb(const Hierarchy& hierarchy)
        : hierarchy_(&hierarchy), label_(hierarchy.vertex_count()) {}

    void clear() {
        for (const Rank v : visited_) {
            label_[v].ms = kNeverMs;
        }
        visited_.clear();
        tips_.clear();
        seeds_ = 0;
    }
    // Seeds are numbered in the order they are given.
    void seed(Rank v, std::uint32_t ms) {
        const std::uint32_t number = seeds_++;
        if (ms < label_[v].ms) {
            label_[v] = {ms, kSeed | number, 0};
        }
        tips_.push_back(v);
        std::push_heap(tips_.begin(), tips_.end(), std::greater<>{});
    }

    // Calls act(vertex, ms) for every vertex that is reached within limit_ms, lowest first; act
    // returns the limit from there on.
    template <Direction direction, class Act>
    void run(const HierarchyWeights& weights, std::uint32_t limit_ms, Act&& act) {
        const Hierarchy& h = *hierarchy_;
        while (!tips_.empty()) {
            const Rank v = tips_.front();
            while (!tips_.empty() && tips_.front() == v) {
                std::pop_heap(tips_.begin(), tips_.end(), std::greater<>{});
                tips_.pop_back();
            }
            visited_.push_back(v);
            const std::uint32_t ms = label_[v].ms;
            if (ms <= limit_ms && ms < kNeverMs) {
                limit_ms = act(v, ms);
                UpArc a = h.up_first(v);
                for (const Rank head : h.up_heads(v)) {
                    const HierarchyWeights::Both& both = weights.at(a);
                    const std::uint32_t sum =
                        ms + (direction == Direction::from_seeds ? both.up : both.down);
                    if (sum < label_[head].ms) {
                        label_[head] = {sum, v, a};
                    }
                    ++a;
                }
            }
            if (const Rank parent = h.parent(v); parent != kNoRank) {
                tips_.push_back(parent);
                std::push_heap(tips_.begin(), tips_.end(), std::greater<>{});
            }
        }
    }

    // kNeverMs when not reached.
    [[nodiscard]] std::uint32_t ms(Rank v) const { return label_[v].ms; }
    [[nodiscard]] bool is_seeded(Rank v) const { return (label_[v].before & kSeed) != 0; }
    [[nodiscard]] std::uint32_t seed_at(Rank v) const { return label_[v].before & ~kSeed; }
    // The vertex before a reached one that is not seeded, and the up arc from it.
    [[nodiscard]] Rank before(Rank v) const { return label_[v].before; }
    [[nodiscard]] UpArc arc_to(Rank v) const { return label_[v].arc; }

  private:
    static constexpr std::uint32_t kSeed = 0x80000000;

    const Hierarchy* hierarchy_;
    struct Label {
        std::uint32_t ms{kNeverMs};
        std::uint32_t before{0}; // a vertex, or kSeed and the number of a seed
        UpArc arc{0};
    };
    std::vector<Label> label_; // per vertex
    std::vector<Rank> visited_;
    std::vector<Rank> tips_; // heap, lowest first
    std::uint32_t seeds_{0};
};

} // namespace ems::map
