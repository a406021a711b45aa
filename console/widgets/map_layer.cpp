#include "console/widgets/map_layer.h"

#include <algorithm>
#include <utility>

#include <QColor>
#include <QPainter>
#include <QPolygonF>

namespace ems::console {
namespace {

QColor ink(ThemeMode mode, Token token) {
    return QColor::fromRgb(token_rgb(mode, token));
}

struct RoadLook {
    Token token;
    double width_px;  // at 20 px/km
    double casing_px; // 0: none
};

RoadLook look_of(map::RoadClass road) {
    switch (road) {
    case map::RoadClass::expressway:
        return {Token::m_exp, 4.2, 1.8};
    case map::RoadClass::national:
        return {Token::m_nat, 3.0, 0};
    case map::RoadClass::provincial:
        return {Token::m_prov, 2.4, 0};
    case map::RoadClass::county:
        return {Token::m_prov, 1.7, 0};
    case map::RoadClass::township:
        return {Token::m_minor, 1.6, 0};
    case map::RoadClass::village:
    case map::RoadClass::street:
    case map::RoadClass::service:
    case map::RoadClass::ferry:
        break;
    }
    return {Token::m_minor, 1.0, 0};
}

QPolygonF project(const MapCamera& camera, std::span<const map::PointE7> points) {
    QPolygonF out;
    out.reserve(static_cast<qsizetype>(points.size()));
    for (const auto& point : points) {
        const ScreenPoint s = camera.to_screen(geo_point(point.lat_e7, point.lon_e7));
        out.append(QPointF{s.x, s.y});
    }
    return out;
}

void draw_area(QPainter& p, const map::SceneArea& area, const MapCamera& camera, ThemeMode mode) {
    const QPolygonF ring = project(camera, area.ring);
    p.setPen(Qt::NoPen);
    switch (area.kind) {
    case map::SceneAreaKind::hills:
        p.setBrush(ink(mode, Token::m_hill));
        break;
    case map::SceneAreaKind::ravine:
        p.setBrush(ink(mode, Token::m_hill2));
        break;
    case map::SceneAreaKind::water:
        p.setBrush(ink(mode, Token::m_water));
        break;
    case map::SceneAreaKind::town:
        p.setBrush(ink(mode, Token::m_town));
        break;
    case map::SceneAreaKind::district:
        return; // its outline is drawn over the roads
    }
    p.drawPolygon(ring);
}

bool is_shown(const map::SceneLine& line, const GeoBox& view) {
    GeoBox box;
    box.add(geo_point(line.box.low.lat_e7, line.box.low.lon_e7));
    box.add(geo_point(line.box.high.lat_e7, line.box.high.lon_e7));
    return view.meets(box);
}

void draw_roads(QPainter& p, const map::SceneBand& band, const MapCamera& camera, ThemeMode mode) {
    const GeoBox view = camera.box();
    const double grow = std::clamp(camera.px_per_km() / 24.0, 0.6, 1.5);
    for (const auto& line : band.lines) {
        if (!is_shown(line, view)) {
            continue;
        }
        const RoadLook look = look_of(line.road_class);
        const QPolygonF road = project(camera, band.points_of(line));
        QPen pen{ink(mode, look.token), std::max(0.8, look.width_px * grow)};
        pen.setCapStyle(Qt::RoundCap);
        pen.setJoinStyle(Qt::RoundJoin);
        p.setPen(pen);
        p.drawPolyline(road);
        if (look.casing_px > 0 && camera.px_per_km() > 6) {
            pen.setColor(ink(mode, Token::m_land));
            pen.setWidthF(look.casing_px * grow);
            p.setPen(pen);
            p.drawPolyline(road);
        }
    }
}

} // namespace

QImage draw_ground(const map::Scene& scene, const MapCamera& camera, ThemeMode mode) {
    QImage image{camera.width(), camera.height(), QImage::Format_RGB32};
    image.fill(ink(mode, Token::m_land));
    QPainter p{&image};
    p.setRenderHint(QPainter::Antialiasing);
    for (const auto& area : scene.areas) {
        draw_area(p, area, camera, mode);
    }
    if (!scene.bands.empty()) {
        draw_roads(p, scene.band_for(1'000.0 / camera.px_per_km()), camera, mode);
    }
    p.setBrush(Qt::NoBrush);
    for (const auto& area : scene.areas) {
        if (area.kind == map::SceneAreaKind::district) {
            QPen pen{ink(mode, Token::m_bound), 1.4};
            pen.setDashPattern({7, 3, 1.5, 3});
            p.setPen(pen);
            p.drawPolygon(project(camera, area.ring));
        }
    }
    return image;
}

MapLayer::MapLayer(QObject* parent) : QObject(parent), thread_([this] { run(); }) {}

MapLayer::~MapLayer() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    ready_.notify_all();
    thread_.join();
}

void MapLayer::setScene(const map::Scene* scene) {
    scene_ = scene;
}

void MapLayer::request(const MapCamera& camera, ThemeMode mode) {
    if (scene_ == nullptr) {
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        next_ = Job{scene_, camera, mode};
    }
    ready_.notify_one();
}

void MapLayer::run() {
    for (;;) {
        std::optional<Job> job;
        {
            std::unique_lock lock{mutex_};
            ready_.wait(lock, [this] { return stop_ || next_.has_value(); });
            if (stop_) {
                return;
            }
            job = std::exchange(next_, std::nullopt);
        }
        MapImage made{draw_ground(*job->scene, job->camera, job->mode), job->camera, job->mode};
        {
            const std::lock_guard lock{mutex_};
            done_ = std::move(made);
        }
        QMetaObject::invokeMethod(this, &MapLayer::take, Qt::QueuedConnection);
    }
}

void MapLayer::take() {
    {
        const std::lock_guard lock{mutex_};
        if (!done_) {
            return;
        }
        shown_ = std::move(*done_);
        done_.reset();
    }
    emit rendered();
}

} // namespace ems::console
