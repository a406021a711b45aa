#include "vehicle/terminal/way_map.h"

#include "console/map_paint/declutter.h"
#include "console/theme/map_note.h"
#include "console/theme/symbols.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <QFontMetrics>
#include <QMouseEvent>
#include <QPainter>

namespace ems::terminal {

using console::GeoPoint;
using console::MapCamera;
using console::ScreenPoint;
using console::Theme;
using console::Token;
using console::Weight;

namespace {

// Read at arm's length from a seat that shakes: all of the map is drawn so much larger than on a
// desk. The camera counts in pixels of before.
constexpr double kEnlarged = 1.5;
constexpr int kBorderPx = 60;
constexpr double kNearPxPerKm = 140;
constexpr double kOwnPlaceUp = 0.68; // with the course up: most of the screen lies ahead
constexpr double kMovingCmS = 300;   // below, a course is noise
constexpr double kHandPx = 10;       // a touch that moves less is no drag
constexpr int kPlaceNamesMax = 60;
constexpr int kPlacePx = 13;
constexpr int kTownPx = 15;
constexpr int kNotePx = 11;
constexpr double kNoteHigh = 20;
constexpr double kButtonsPx = 78;

GeoPoint geo(map::Wgs84 p) {
    return {p.lat, p.lon};
}

bool same(const MapCamera& a, const MapCamera& b) {
    return a.centre() == b.centre() && a.px_per_km() == b.px_per_km() && a.up_deg() == b.up_deg() &&
           a.width() == b.width() && a.height() == b.height();
}

// The same scale: nothing written on it is stretched.
bool is_scale(double larger) {
    return std::abs(larger - 1) < 1e-6;
}

} // namespace

WayMap::WayMap(const Theme& theme, const VehicleSocket& vehicle, const WayWorker& way, Rim rim,
               QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), way_(way),
      right_px_(rim == Rim::plain ? 0 : kButtonsPx), near_px_per_km_(kNearPxPerKm) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    layer_.setPixelRatio(kEnlarged);
    const auto placed = [this] { place(); };
    connect(&way_, &WayWorker::mapOpened, this, [this] {
        layer_.setScene(way_.scene());
        request();
    });
    connect(&way_, &WayWorker::changed, this, placed);
    connect(&vehicle_, &VehicleSocket::changed, this, placed);
    connect(&layer_, &console::MapLayer::rendered, this, qOverload<>(&QWidget::update));
    connect(&theme_, &Theme::changed, this, &WayMap::request);
    layer_.setScene(way_.scene());
}

void WayMap::setShows(Shows what) {
    shows_ = what;
    place();
    emit showsChanged();
}

void WayMap::setUp(Up up) {
    up_ = up;
    place();
}

void WayMap::zoom(double factor) {
    camera_.zoom_at(factor, camera_.width() / 2.0, camera_.height() / 2.0);
    near_px_per_km_ = camera_.px_per_km();
    if (shows_ == Shows::whole_way) {
        setShows(Shows::chosen);
    }
    place();
    request();
}

bool WayMap::isDrawn() const {
    return layer_.isDrawn(camera_.grown(kBorderPx), theme_.mode());
}

// Where the camera stands now; asks for a ground when it moved.
void WayMap::place() {
    const MapCamera before = camera_;
    const vehicle::Status& status = vehicle_.status();
    const wire::Position& position = status.position();
    if (status.has_position() && position.speed_cm_s() > kMovingCmS) {
        course_deg_ = position.course_cdeg() / 100.0;
    }
    const GeoPoint own = console::geo_point(position.lat_e7(), position.lon_e7());
    if (shows_ == Shows::vehicle && status.has_position()) {
        camera_ = MapCamera{own, near_px_per_km_, camera_.width(), camera_.height()};
        if (up_ == Up::course) {
            camera_.turn_up(course_deg_);
            camera_.pan_px(0, (kOwnPlaceUp - 0.5) * camera_.height());
        }
    } else if (shows_ == Shows::whole_way) {
        console::GeoBox box;
        if (status.has_position()) {
            box.add(own);
        }
        const Guidance& guidance = way_.guidance();
        if (guidance.points) {
            for (const map::Wgs84 point : *guidance.points) {
                box.add(geo(point));
            }
        }
        if (guidance.target) {
            box.add(geo(guidance.target->at));
        }
        camera_.turn_up(0);
        camera_.fit(box, {30, 74, right_px_ + 30, 40});
    }
    if (!same(before, camera_)) {
        request();
    }
    update();
}

void WayMap::request() {
    layer_.request(camera_.grown(kBorderPx), theme_.mode(),
                   std::make_shared<console::MapOverlay>());
    update();
}

QPointF WayMap::at(map::Wgs84 where) const {
    const ScreenPoint s = camera_.to_screen(geo(where));
    return {s.x, s.y};
}

void WayMap::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.scale(kEnlarged, kEnlarged);
    p.setRenderHint(QPainter::Antialiasing);
    paintGround(p);
    paintPlaces(p);
    paintWay(p);
    paintSigns(p);
    paintTurn(p);
    paintTarget(p);
    paintVehicle(p);
    paintMarks(p);
    if (vehicle_.isSilent()) {
        p.resetTransform();
        console::paint_stale_frame(p, theme_, rect());
    }
}

// The newest picture as it lies under the present camera, until the next is there.
void WayMap::paintGround(QPainter& p) const {
    p.fillRect(QRectF{0, 0, camera_.width() + 1.0, camera_.height() + 1.0},
               theme_.color(Token::m_land));
    const console::MapImage& ground = layer_.newest();
    if (ground.image.isNull() || ground.mode != theme_.mode()) {
        return;
    }
    p.save();
    const double larger = standAtGround(p);
    p.drawImage(QPointF{}, is_scale(larger) ? ground.image : ground.nameless);
    p.restore();
}

// The painter stands at the corner of the newest picture under the present camera; gives how much larger it paints it.
double WayMap::standAtGround(QPainter& p) const {
    const MapCamera& of = layer_.newest().camera;
    const double larger = camera_.px_per_km() / of.px_per_km();
    const ScreenPoint middle = camera_.to_screen(of.centre());
    p.translate(middle.x, middle.y);
    p.rotate(of.up_deg() - camera_.up_deg());
    p.scale(larger, larger);
    p.translate(-of.width() / 2.0, -of.height() / 2.0);
    return larger;
}

// The number of the road that is driven stands on the way, not under it.
void WayMap::paintSigns(QPainter& p) const {
    const console::MapImage& ground = layer_.newest();
    if (ground.image.isNull() || ground.mode != theme_.mode()) {
        return;
    }
    p.save();
    if (is_scale(standAtGround(p))) {
        console::paint_signs(p, ground);
    }
    p.restore();
}

void WayMap::paintPlaces(QPainter& p) const {
    if (way_.scene() == nullptr) {
        return;
    }
    const double metres_per_px = 1'000.0 / camera_.px_per_km();
    const QRectF shown{0, 0, static_cast<double>(camera_.width()),
                       static_cast<double>(camera_.height())};
    console::TakenBoxes taken{camera_.width(), camera_.height()};
    taken.take({shown.width() - right_px_, 0, right_px_, shown.height()});
    taken.take({0, 0, shown.width(), way_.scene()->note.empty() ? 0 : kNoteHigh + 8});
    if (const auto& target = way_.guidance().target) {
        const QPointF where = at(target->at);
        taken.take({where.x() - 20, where.y() - 20, 200, 40});
    }
    int written = 0;
    for (const map::SceneLabel& label : way_.scene()->labels) {
        const ScreenPoint s =
            camera_.to_screen(console::geo_point(label.at.lat_e7, label.at.lon_e7));
        const QPointF where{s.x, s.y};
        if (metres_per_px > label.metres_per_pixel_max || !shown.contains(where)) {
            continue;
        }
        const bool small =
            label.symbol == map::SceneSymbol::village || label.symbol == map::SceneSymbol::hamlet;
        if (label.symbol == map::SceneSymbol::hospital) {
            console::paint_hospital(p, theme_, where, 0.8);
        } else if (label.symbol == map::SceneSymbol::station) {
            console::paint_station(p, theme_, where, 0.8);
        } else {
            p.setPen(Qt::NoPen);
            p.setBrush(theme_.color(Token::m_label));
            p.drawEllipse(where, small ? 1.6 : 2.6, small ? 1.6 : 2.6);
        }
        const QString text = QString::fromStdString(label.text);
        const int px = small ? kPlacePx : kTownPx;
        const console::LabelBox box{where.x() + 10, where.y() - px / 2.0,
                                    console::text_width(text, px) + 6.0, px + 4.0};
        if (written < kPlaceNamesMax && taken.is_free(box)) {
            taken.take(box);
            ++written;
            console::paint_halo_text(p, {box.x, where.y() + px * 0.36}, text, Theme::font(px),
                                     theme_.color(Token::m_label), theme_.color(Token::m_halo));
        }
    }
}

void WayMap::paintWay(QPainter& p) const {
    const Guidance& guidance = way_.guidance();
    if (!guidance.points || guidance.points->size() < 2) {
        return;
    }
    QPolygonF line;
    line.reserve(static_cast<qsizetype>(guidance.points->size()));
    for (const map::Wgs84 point : *guidance.points) {
        line.append(at(point));
    }
    p.setBrush(Qt::NoBrush);
    for (const auto& [token, width] : {std::pair{Token::m_halo, 11.0}, {Token::m_route, 7.0}}) {
        p.setPen(QPen{theme_.color(token), width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin});
        p.drawPolyline(line);
    }
}

void WayMap::paintTurn(QPainter& p) const {
    const Guidance& guidance = way_.guidance();
    if (guidance.next && guidance.next->maneuver.kind != map::ManeuverKind::arrive) {
        const QPointF turn = at(guidance.next->maneuver.at);
        p.setBrush(theme_.color(Token::m_halo));
        p.setPen(QPen{theme_.color(Token::m_route), 2.5});
        p.drawEllipse(turn, 11, 11);
        p.setBrush(theme_.color(Token::m_route));
        p.drawEllipse(turn, 4, 4);
    }
}

void WayMap::paintTarget(QPainter& p) const {
    const auto& target = way_.guidance().target;
    if (!target) {
        return;
    }
    const QPointF where = at(target->at);
    const Guidance& guidance = way_.guidance();
    if (guidance.points && guidance.from_road_m > 30) { // on foot, or over ground without a road
        QPen foot{theme_.color(Token::m_route), 2};
        foot.setDashPattern({2, 2});
        p.setPen(foot);
        p.drawLine(at(guidance.points->back()), where);
    }
    if (target->kind == WayTarget::Kind::scene) {
        console::paint_incident(p, theme_, where, vehicle_.status().order().level(), 1.2);
    } else {
        console::paint_hospital(p, theme_, where, 1.4);
    }
    const QString text =
        QFontMetrics{Theme::font(kTownPx, Weight::bold)}.elidedText(
            QString::fromStdString(target->name), Qt::ElideRight,
            static_cast<int>(camera_.width() - right_px_ - 12));
    const double wide = console::text_width(text, kTownPx, Weight::bold);
    const double left =
        std::clamp(where.x() + 20, 6.0, std::max(6.0, camera_.width() - right_px_ - wide - 6));
    const bool is_beside = left >= where.x() + 20; // else above the symbol
    console::paint_halo_text(p, {left, where.y() - (is_beside ? 14 : 24)}, text, Theme::font(kTownPx, Weight::bold),
                             theme_.color(Token::text_1), theme_.color(Token::m_halo));
}

void WayMap::paintVehicle(QPainter& p) const {
    const vehicle::Status& status = vehicle_.status();
    if (!status.has_position()) {
        return;
    }
    const map::Wgs84 own = map::from_e7({status.position().lat_e7(), status.position().lon_e7()});
    const bool old = vehicle_.isSilent();
    console::paint_unit(p, theme_, at(own), vehicle_.pressedStatus().state(),
                        course_deg_ - camera_.up_deg(),
                        old ? console::SymbolLook::lost : console::SymbolLook::normal, 1.4);
}

void WayMap::paintMarks(QPainter& p) const {
    const console::ScaleBar bar = console::scale_bar(camera_.px_per_km(), 110);
    const double y = camera_.height() - 14.0;
    p.setPen(QPen{theme_.color(Token::text_2), 1.4});
    p.setBrush(Qt::NoBrush);
    p.drawPolyline(QPolygonF{{QPointF{16, y - 5}, QPointF{16, y}, QPointF{16 + bar.px, y},
                              QPointF{16 + bar.px, y - 5}}});
    const QString length =
        bar.metres < 1'000 ? tr("%1 m").arg(bar.metres) : tr("%1 km").arg(bar.metres / 1'000);
    const auto write = [&](double x, double baseline, const QString& text) {
        console::paint_halo_text(p, {x, baseline}, text, Theme::font(13),
                                 theme_.color(Token::text_2), theme_.color(Token::m_halo));
    };
    write(20, y - 5, length);
    write(16 + bar.px + 14, y + 2, camera_.up_deg() == 0 ? tr("North up") : tr("Course up"));
    if (const QString note = this->note(); !note.isEmpty()) { // no real roads: boxed, as on a desk
        const QRectF box{6, 6,
                         std::min(console::text_width(note, kNotePx) + 14.0, camera_.width() - 12.0),
                         kNoteHigh};
        QPen edge{theme_.color(Token::text_1), 1};
        edge.setDashPattern({4, 3});
        p.setPen(edge);
        p.setBrush(theme_.color(Token::bg_panel));
        p.drawRect(box);
        console::paint_text(p, box, Qt::AlignCenter, note, kNotePx, Weight::normal,
                            theme_.color(Token::text_1));
    }
}

QString WayMap::note() const {
    return way_.scene() == nullptr ? QString{} : console::map_note(way_.scene()->note);
}

void WayMap::resizeEvent(QResizeEvent* /*event*/) {
    camera_.resize(static_cast<int>(std::lround(width() / kEnlarged)),
                   static_cast<int>(std::lround(height() / kEnlarged)));
    place();
    request();
}

void WayMap::mousePressEvent(QMouseEvent* event) {
    finger_ = event->position();
}

void WayMap::mouseMoveEvent(QMouseEvent* event) {
    const QPointF moved = event->position() - finger_;
    if (shows_ != Shows::chosen && moved.manhattanLength() < kHandPx) {
        return;
    }
    finger_ = event->position();
    camera_.pan_px(moved.x() / kEnlarged, moved.y() / kEnlarged);
    if (shows_ != Shows::chosen) {
        setShows(Shows::chosen);
    }
    request();
}

} // namespace ems::terminal
