#include "map/guide/course.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ems::map {
namespace {

constexpr double kCourseM = 25;

} // namespace

double course_difference(double to_deg, double from_deg) { // -180..180, right is positive
    const double d = std::fmod(to_deg - from_deg + 540.0, 360.0) - 180.0;
    return d == -180.0 ? 180.0 : d;
}

double course_over(std::span<const Wgs84> points) {
    double gone_m = 0;
    std::size_t last = 1;
    while (last + 1 < points.size() && gone_m < kCourseM) {
        gone_m += distance_m(points[last - 1], points[last]);
        if (gone_m < kCourseM) {
            ++last;
        }
    }
    return course_deg(points.front(), points[last]);
}

double course_out(const RoadGraph& graph, ArcId arc) {
    return course_over(graph.shape(arc));
}

double course_in(const RoadGraph& graph, ArcId arc) {
    std::vector<Wgs84> shape = graph.shape(arc);
    std::reverse(shape.begin(), shape.end());
    const double back = course_over(shape);
    return back >= 180 ? back - 180 : back + 180;
}

} // namespace ems::map
