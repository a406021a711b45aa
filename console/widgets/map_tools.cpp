// What a person does on the map beside looking: measuring, drawing a road to be closed, following a unit, places looked up.
#include "console/widgets/map_view.h"

#include "console/model/trails.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_parts.h"
#include "console/widgets/words.h"

#include <cmath>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr std::size_t kDrawnMax = 64;   // points of a stretch that the server takes
constexpr double kCloseRingPx = 12;     // a click this near to the first point makes an area
constexpr double kLookPxPerKm = 60;
constexpr double kAroundPx = 40;

} // namespace

void MapView::lookAt(GeoPoint place, const QString& name) {
    here_ = place;
    here_name_ = name;
    follow(0);
    camera_.centre_on(place);
    if (camera_.px_per_km() < kLookPxPerKm) {
        camera_.zoom_at(kLookPxPerKm / camera_.px_per_km(), mapWidth() / 2.0, mapHeight() / 2.0);
    }
    movedByHand();
}

void MapView::lookAround(GeoPoint place, const QString& name, const GeoBox& box) {
    here_ = place;
    here_name_ = name;
    lookOver(box);
}

void MapView::lookOver(const GeoBox& box) {
    follow(0);
    camera_.fit(box, {kAroundPx, (for_wall_ ? 0 : kBarPx) + kAroundPx, kAroundPx, kAroundPx});
    if (camera_.px_per_km() > kLookPxPerKm) { // of one point
        camera_.zoom_at(kLookPxPerKm / camera_.px_per_km(), mapWidth() / 2.0, mapHeight() / 2.0);
    }
    movedByHand();
}

void MapView::lookAtUnit(std::int64_t unit_id) {
    const auto* position = desk_.state().position(unit_id);
    if (position != nullptr) {
        camera_.centre_on(geo_point(position->place().lat_e7(), position->place().lon_e7()));
        movedByHand();
    }
}

void MapView::follow(std::int64_t unit_id) {
    followed_ = unit_id;
    lookAtUnit(unit_id);
    update();
}

void MapView::startTool(MapTool tool) {
    tool_ = tool;
    drawn_.clear();
    drawn_is_area_ = false;
    setCursor(tool == MapTool::none ? Qt::ArrowCursor : Qt::CrossCursor);
    if (tool != MapTool::none) {
        framed_ = Framed::by_hand; // what is drawn on is not moved away under the hand
        setFocus(Qt::OtherFocusReason);
    }
    update();
}

MapMarks MapView::marks() const {
    MapMarks marks{camera_.centre(), here_, {}, false};
    if (tool_ == MapTool::draw) {
        marks.drawn = drawn_;
        marks.drawn_is_area = drawn_is_area_;
    }
    return marks;
}

void MapView::toolClick(GeoPoint point) {
    if (tool_ == MapTool::draw && drawn_.size() >= 3) {
        const ScreenPoint first = camera_.to_screen(drawn_.front());
        const ScreenPoint now = camera_.to_screen(point);
        if (std::hypot(first.x - now.x, first.y - now.y) < kCloseRingPx) {
            drawn_is_area_ = true;
            update();
            return;
        }
    }
    if (!drawn_is_area_ && drawn_.size() < kDrawnMax) {
        drawn_.push_back(point);
    }
    update();
}

// False when the key is none of the tool's.
bool MapView::toolKey(int key) {
    switch (key) {
    case Qt::Key_M:
        startTool(tool_ == MapTool::measure ? MapTool::none : MapTool::measure);
        return true;
    case Qt::Key_L:
        startTool(tool_ == MapTool::draw ? MapTool::none : MapTool::draw);
        return true;
    case Qt::Key_Z:
        zones_on_->toggle();
        return true;
    case Qt::Key_C:
        cover_on_->toggle();
        return true;
    case Qt::Key_R:
        routes_on_->toggle();
        return true;
    case Qt::Key_V:
        names_on_->toggle();
        return true;
    case Qt::Key_T:
        trails_on_->toggle();
        return true;
    case Qt::Key_G: {
        const auto* unit = desk_.selectedUnit();
        follow(followed_ != 0 || unit == nullptr ? 0 : unit->id());
        return true;
    }
    default:
        break;
    }
    if (tool_ == MapTool::none) {
        return false;
    }
    switch (key) {
    case Qt::Key_Escape:
        startTool(MapTool::none);
        return true;
    case Qt::Key_Backspace:
        if (drawn_is_area_) {
            drawn_is_area_ = false;
        } else if (!drawn_.empty()) {
            drawn_.pop_back();
        }
        update();
        return true;
    case Qt::Key_Space: // by keyboard: the middle of the map is the pen
        toolClick(camera_.centre());
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (tool_ == MapTool::draw && !drawn_.empty()) {
            emit commandBegun(QStringLiteral("FL ") + tr("drawn") + QStringLiteral(" "));
        }
        return true;
    default:
        return false;
    }
}

void MapView::paintTool(QPainter& p) {
    const Theme& theme = desk_.theme();
    p.setRenderHint(QPainter::Antialiasing);
    if (here_) {
        const ScreenPoint s = camera_.to_screen(*here_);
        p.setPen(QPen{theme.color(Token::text_1), 1.6});
        p.drawLine(QPointF{s.x - 10, s.y}, QPointF{s.x + 10, s.y});
        p.drawLine(QPointF{s.x, s.y - 10}, QPointF{s.x, s.y + 10});
        if (!here_name_.isEmpty()) {
            addLabel(LabelRank::selected, {here_name_, {}, {s.x, s.y}, 14, true, true, metrics::kDensePx, Token::text_1});
        }
    }
    if (tool_ == MapTool::none) {
        return;
    }
    QPolygonF line;
    double length = 0;
    for (std::size_t i = 0; i < drawn_.size(); ++i) {
        const ScreenPoint s = camera_.to_screen(drawn_[i]);
        line.append(QPointF{s.x, s.y});
        length += i == 0 ? 0 : distance_m(drawn_[i - 1], drawn_[i]);
    }
    QPen pen{theme.color(Token::focus), 2};
    pen.setDashPattern({4, 2});
    p.setPen(pen);
    p.setBrush(Qt::NoBrush);
    if (drawn_is_area_) {
        p.drawPolygon(line);
    } else {
        p.drawPolyline(line);
    }
    p.setPen(Qt::NoPen);
    p.setBrush(theme.color(Token::focus));
    for (const QPointF& point : line) {
        p.drawEllipse(point, 3.5, 3.5);
    }
    const QPointF middle{mapWidth() / 2.0, mapHeight() / 2.0}; // where Space sets a point
    p.setPen(QPen{theme.color(Token::focus), 1});
    p.drawLine(middle - QPointF{8, 0}, middle + QPointF{8, 0});
    p.drawLine(middle - QPointF{0, 8}, middle + QPointF{0, 8});
    QString text = tool_ == MapTool::measure
                       ? tr("Measure: %1 · click or Space adds, Backspace removes, Esc ends").arg(Words::distance(length))
                       : tr("Draw a road: %1 points, %2 · on the first point: an area · Enter goes on · Esc ends")
                             .arg(drawn_.size())
                             .arg(Words::distance(length));
    const double w = text_width(text, metrics::kDensePx, Weight::bold) + 20;
    const QRectF box{(mapWidth() - w) / 2, mapHeight() - 80.0, w, 28};
    p.setBrush(theme.color(Token::bg_panel));
    p.setPen(theme.color(Token::focus));
    p.drawRoundedRect(box, metrics::kRadius, metrics::kRadius);
    paint_text(p, box, Qt::AlignCenter, text, metrics::kDensePx, Weight::bold, theme.color(Token::text_1), Elide::none);
}

} // namespace ems::console
