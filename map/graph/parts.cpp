#include "map/graph/parts.h"

#include <algorithm>
#include <unordered_set>

#include "map/geo/large_memory.h"

namespace ems::map {
namespace {

// Tarjan's algorithm without recursion: a county of back roads is deeper than any stack.
class StrongParts {
  public:
    StrongParts(const RoadGraph& graph, std::span<const std::uint32_t> arc_ms)
        : graph_(graph), arc_ms_(arc_ms) {
        resize_large(index_, graph.arc_count(), 0U);
        resize_large(low_, graph.arc_count(), 0U);
        resize_large(part_, graph.arc_count(), kNoArc);
    }

    std::vector<std::uint32_t> run() {
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            if (index_[a] == 0 && arc_ms_[a] != kForbiddenMs) {
                visit(a);
            }
        }
        return std::move(part_);
    }
    [[nodiscard]] std::uint32_t count() const { return parts_; }

  private:
    struct Frame {
        ArcId arc;
        ArcId next;
    };

    void enter(ArcId a) {
        index_[a] = low_[a] = ++counter_;
        stack_.push_back(a);
        frames_.push_back({a, graph_.arrays().first_out[graph_.head(a)]});
    }

    void visit(ArcId root) {
        enter(root);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const ArcId a = frame.arc;
            if (frame.next < graph_.arrays().first_out[graph_.head(a) + 1]) {
                const ArcId b = frame.next++;
                if (arc_ms_[b] == kForbiddenMs || graph_.turn_ms(a, b) == kForbiddenMs) {
                    continue;
                }
                if (index_[b] == 0) {
                    enter(b);
                } else if (part_[b] == kNoArc) {
                    low_[a] = std::min(low_[a], index_[b]);
                }
                continue;
            }
            if (low_[a] == index_[a]) {
                close_part(a);
            }
            frames_.pop_back();
            if (!frames_.empty()) {
                const ArcId parent = frames_.back().arc;
                low_[parent] = std::min(low_[parent], low_[a]);
            }
        }
    }

    void close_part(ArcId root) {
        ArcId member = kNoArc;
        do {
            member = stack_.back();
            stack_.pop_back();
            part_[member] = parts_;
        } while (member != root);
        ++parts_;
    }

    const RoadGraph& graph_;
    std::span<const std::uint32_t> arc_ms_;
    std::vector<std::uint32_t> index_;
    std::vector<std::uint32_t> low_;
    std::vector<std::uint32_t> part_;
    std::vector<ArcId> stack_;
    std::vector<Frame> frames_;
    std::uint32_t counter_{0};
    std::uint32_t parts_{0};
};

// Marks `bit` on everything that `next` leads to from arcs that already bear it.
template <class Next> void spread(std::vector<std::uint8_t>& bits, std::uint8_t bit, Next&& next) {
    std::vector<ArcId> open;
    for (ArcId a = 0; a < bits.size(); ++a) {
        if ((bits[a] & bit) != 0) {
            open.push_back(a);
        }
    }
    while (!open.empty()) {
        const ArcId a = open.back();
        open.pop_back();
        next(a, [&](ArcId b) {
            if ((bits[b] & bit) == 0) {
                bits[b] |= bit;
                open.push_back(b);
            }
        });
    }
}

// Looks for ways round closed arcs: from an open arc that leads into one to every open arc behind.
class DetourSearch {
  public:
    DetourSearch(const RoadGraph& graph, std::span<const std::uint32_t> arc_ms)
        : graph_(graph), arc_ms_(arc_ms) {}

    bool replace(ArcId entry) {
        std::unordered_set<ArcId> wanted = exits(entry);
        wanted.erase(entry);
        std::unordered_set<ArcId> seen{entry};
        std::vector<ArcId> open{entry};
        for (std::size_t i = 0; i < open.size() && !wanted.empty(); ++i) {
            for (const ArcId b : graph_.out_arcs(graph_.head(open[i]))) {
                if (may_enter(open[i], b) && seen.insert(b).second) {
                    wanted.erase(b);
                    open.push_back(b);
                }
            }
            if (open.size() > kArcsPerDetour || ++steps_ > kStepsMax) {
                return false;
            }
        }
        return wanted.empty();
    }

  private:
    static constexpr std::size_t kArcsPerDetour = 4'000;
    static constexpr std::uint32_t kStepsMax = 400'000; // of all detours together

    [[nodiscard]] bool may_enter(ArcId from, ArcId to) const {
        return arc_ms_[to] != kForbiddenMs && graph_.turn_ms(from, to) != kForbiddenMs;
    }

    std::unordered_set<ArcId> exits(ArcId entry) {
        std::unordered_set<ArcId> out;
        std::unordered_set<ArcId> seen;
        std::vector<ArcId> run{entry};
        while (!run.empty()) {
            const ArcId a = run.back();
            run.pop_back();
            ++steps_;
            for (const ArcId b : graph_.out_arcs(graph_.head(a))) {
                if (graph_.turn_ms(a, b) == kForbiddenMs) {
                    continue;
                }
                if (arc_ms_[b] != kForbiddenMs) {
                    if (a != entry) {
                        out.insert(b);
                    }
                } else if (seen.insert(b).second) {
                    run.push_back(b);
                }
            }
        }
        return out;
    }

    const RoadGraph& graph_;
    std::span<const std::uint32_t> arc_ms_;
    std::uint32_t steps_{0};
};

} // namespace

std::vector<std::uint8_t> find_main_part(const RoadGraph& graph,
                                         std::span<const std::uint32_t> arc_ms) {
    StrongParts parts{graph, arc_ms};
    const std::vector<std::uint32_t> part = parts.run();
    std::vector<std::uint8_t> bits(graph.arc_count(), 0);
    if (parts.count() == 0) {
        return bits; // everything is closed
    }
    std::vector<std::uint32_t> size(parts.count(), 0);
    for (const std::uint32_t p : part) {
        if (p != kNoArc) {
            ++size[p];
        }
    }
    const auto largest =
        static_cast<std::uint32_t>(std::max_element(size.begin(), size.end()) - size.begin());
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (part[a] == largest) {
            bits[a] = kArcMain | kArcReachesMain | kArcFromMain;
        }
    }
    spread(bits, kArcFromMain, [&](ArcId a, auto&& mark) {
        for (const ArcId b : graph.out_arcs(graph.head(a))) {
            if (arc_ms[b] != kForbiddenMs && graph.turn_ms(a, b) != kForbiddenMs) {
                mark(b);
            }
        }
    });
    spread(bits, kArcReachesMain, [&](ArcId a, auto&& mark) {
        for (const ArcId b : graph.in_arcs(graph.tail(a))) {
            if (arc_ms[b] != kForbiddenMs && graph.turn_ms(b, a) != kForbiddenMs) {
                mark(b);
            }
        }
    });
    return bits;
}

bool can_reach(const RoadGraph& graph, std::span<const std::uint32_t> arc_ms,
               std::span<const std::uint8_t> parts, ArcId from, ArcId to) {
    const bool from_main = (parts[to] & kArcFromMain) != 0;
    if (from == to || ((parts[from] & kArcReachesMain) != 0 && from_main)) {
        return true;
    }
    // Arcs of the main part are not followed: whatever lies behind them bears kArcFromMain.
    std::unordered_set<ArcId> seen{from};
    std::vector<ArcId> open{from};
    while (!open.empty()) {
        const ArcId a = open.back();
        open.pop_back();
        for (const ArcId b : graph.out_arcs(graph.head(a))) {
            if (arc_ms[b] == kForbiddenMs || graph.turn_ms(a, b) == kForbiddenMs) {
                continue;
            }
            if (b == to) {
                return true;
            }
            if ((parts[b] & kArcMain) == 0 && seen.insert(b).second) {
                open.push_back(b);
            }
        }
    }
    return false;
}

bool closures_leave_parts(const RoadGraph& graph, std::span<const std::uint32_t> arc_ms,
                          std::span<const ArcId> closed) {
    DetourSearch detours{graph, arc_ms};
    for (const ArcId c : closed) {
        for (const ArcId entry : graph.in_arcs(graph.tail(c))) {
            if (arc_ms[entry] != kForbiddenMs && graph.turn_ms(entry, c) != kForbiddenMs &&
                !detours.replace(entry)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace ems::map
