// Bounded reverse search from a target to the units around it.
#pragma once

#include <cstdint>
#include <vector>

#include "map/route/foothold.h"
#include "map/route/router.h"
#include "map/route/search_space.h"

namespace ems::map {

class NearestSearch {
  public:
    explicit NearestSearch(const RoadGraph& graph);
    [[nodiscard]] std::vector<RankedUnit> run(const Metric& metric, const NearestQuery& query);

  private:
    // One way for one unit to set off.
    struct Stand {
        Foothold at;
        std::uint32_t unit{0};
        std::uint32_t next{kNoArc}; // another stand on the same arc
        bool is_beside{false};
    };
    struct OnArc {
        std::uint32_t round{0}; // in which `first` is valid
        std::uint32_t first{0}; // stand
    };
    struct Candidate {
        std::uint32_t total_ms{0};
        std::uint32_t unit{0};
        std::uint32_t travel_ms{0};
        std::uint32_t length_dm{0};
        ArcId by{kNoArc}; // labelled arc that it comes by: towards the target from there
        bool is_beside{false};
        auto operator<=>(const Candidate&) const = default;
    };

    void place_units(const NearestQuery& query);
    void start_at_target(const NearestQuery& query);
    void reach_back(const NearestQuery& query, SearchSpace::Open open);
    [[nodiscard]] std::uint32_t first_stand(ArcId arc) const {
        return on_arc_[arc].round == round_ ? on_arc_[arc].first : kNoArc;
    }
    void offer(const NearestQuery& query, const Stand& stand, std::uint64_t travel_ms,
               std::uint32_t length_dm, ArcId by);
    [[nodiscard]] bool ends_on_closed_road(const Candidate& c) const;
    void rank_below(std::uint32_t ms, const NearestQuery& query);
    [[nodiscard]] bool is_done(const NearestQuery& query) const;
    [[nodiscard]] std::vector<RankedUnit> finish(const NearestQuery& query) const;

    const RoadGraph& graph_;
    const Metric* metric_{nullptr}; // of the query under way
    SearchSpace space_;
    std::vector<Stand> stands_;
    std::vector<OnArc> on_arc_; // per arc
    std::uint32_t round_{0};
    std::vector<Candidate> candidates_;   // heap, least first
    std::vector<std::uint32_t> best_ms_;  // per unit, best total offered
    std::vector<std::uint8_t> is_ranked_; // per unit
    std::vector<RankedUnit> ranking_;
};

} // namespace ems::map
