// Draws a MapOverlay over a ground: zones of stations, hatch where nobody is reached in time, the line of 15 minutes, closed and slow roads.
// Any thread.
#pragma once

#include "console/map_paint/map_overlay.h"
#include "console/theme/tokens.h"
#include "map/scene/scene.h"

#include <QImage>

namespace ems::console {

// `scene` may be null: the hatch then fills the whole picture.
void draw_overlay(QImage& image, const map::Scene* scene, const MapOverlay& overlay, const MapCamera& camera,
                  ThemeMode mode);

} // namespace ems::console
