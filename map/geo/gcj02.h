// Datums at the rim: GCJ-02 (Amap, Tencent, phone platforms) and BD-09 (Baidu), to and from WGS-84.
// Formulas: the widely published GCJ-02 polynomial on the Krasovsky 1940 ellipsoid; outside China
// (WGS-84 lon 72.004..137.8347, lat 0.8293..55.8271) GCJ-02 equals WGS-84. The inverses iterate and
// are exact below 1 mm.
//
// to_*() take points that are valid (is_valid); what comes from outside goes through accept()
// first.
#pragma once

#include "map/geo/point.h"
#include "telemetry/base/result.h"

namespace ems::map {

[[nodiscard]] Gcj02 to_gcj02(Wgs84 p);
[[nodiscard]] Wgs84 to_wgs84(Gcj02 p);
[[nodiscard]] Bd09 to_bd09(Gcj02 p);
[[nodiscard]] Gcj02 to_gcj02(Bd09 p);

// A point of another system as WGS-84. invalid_argument when it is not finite or out of range.
[[nodiscard]] Result<Wgs84> accept(Wgs84 p);
[[nodiscard]] Result<Wgs84> accept(Gcj02 p);
[[nodiscard]] Result<Wgs84> accept(Bd09 p);

} // namespace ems::map
