// Road networks drawn in a test. Letters and digits are junctions, runs of - or | are two-way
// streets, a run that holds > < ^ or v is one-way. One character is 100 m; every street is driven
// at 36 km/h, so one character takes 10 s.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "map/graph/road_graph.h"
#include "map/graph/road_network.h"
#include "map/graph/road_position.h"

namespace ems::map::test {

class AsciiMap {
  public:
    explicit AsciiMap(const std::vector<std::string>& rows);

    // Forbids (or, with only, permits alone) the turn from street ab over b into street bc, or from
    // ab over the streets between into the last one; before graph().
    void restrict_turn(const std::string& way, bool only);
    [[nodiscard]] RoadGraph graph() const;
    [[nodiscard]] Wgs84 at(char node) const;
    // On the street between two neighbouring nodes, a share of the way from the first.
    [[nodiscard]] RoadPosition on(const RoadGraph& graph, char from, char to,
                                  double fraction) const;

    RoadNetwork network;

  private:
    void add_street(char from, char to, bool forward, bool backward);
    std::map<char, std::uint32_t> node_;
    std::map<std::pair<char, char>, std::uint32_t> way_;
};

} // namespace ems::map::test
