// Turn restrictions over ways the slow, obvious way: on a graph that knows none of them, with a
// state that says which restrictions have begun and how far each was driven. For comparison in
// tests.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_network.h"
#include "map/graph/road_position.h"

namespace ems::map::test {

class SlowRules {
  public:
    // `network` as it is given to assemble(); its ways lose their names.
    explicit SlowRules(RoadNetwork network);

    // Restrictions over ways whose arcs are clear.
    [[nodiscard]] std::uint32_t rule_count() const { return rule_count_; }
    // `metric` is of the graph with the restrictions; places are on its originals.
    [[nodiscard]] std::optional<std::uint32_t>
    travel_ms(const Metric& metric, const RoadPosition& from, const RoadPosition& to) const;
    // Arcs of the graph with the restrictions, copies or originals.
    [[nodiscard]] bool is_permitted(const RoadGraph& graph, const std::vector<ArcId>& arcs) const;

  private:
    // Begun restrictions: which, and how many of its arcs were driven.
    using Begun = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

    void add(const RoadNetwork& network, const NetworkRestriction& r);
    [[nodiscard]] std::optional<Begun> drive(const Begun& begun, ArcId next) const;

    RoadGraph plain_;
    std::vector<std::uint32_t> way_of_;
    std::vector<NodeId> node_of_; // graph node of each network node
    std::vector<std::vector<ArcId>> forbidden_;
    std::vector<std::vector<std::uint32_t>> begins_with_; // per arc: of forbidden_
    std::uint32_t rule_count_{0};
};

} // namespace ems::map::test
