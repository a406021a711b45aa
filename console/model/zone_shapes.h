// The zones of the stations as the map draws them: neighbours in different hues, each with a place for its name. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "console/map_paint/map_overlay.h"
#include "dispatch/contract/api.pb.h"

namespace ems::console {

// In the order of the zones. Areas of one station have one hue; where more than kZoneHues stations meet, two share one.
[[nodiscard]] std::vector<OverlayZone> zone_shapes(const std::vector<api::Zone>& zones);
// Inside the polygon and, of a raster of 24 x 24 points, the farthest from its rim: where a name stands well. Of a polygon
// too thin for the raster, its first corner.
[[nodiscard]] GeoPoint label_place(const OverlayPolygon& polygon);
// Of a message, with its holes.
[[nodiscard]] OverlayPolygon overlay_polygon(const api::Polygon& polygon);

} // namespace ems::console
