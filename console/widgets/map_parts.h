// Sizes and small things that the parts of MapView share.
#pragma once

#include "console/map_paint/map_camera.h"
#include "map/scene/scene.h"

#include <QSize>

namespace ems::console {

inline constexpr QSize kOverviewSize{150, 196};
inline constexpr double kBarPx = 76; // buttons and the network's mark
inline constexpr double kUnitReachPx = 13; // from a unit's middle to its label

// The scene's own bounds, else what its labels and areas span.
[[nodiscard]] GeoBox box_of(const map::Scene& scene);

} // namespace ems::console
