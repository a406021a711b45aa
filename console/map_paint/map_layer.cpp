#include "console/map_paint/map_layer.h"

#include "console/map_paint/map_overlay_paint.h"
#include "console/map_paint/road_names.h"

#include <algorithm>
#include <utility>

#include <QColor>
#include <QPainter>
#include <QPainterPath>
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

QPainterPath outline_of(const map::SceneArea& area, const MapCamera& camera) {
    QPainterPath path; // holes by the even-odd rule
    path.addPolygon(project(camera, area.ring));
    path.closeSubpath();
    for (const auto& hole : area.holes) {
        path.addPolygon(project(camera, hole));
        path.closeSubpath();
    }
    return path;
}

void draw_area(QPainter& p, const map::SceneArea& area, const MapCamera& camera, ThemeMode mode) {
    p.setPen(Qt::NoPen);
    switch (area.kind) {
    case map::SceneAreaKind::hills:
    case map::SceneAreaKind::forest:
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
    p.drawPath(outline_of(area, camera));
}

bool is_shown(const map::BoxE7& of, const GeoBox& view) {
    GeoBox box;
    box.add(geo_point(of.low.lat_e7, of.low.lon_e7));
    box.add(geo_point(of.high.lat_e7, of.high.lon_e7));
    return view.meets(box);
}

QPen boundary_pen(ThemeMode mode) {
    QPen pen{ink(mode, Token::m_bound), 1.4};
    pen.setDashPattern({7, 3, 1.5, 3});
    return pen;
}

QPen ground_pen(map::SceneLineKind kind, double grow, ThemeMode mode) {
    switch (kind) {
    case map::SceneLineKind::river:
        return QPen{ink(mode, Token::m_water), std::max(1.2, 3.0 * grow)};
    case map::SceneLineKind::stream:
        return QPen{ink(mode, Token::m_water), std::max(0.8, 1.2 * grow)};
    case map::SceneLineKind::railway: {
        QPen pen{ink(mode, Token::m_nat), std::max(1.0, 1.3 * grow)};
        pen.setDashPattern({4, 2});
        pen.setCapStyle(Qt::FlatCap);
        return pen;
    }
    case map::SceneLineKind::boundary:
    case map::SceneLineKind::road:
        break;
    }
    return boundary_pen(mode);
}

void draw_lines(QPainter& p, const map::SceneBand& band, const MapCamera& camera, ThemeMode mode) {
    const GeoBox view = camera.box();
    const double grow = std::clamp(camera.px_per_km() / 24.0, 0.6, 1.5);
    for (const auto& line : band.lines) {
        if (!is_shown(line.box, view)) {
            continue;
        }
        if (line.kind != map::SceneLineKind::road) {
            p.setPen(ground_pen(line.kind, grow, mode));
            p.drawPolyline(project(camera, band.points_of(line)));
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

QImage empty_ground(const MapCamera& camera, ThemeMode mode, double pixel_ratio) {
    QImage image{QSize{camera.width(), camera.height()} * pixel_ratio, QImage::Format_RGB32};
    image.setDevicePixelRatio(pixel_ratio);
    image.fill(ink(mode, Token::m_land));
    return image;
}

} // namespace

QImage draw_ground(const map::Scene& scene, const MapCamera& camera, ThemeMode mode, double pixel_ratio) {
    QImage image = empty_ground(camera, mode, pixel_ratio);
    QPainter p{&image};
    p.setRenderHint(QPainter::Antialiasing);
    if (scene.bands.empty()) {
        return image;
    }
    const map::SceneBand& band = scene.band_for(1'000.0 / camera.px_per_km());
    const GeoBox view = camera.box();
    for (const auto& outline : band.areas) {
        if (is_shown(outline.box, view)) {
            draw_area(p, outline.area, camera, mode);
        }
    }
    draw_lines(p, band, camera, mode);
    p.setBrush(Qt::NoBrush);
    for (const auto& outline : band.areas) {
        if (outline.area.kind == map::SceneAreaKind::district) {
            p.setPen(boundary_pen(mode));
            p.drawPolygon(project(camera, outline.area.ring));
        }
    }
    return image;
}

MapImage draw_map(const map::Scene* scene, const MapOverlay& overlay, const MapCamera& camera, ThemeMode mode,
                  double pixel_ratio) {
    MapImage made{{}, {}, camera, mode, {}, {}};
    made.image = scene != nullptr ? draw_ground(*scene, camera, mode, pixel_ratio)
                                  : empty_ground(camera, mode, pixel_ratio);
    draw_overlay(made.image, scene, overlay, camera, mode);
    made.nameless = made.image;
    if (scene != nullptr && !scene->bands.empty()) {
        QPainter p{&made.image};
        RoadTexts texts = paint_road_names(p, *scene, camera, mode);
        made.signs = std::move(texts.signs);
        made.names = std::move(texts.names);
    }
    return made;
}

void paint_signs(QPainter& p, const MapImage& ground) {
    const double ratio = ground.image.devicePixelRatio();
    for (const QRectF& sign : ground.signs) {
        p.drawImage(sign, ground.image, {sign.topLeft() * ratio, sign.size() * ratio});
    }
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

void MapLayer::setPixelRatio(double pixel_ratio) {
    pixel_ratio_ = pixel_ratio;
}

void MapLayer::request(const MapCamera& camera, ThemeMode mode, std::shared_ptr<const MapOverlay> overlay) {
    {
        const std::lock_guard lock{mutex_};
        next_ = Job{scene_, camera, mode, std::move(overlay), pixel_ratio_, ++asked_};
    }
    ready_.notify_one();
}

bool MapLayer::isDrawn(const MapCamera& camera, ThemeMode mode) const {
    const MapCamera& of = shown_.camera;
    return !shown_.image.isNull() && shown_number_ == asked_ && shown_.mode == mode && of.centre() == camera.centre() &&
           of.px_per_km() == camera.px_per_km() && of.up_deg() == camera.up_deg() && of.width() == camera.width() &&
           of.height() == camera.height();
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
        MapImage made = draw_map(job->scene, *job->overlay, job->camera, job->mode, job->pixel_ratio);
        {
            const std::lock_guard lock{mutex_};
            done_ = Done{std::move(made), job->number};
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
        shown_ = std::move(done_->image);
        shown_number_ = done_->number;
        done_.reset();
    }
    emit rendered();
}

} // namespace ems::console
