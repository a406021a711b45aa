// What lies over the ground of the map and changes seldom: how far help comes, and roads that are closed or slow. Made on
// the desk, drawn by the map's thread. Values.
#pragma once

#include <cstdint>
#include <vector>

#include "console/map_paint/map_camera.h"

namespace ems::console {

struct OverlayPolygon {
    std::vector<GeoPoint> outer;
    std::vector<std::vector<GeoPoint>> holes;
};

enum class Shade { none, uncovered };

struct OverlayRoad {
    std::vector<GeoPoint> points; // one: a place on a road
    bool is_area{false};
    bool is_slow{false};          // else nobody drives there
};

inline constexpr int kZoneHues = 3;

// What a station answers for.
struct OverlayZone {
    std::int64_t station_id{0};
    std::vector<OverlayPolygon> polygons;
    GeoPoint name_at;
    int hue{0}; // 0 to kZoneHues - 1
};

struct MapOverlay {
    Shade shade{Shade::none};             // uncovered: everything of the district but `covered` is hatched
    std::vector<OverlayPolygon> covered;  // reached within 15 minutes by a unit that may be sent
    std::vector<OverlayPolygon> reach;    // asked for: an outline alone
    std::vector<OverlayRoad> roads;
    std::vector<OverlayZone> zones;
};

} // namespace ems::console
