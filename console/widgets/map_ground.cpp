// The ground under the map: asked of its layer, laid under the present camera until the next is there, and how large all of it is drawn.
#include "console/widgets/map_view.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kBorderPx = 160;      // drawn around the view so that a pan shows ground at once
// A wall is read from 6 m, 12 mm high and more: text of 13 px becomes 19.5 px of 0.63 mm. Of 1920 x 1080.
constexpr double kWallEnlarged = 1.5;
constexpr QSizeF kWallSize{1920, 1080};

// The ground lies at the scale that it was drawn for.
bool is_scale(const QRectF& covers, const MapImage& ground) {
    return std::abs(covers.width() - ground.camera.width()) < 0.5;
}

// Of the screen, so that the picture is copied as it is.
QPointF on_pixel(QPointF at, double enlarged) {
    return QPointF{std::round(at.x() * enlarged), std::round(at.y() * enlarged)} / enlarged;
}

} // namespace

int MapView::mapWidth() const {
    return static_cast<int>(std::lround(width() / enlarged_));
}

int MapView::mapHeight() const {
    return static_cast<int>(std::lround(height() / enlarged_));
}

// As large as the rest of the wall is drawn, whatever its pixels.
void MapView::enlarge() {
    const QSizeF of = window()->size();
    const double wanted =
        for_wall_ ? std::max(1.0, kWallEnlarged * std::min(of.width() / kWallSize.width(), of.height() / kWallSize.height())) : 1;
    if (wanted != enlarged_) {
        enlarged_ = wanted;
        layer_.setPixelRatio(wanted);
        overview_layer_.setPixelRatio(wanted);
        renewOverview();
    }
}

bool MapView::hasGround() const {
    const ThemeMode mode = desk_.theme().mode();
    return layer_.isDrawn(camera_.grown(kBorderPx), mode) && (!hasOverview() || overview_layer_.isDrawn(overview_camera_, mode));
}

void MapView::moved() {
    layer_.request(camera_.grown(kBorderPx), desk_.theme().mode(), overlay_);
    update();
}

void MapView::movedByHand() {
    framed_ = Framed::by_hand;
    moved();
}

void MapView::zoomBy(double factor) {
    camera_.zoom_at(factor, mapWidth() / 2.0, mapHeight() / 2.0);
    movedByHand();
}

// Where the newest ground lies under the present camera.
QRectF MapView::groundBox() const {
    const MapCamera& of = layer_.newest().camera;
    const ScreenPoint a = camera_.to_screen(of.to_geo(0, 0));
    const ScreenPoint b = camera_.to_screen(of.to_geo(of.width(), of.height()));
    return {a.x, a.y, b.x - a.x, b.y - a.y};
}

void MapView::paintGround(QPainter& p) {
    const QColor land = desk_.theme().color(Token::m_land);
    const MapImage& ground = layer_.newest();
    if (ground.image.isNull() || ground.mode != desk_.theme().mode()) {
        p.fillRect(mapRect(), land);
        return;
    }
    const QRectF covers = groundBox();
    if (!covers.contains(QRectF{mapRect()}.adjusted(-1, -1, 1, 1))) {
        p.fillRect(mapRect(), land);
    }
    if (is_scale(covers, ground)) {
        p.drawImage(on_pixel(covers.topLeft(), enlarged_), ground.image);
    } else {
        p.drawImage(covers, ground.nameless);
    }
}

// Numbers of roads stand on the ways, not under them.
void MapView::paintSigns(QPainter& p) {
    const MapImage& ground = layer_.newest();
    const QRectF covers = groundBox();
    if (ground.image.isNull() || ground.mode != desk_.theme().mode() || !is_scale(covers, ground)) {
        return;
    }
    p.save();
    p.translate(on_pixel(covers.topLeft(), enlarged_));
    paint_signs(p, ground);
    p.restore();
}

// Names and numbers of roads as the ground bears them: no place is named over them.
void MapView::takeRoadTexts() {
    const MapImage& ground = layer_.newest();
    const QRectF covers = groundBox();
    if (ground.image.isNull() || ground.mode != desk_.theme().mode() || !is_scale(covers, ground)) {
        return;
    }
    const QRectF whole{mapRect()};
    for (const auto* texts : {&ground.signs, &ground.names}) {
        for (const QRectF& text : *texts) {
            const QRectF box = text.translated(covers.topLeft());
            if (box.intersects(whole)) {
                taken_.take({box.x(), box.y(), box.width(), box.height()});
            }
        }
    }
}

} // namespace ems::console
