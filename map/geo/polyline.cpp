#include "map/geo/polyline.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace ems::map {
namespace {

double cross(Metres2 o, Metres2 a, Metres2 b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

bool within_box(Metres2 a, Metres2 b, Metres2 p) {
    return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
           p.y <= std::max(a.y, b.y);
}

double cross_deg(Wgs84 o, Wgs84 a, Wgs84 b) {
    return (a.lon - o.lon) * (b.lat - o.lat) - (a.lat - o.lat) * (b.lon - o.lon);
}

} // namespace

double length_m(std::span<const Wgs84> line) {
    double sum = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
        sum += distance_m(line[i - 1], line[i]);
    }
    return sum;
}

Foot foot_on_segment(Metres2 p, Metres2 a, Metres2 b) {
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double square = dx * dx + dy * dy;
    double fraction = 0;
    if (square > 0) {
        fraction = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0, 1.0);
    }
    return {fraction, std::hypot(p.x - a.x - fraction * dx, p.y - a.y - fraction * dy)};
}

bool segments_cross(Metres2 a, Metres2 b, Metres2 c, Metres2 d) {
    const double abc = cross(a, b, c);
    const double abd = cross(a, b, d);
    const double cda = cross(c, d, a);
    const double cdb = cross(c, d, b);
    if (((abc > 0) != (abd > 0)) && ((cda > 0) != (cdb > 0)) && abc != 0 && abd != 0 && cda != 0 &&
        cdb != 0) {
        return true;
    }
    return (abc == 0 && within_box(a, b, c)) || (abd == 0 && within_box(a, b, d)) ||
           (cda == 0 && within_box(c, d, a)) || (cdb == 0 && within_box(c, d, b));
}

bool inside_ring(Wgs84 p, std::span<const Wgs84> ring) {
    bool inside = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const Wgs84 a = ring[i];
        const Wgs84 b = ring[j];
        if ((a.lat > p.lat) != (b.lat > p.lat) &&
            p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon) {
            inside = !inside;
        }
    }
    return inside;
}

std::vector<Wgs84> simplify(std::span<const Wgs84> line, double tolerance_m) {
    if (line.size() < 3) {
        return {line.begin(), line.end()};
    }
    const LocalProjection flat{line.front()};
    std::vector<std::uint8_t> keep(line.size(), 0);
    keep.front() = 1;
    keep.back() = 1;
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
    while (!open.empty()) {
        const auto [first, last] = open.back();
        open.pop_back();
        const Metres2 a = flat.to_metres(line[first]);
        const Metres2 b = flat.to_metres(line[last]);
        double worst_m = tolerance_m;
        std::size_t at = first;
        for (std::size_t i = first + 1; i < last; ++i) {
            const double off_m = foot_on_segment(flat.to_metres(line[i]), a, b).distance_m;
            if (off_m > worst_m) {
                worst_m = off_m;
                at = i;
            }
        }
        if (at != first) {
            keep[at] = 1;
            open.emplace_back(first, at);
            open.emplace_back(at, last);
        }
    }
    std::vector<Wgs84> out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (keep[i] != 0) {
            out.push_back(line[i]);
        }
    }
    return out;
}

std::vector<Wgs84> convex_hull(std::vector<Wgs84> points) {
    std::sort(points.begin(), points.end(), [](Wgs84 a, Wgs84 b) {
        return std::pair{a.lon, a.lat} < std::pair{b.lon, b.lat};
    });
    points.erase(std::unique(points.begin(), points.end()), points.end());
    if (points.size() < 3) {
        return points;
    }
    std::vector<Wgs84> hull;
    const auto chain = [&hull](auto first, auto last) {
        const std::size_t base = hull.size();
        for (auto it = first; it != last; ++it) {
            while (hull.size() >= base + 2 &&
                   cross_deg(hull[hull.size() - 2], hull.back(), *it) <= 0) {
                hull.pop_back();
            }
            hull.push_back(*it);
        }
        hull.pop_back();
    };
    chain(points.begin(), points.end());
    chain(points.rbegin(), points.rend());
    return hull;
}

} // namespace ems::map
