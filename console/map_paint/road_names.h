// Names along the roads of the map and their numbers in boxes, as signs show them: the most
// important roads first, each repeated, none over another or over a place that has a name of its
// own.
#pragma once

#include <vector>

#include "console/map_paint/map_camera.h"
#include "console/theme/tokens.h"
#include "map/scene/scene.h"

#include <QRectF>

class QPainter;

namespace ems::console {

struct RoadTexts {
    std::vector<QRectF> signs; // the boxes of the numbers with their edges
    std::vector<QRectF> names; // a box for each character
};

// Gives where they stand, in pixels of the camera.
RoadTexts paint_road_names(QPainter& p, const map::Scene& scene, const MapCamera& camera,
                           ThemeMode mode);

} // namespace ems::console
