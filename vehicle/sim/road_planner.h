// Ways along the road graph of a map folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "map/gazetteer/place.h"
#include "map/graph/road_graph.h"
#include "map/match/snap.h"
#include "map/route/router.h"
#include "vehicle/sim/driver.h"

namespace ems::sim {

class RoadPlanner final : public RoutePlanner {
  public:
    explicit RoadPlanner(map::RoadGraph graph);

    // By the fastest road. A point at most kYardMetres beside the road is driven to at walking
    // pace; farther ones are left to the crew's feet and the vehicle stops on the road.
    // Code::unreachable or Code::not_found when there is no way.
    Result<Track> plan(map::Wgs84 from, map::Wgs84 to) override;

    static constexpr double kYardMetres = 500;

  private:
    map::RoadGraph graph_;
    map::SnapIndex snap_;
    std::unique_ptr<map::Router> router_;
};

// The map folder of ems-map: roads and named places.
struct MapFolder {
    std::unique_ptr<RoadPlanner> roads;
    std::vector<map::Place> places;
};
Result<MapFolder> open_map_folder(const std::string& dir);

// "35.0264,111.0075" or the exact name of a place of the folder; stations and hospitals win over
// villages of one name.
Result<map::Wgs84> find_place(const std::vector<map::Place>& places, const std::string& text);

} // namespace ems::sim
