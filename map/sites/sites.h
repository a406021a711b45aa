// Hospital, stations and a caller for a demonstration on any map: those the map names, else spread
// over its largest connected part; and a village from which the nearest station on the map is not
// the nearest by road.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/gazetteer/place.h"
#include "map/graph/road_graph.h"
#include "map/import/map_folder.h"
#include "map/match/snap.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct Site {
    std::string name;
    Wgs84 at;
    std::string origin; // how it was chosen, for people
};

struct SiteDistance {
    std::uint32_t site{0}; // 0 the hospital, 1.. the stations
    bool is_reached{false};
    std::uint32_t travel_ms{0};
    std::uint32_t length_dm{0};
    double line_m{0};
};

struct CallerChoice {
    Site place;
    std::uint32_t busy{0};             // the site whose unit is out; not in the ranking
    std::vector<SiteDistance> ranking; // the other sites by road
    bool is_other_by_line{false};      // the nearest on the map is not the first of the ranking
};

struct SiteChoice {
    Site hospital;
    std::vector<Site> stations;
    CallerChoice caller;
};

// count: stations besides the hospital's own unit, 1..50. not_found when the map has no place for
// them.
[[nodiscard]] Result<SiteChoice> choose_sites(const RoadGraph& graph, const SnapIndex& index,
                                              const std::vector<Place>& places, const MapInfo& info,
                                              std::uint32_t count);

} // namespace ems::map
