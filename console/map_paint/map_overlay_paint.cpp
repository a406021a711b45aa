#include "console/map_paint/map_overlay_paint.h"

#include <algorithm>
#include <array>

#include <QColor>
#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

namespace ems::console {
namespace {

constexpr int kHatchPx = 9; // of the specification
// What is reached follows every road with some hundred metres at both sides. Smaller than this its outline is two lines along each village
// road, and the ways are lost among them: the edge of the hatch then says it alone, and an area asked for is tinted.
constexpr double kOutlinePxPerKm = 50;
constexpr double kReachTint = 0.25;

QColor ink(ThemeMode mode, Token token) {
    return QColor::fromRgb(token_rgb(mode, token));
}

QPolygonF project(const MapCamera& camera, const std::vector<GeoPoint>& points) {
    QPolygonF out;
    out.reserve(static_cast<qsizetype>(points.size()));
    for (const GeoPoint& point : points) {
        const ScreenPoint s = camera.to_screen(point);
        out.append(QPointF{s.x, s.y});
    }
    return out;
}

QPainterPath path_of(const std::vector<OverlayPolygon>& polygons, const MapCamera& camera) {
    QPainterPath path; // holes by the even-odd rule
    for (const OverlayPolygon& polygon : polygons) {
        path.addPolygon(project(camera, polygon.outer));
        path.closeSubpath();
        for (const auto& hole : polygon.holes) {
            path.addPolygon(project(camera, hole));
            path.closeSubpath();
        }
    }
    return path;
}

// The district, where the map knows it.
QPainterPath ground_of(const map::Scene* scene, const MapCamera& camera) {
    QPainterPath path;
    if (scene != nullptr && !scene->bands.empty()) {
        const map::SceneBand& band = scene->band_for(1'000.0 / camera.px_per_km());
        for (const auto& outline : band.areas) {
            if (outline.area.kind == map::SceneAreaKind::district) {
                QPolygonF ring;
                for (const auto& point : outline.area.ring) {
                    const ScreenPoint s = camera.to_screen(geo_point(point.lat_e7, point.lon_e7));
                    ring.append(QPointF{s.x, s.y});
                }
                path.addPolygon(ring);
                path.closeSubpath();
            }
        }
    }
    if (path.isEmpty()) {
        path.addRect(0, 0, camera.width(), camera.height());
    }
    return path;
}

void draw_hatch(QImage& image, const map::Scene* scene, const MapOverlay& overlay, const MapCamera& camera,
                ThemeMode mode) {
    QImage hatch{image.size(), QImage::Format_ARGB32_Premultiplied};
    hatch.setDevicePixelRatio(image.devicePixelRatio());
    hatch.fill(Qt::transparent);
    QPainter p{&hatch};
    p.setRenderHint(QPainter::Antialiasing);
    p.setClipPath(ground_of(scene, camera));
    p.setPen(QPen{ink(mode, Token::m_gap), 1});
    p.setOpacity(0.55);
    const int wide = camera.width();
    const int high = camera.height();
    for (int x = -high; x < wide; x += kHatchPx) {
        p.drawLine(x, high, x + high, 0);
    }
    p.setOpacity(1);
    p.setClipping(false);
    // cut out rather than subtracted: a path of thousands of points is only filled, never intersected
    p.setCompositionMode(QPainter::CompositionMode_Clear);
    p.fillPath(path_of(overlay.covered, camera), QBrush{Qt::SolidPattern});
    p.end();
    QPainter over{&image};
    over.drawImage(0, 0, hatch);
}

void draw_road(QPainter& p, const OverlayRoad& road, const MapCamera& camera, ThemeMode mode) {
    const QPolygonF line = project(camera, road.points);
    if (line.isEmpty()) {
        return;
    }
    const QColor colour = ink(mode, Token::m_route);
    if (line.size() > 1) {
        QPen halo{ink(mode, Token::m_halo), 7};
        halo.setJoinStyle(Qt::RoundJoin);
        QPen pen{colour, 3};
        pen.setDashPattern(road.is_slow ? QList<qreal>{1, 2} : QList<qreal>{3, 1.5});
        for (const QPen& one : {halo, pen}) {
            p.setPen(one);
            p.setBrush(Qt::NoBrush);
            if (road.is_area) {
                p.drawPolygon(line);
            } else {
                p.drawPolyline(line);
            }
        }
    }
    // a bar in a ring: closed; a wave of three strokes: slow
    const QPointF at = road.is_area ? line.boundingRect().center() : line.at(line.size() / 2);
    p.setPen(QPen{colour, 2});
    p.setBrush(ink(mode, Token::m_halo));
    p.drawEllipse(at, 9, 9);
    p.setPen(QPen{colour, 3});
    if (road.is_slow) {
        p.setPen(QPen{colour, 1.6});
        for (const double y : {-3.0, 0.0, 3.0}) {
            p.drawLine(at + QPointF{-4, y}, at + QPointF{4, y});
        }
    } else {
        p.drawLine(at + QPointF{-5, 0}, at + QPointF{5, 0});
    }
}

// A line along the rim and, inside of it, a soft band: where two zones meet each has its own.
void draw_zones(QImage& image, const std::vector<OverlayZone>& zones, const MapCamera& camera, ThemeMode mode) {
    static constexpr std::array<Token, kZoneHues> kHues{Token::m_zone_1, Token::m_zone_2, Token::m_zone_3};
    static constexpr double kBandPx = 9;
    static constexpr double kBandOpacity = 0.3;
    QPainter p{&image};
    p.setRenderHint(QPainter::Antialiasing);
    p.setBrush(Qt::NoBrush);
    for (const OverlayZone& zone : zones) {
        const QPainterPath path = path_of(zone.polygons, camera);
        if (!path.intersects(QRectF{image.rect()})) {
            continue;
        }
        const QColor colour = ink(mode, kHues.at(static_cast<std::size_t>(zone.hue)));
        p.save();
        p.setClipPath(path);
        p.setOpacity(kBandOpacity);
        QPen band{colour, 2 * kBandPx};
        band.setJoinStyle(Qt::RoundJoin);
        p.setPen(band);
        p.drawPath(path);
        p.setOpacity(1);
        p.setPen(QPen{colour, 3}); // half of it is cut away by the clip
        p.drawPath(path);
        p.restore();
    }
}

} // namespace

void draw_overlay(QImage& image, const map::Scene* scene, const MapOverlay& overlay, const MapCamera& camera,
                  ThemeMode mode) {
    if (!overlay.zones.empty()) {
        draw_zones(image, overlay.zones, camera, mode);
    }
    if (overlay.shade == Shade::uncovered) {
        draw_hatch(image, scene, overlay, camera, mode);
    }
    QPainter p{&image};
    p.setRenderHint(QPainter::Antialiasing);
    p.setBrush(Qt::NoBrush);
    const bool has_outline = camera.px_per_km() >= kOutlinePxPerKm;
    if (overlay.shade == Shade::uncovered && has_outline) {
        p.setPen(QPen{ink(mode, Token::m_iso), 1.4});
        p.drawPath(path_of(overlay.covered, camera));
    }
    if (!overlay.reach.empty() && !has_outline) {
        p.setOpacity(kReachTint);
        p.fillPath(path_of(overlay.reach, camera), ink(mode, Token::m_iso));
        p.setOpacity(1);
    } else if (!overlay.reach.empty()) {
        QPen pen{ink(mode, Token::m_iso), 2};
        pen.setDashPattern({5, 3});
        p.setPen(pen);
        p.drawPath(path_of(overlay.reach, camera));
    }
    for (const OverlayRoad& road : overlay.roads) {
        draw_road(p, road, camera, mode);
    }
}

} // namespace ems::console
