// Forward search from one place to another, with the way.
#pragma once

#include <optional>

#include "map/route/foothold.h"
#include "map/route/route_drawing.h"
#include "map/route/search_space.h"

namespace ems::map {

class PathSearch {
  public:
    explicit PathSearch(const RoadGraph& graph) : graph_(graph), space_(graph.arc_count()) {}
    // unreachable when there is no way, invalid_argument for a place that is not on the graph.
    [[nodiscard]] Result<Drive> run(const Metric& metric, const RoadPosition& from,
                                    const RoadPosition& to);

  private:
    // The part of the first arc before anything is labelled, and how the way ends.
    struct End {
        std::uint32_t ms{kForbiddenMs};
        Foothold start;
        Foothold goal;
        bool is_direct{false}; // both ends on one arc, target ahead
    };

    [[nodiscard]] std::optional<End> search(const Footholds& starts, const Footholds& goals);
    void set_off(const Footholds& starts, const Footholds& goals);
    [[nodiscard]] bool may_enter(ArcId a, const Footholds& goals) const;
    [[nodiscard]] std::vector<ArcId> arcs_to(const End& end, const Footholds& starts) const;

    const RoadGraph& graph_;
    const Metric* metric_{nullptr}; // of the search under way
    SearchSpace space_;
};

} // namespace ems::map
