#include "map/graph/road_position.h"

#include "map/geo/polyline.h"

namespace ems::map {

Wgs84 point_of(const RoadGraph& graph, const RoadPosition& p) {
    const std::vector<Wgs84> shape = graph.shape(p.arc);
    double left_m = length_m(shape) * p.fraction;
    for (std::size_t i = 1; i < shape.size(); ++i) {
        const double step_m = distance_m(shape[i - 1], shape[i]);
        if (left_m <= step_m) {
            const double t = step_m > 0 ? left_m / step_m : 0;
            return {shape[i - 1].lat + (shape[i].lat - shape[i - 1].lat) * t,
                    shape[i - 1].lon + (shape[i].lon - shape[i - 1].lon) * t};
        }
        left_m -= step_m;
    }
    return shape.back();
}

} // namespace ems::map
