#include "console/model/zone_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <utility>

namespace ems::console {
namespace {

constexpr int kRaster = 24;
constexpr double kNeighbourDegrees = 0.002; // about 200 m: what was drawn by hand rarely meets exactly

std::vector<GeoPoint> ring_of(const api::Ring& ring) {
    std::vector<GeoPoint> out;
    out.reserve(static_cast<std::size_t>(ring.points_size()));
    for (const auto& p : ring.points()) {
        out.push_back(geo_point(p.lat_e7(), p.lon_e7()));
    }
    return out;
}

struct Ground { // degrees made equally long, about one latitude
    double squeeze;
};

// Squared, in degrees of latitude.
double distance2(GeoPoint p, GeoPoint a, GeoPoint b, Ground ground) {
    const double px = (p.lon - a.lon) * ground.squeeze;
    const double py = p.lat - a.lat;
    const double dx = (b.lon - a.lon) * ground.squeeze;
    const double dy = b.lat - a.lat;
    const double length2 = dx * dx + dy * dy;
    const double t = length2 == 0 ? 0 : std::clamp((px * dx + py * dy) / length2, 0.0, 1.0);
    return (px - t * dx) * (px - t * dx) + (py - t * dy) * (py - t * dy);
}

bool crosses(GeoPoint p, GeoPoint a, GeoPoint b) {
    return (a.lat > p.lat) != (b.lat > p.lat) && p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon;
}

struct Depth {
    bool inside{false};
    double rim2{std::numeric_limits<double>::max()}; // to the nearest side
};

void look_at(const std::vector<GeoPoint>& ring, GeoPoint p, Ground ground, Depth& depth) {
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        depth.inside = depth.inside != crosses(p, ring[i], ring[j]);
        depth.rim2 = std::min(depth.rim2, distance2(p, ring[i], ring[j], ground));
    }
}

Depth depth_of(const OverlayPolygon& polygon, GeoPoint p, Ground ground) {
    Depth out;
    look_at(polygon.outer, p, ground, out);
    for (const auto& hole : polygon.holes) {
        look_at(hole, p, ground, out);
    }
    return out;
}

GeoBox box_of(const OverlayPolygon& polygon) {
    GeoBox box;
    for (const GeoPoint& p : polygon.outer) {
        box.add(p);
    }
    return box;
}

} // namespace

OverlayPolygon overlay_polygon(const api::Polygon& polygon) {
    OverlayPolygon one{ring_of(polygon.outer()), {}};
    for (const auto& hole : polygon.holes()) {
        if (hole.points_size() > 2) {
            one.holes.push_back(ring_of(hole));
        }
    }
    return one;
}

GeoPoint label_place(const OverlayPolygon& polygon) {
    if (polygon.outer.empty()) {
        return {};
    }
    const GeoBox box = box_of(polygon);
    const Ground ground{std::cos((box.south + box.north) / 2 * std::numbers::pi / 180)};
    GeoPoint best = polygon.outer.front();
    double farthest2 = 0;
    for (int row = 0; row < kRaster; ++row) {
        for (int column = 0; column < kRaster; ++column) {
            const GeoPoint p{box.south + (box.north - box.south) * (row + 0.5) / kRaster,
                             box.west + (box.east - box.west) * (column + 0.5) / kRaster};
            const Depth depth = depth_of(polygon, p, ground);
            if (depth.inside && depth.rim2 > farthest2) {
                farthest2 = depth.rim2;
                best = p;
            }
        }
    }
    return best;
}

std::vector<OverlayZone> zone_shapes(const std::vector<api::Zone>& zones) {
    std::vector<OverlayZone> out;
    std::map<std::int64_t, GeoBox> boxes; // of each station
    for (const auto& zone : zones) {
        OverlayZone shape;
        shape.station_id = zone.station_id();
        GeoBox& box = boxes[zone.station_id()];
        for (const auto& polygon : zone.polygons()) {
            if (polygon.outer().points_size() < 3) {
                continue;
            }
            shape.polygons.push_back(overlay_polygon(polygon));
            for (const GeoPoint& p : shape.polygons.back().outer) {
                box.add({p.lat - kNeighbourDegrees, p.lon - kNeighbourDegrees});
                box.add({p.lat + kNeighbourDegrees, p.lon + kNeighbourDegrees});
            }
        }
        if (!shape.polygons.empty()) {
            const auto area = [](const OverlayPolygon& polygon) {
                const GeoBox b = box_of(polygon);
                return (b.north - b.south) * (b.east - b.west);
            };
            shape.name_at = label_place(*std::max_element(
                shape.polygons.begin(), shape.polygons.end(),
                [&](const OverlayPolygon& a, const OverlayPolygon& b) { return area(a) < area(b); }));
            out.push_back(std::move(shape));
        }
    }
    std::map<std::int64_t, int> hues;
    for (const auto& [station, box] : boxes) {
        std::array<int, kZoneHues> taken{};
        for (const auto& [other, hue] : hues) {
            taken.at(static_cast<std::size_t>(hue)) += boxes.at(other).meets(box) ? 1 : 0;
        }
        hues[station] = static_cast<int>(std::min_element(taken.begin(), taken.end()) - taken.begin());
    }
    for (OverlayZone& shape : out) {
        shape.hue = hues.at(shape.station_id);
    }
    return out;
}

} // namespace ems::console
