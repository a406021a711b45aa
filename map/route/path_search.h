// Forward search from one place to another, with the way.
#pragma once

#include <optional>

#include "map/route/router.h"
#include "map/route/search_space.h"

namespace ems::map {

class PathSearch {
  public:
    explicit PathSearch(const RoadGraph& graph) : graph_(graph), space_(graph.arc_count()) {}
    [[nodiscard]] Result<Route> run(const RoadPosition& from, const RoadPosition& to);

  private:
    // The part of the first arc before anything is labelled, and how the way ends.
    struct End {
        std::uint32_t ms{kForbiddenMs};
        Foothold start;
        Foothold goal;
        bool is_direct{false}; // both ends on one arc, target ahead
    };

    [[nodiscard]] std::optional<End> search(const std::vector<Foothold>& starts,
                                            const std::vector<Foothold>& goals);
    void set_off(const std::vector<Foothold>& starts);
    [[nodiscard]] std::vector<ArcId> arcs_to(const End& end,
                                             const std::vector<Foothold>& starts) const;

    const RoadGraph& graph_;
    SearchSpace space_;
};

} // namespace ems::map
