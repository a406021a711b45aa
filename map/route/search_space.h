// Working arrays of a search, cleared in constant time by raising the round number; and the queue
// of open arcs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "map/graph/road_graph.h"

namespace ems::map {

class SearchSpace {
  public:
    struct Open {
        std::uint32_t ms{0};
        ArcId arc{0};
        auto operator<=>(const Open&) const = default;
    };

    explicit SearchSpace(std::uint32_t arcs) : round_of_(arcs, 0), label_(arcs) {}

    void start() {
        open_.clear();
        if (++round_ == 0) {
            std::fill(round_of_.begin(), round_of_.end(), 0U);
            round_ = 1;
        }
    }

    // Improves the label of an arc and queues it. False when the arc has one at least as good.
    bool improve(ArcId arc, std::uint32_t ms, std::uint32_t dm, std::uint32_t parent) {
        Label& label = label_[arc];
        if (round_of_[arc] == round_ && label.ms <= ms) {
            return false;
        }
        round_of_[arc] = round_;
        label = {ms, dm, parent};
        open_.push_back({ms, arc});
        std::push_heap(open_.begin(), open_.end(), std::greater<>{});
        return true;
    }

    // Next arc in order of time; false when none is left.
    bool settle(Open& next) {
        while (!open_.empty()) {
            std::pop_heap(open_.begin(), open_.end(), std::greater<>{});
            next = open_.back();
            open_.pop_back();
            if (label_[next.arc].ms == next.ms) {
                return true; // else an outdated entry of an arc that was improved since
            }
        }
        return false;
    }

    [[nodiscard]] std::uint32_t dm(ArcId arc) const { return label_[arc].dm; }
    [[nodiscard]] std::uint32_t parent(ArcId arc) const { return label_[arc].parent; }

  private:
    struct Label {
        std::uint32_t ms{0};
        std::uint32_t dm{0};
        std::uint32_t parent{kNoArc};
    };
    std::vector<std::uint32_t> round_of_;
    std::vector<Label> label_;
    std::vector<Open> open_;
    std::uint32_t round_{0};
};

} // namespace ems::map
