#include "vehicle/terminal/turn_sign.h"

#include "console/theme/symbols.h"

#include <cmath>
#include <numbers>
#include <optional>

#include <QPainterPath>

namespace ems::terminal {
namespace {

using map::ManeuverKind;

// In a box of 100 x 100.
constexpr double kShaft = 14;
constexpr QPointF kFoot{50, 96}; // and the shaft's x where it is straight
constexpr QPointF kBend{50, 56};

// Where a shaft bends, and how far it goes on: the sharper, the higher and the longer.
struct Bend {
    QPointF at;
    double length;
};
Bend bend_of(double turned_deg) {
    const double side = turned_deg < 0 ? 1 : -1;
    if (std::abs(turned_deg) > 100) {
        return {{50 + side * 12, 26}, 34};
    }
    if (std::abs(turned_deg) > 60) {
        return {{50 + side * 10, 42}, 24};
    }
    return {kBend, turned_deg == 0 ? 22.0 : 20.0};
}

// Degrees clockwise from straight on; nothing for what is no bent arrow.
std::optional<double> bend_deg(ManeuverKind kind) {
    switch (kind) {
    case ManeuverKind::depart:
    case ManeuverKind::straight:
    case ManeuverKind::board_ferry:
        return 0;
    case ManeuverKind::keep_left:
        return -28;
    case ManeuverKind::keep_right:
    case ManeuverKind::enter_expressway:
    case ManeuverKind::leave_expressway: // the road is left to the right
    case ManeuverKind::leave_roundabout:
        return 28;
    case ManeuverKind::slight_left:
        return -45;
    case ManeuverKind::slight_right:
        return 45;
    case ManeuverKind::left:
        return -90;
    case ManeuverKind::right:
        return 90;
    case ManeuverKind::sharp_left:
        return -135;
    case ManeuverKind::sharp_right:
        return 135;
    case ManeuverKind::turn_round:
    case ManeuverKind::roundabout:
    case ManeuverKind::arrive:
        return std::nullopt;
    }
    return std::nullopt;
}

QPointF towards(QPointF from, double turned_deg, double length) {
    const double a = turned_deg * std::numbers::pi / 180.0;
    return from + QPointF{std::sin(a) * length, -std::cos(a) * length};
}

void fill_head(QPainter& p, QPointF at, double turned_deg, const QColor& ink) {
    const QPolygonF head{{towards(at, turned_deg, 24), towards(at, turned_deg + 90, 21),
                          towards(at, turned_deg - 90, 21)}};
    p.setPen(Qt::NoPen);
    p.setBrush(ink);
    p.drawPolygon(head);
}

QPen shaft(const QColor& ink) {
    return {ink, kShaft, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin};
}

} // namespace

void paint_turn(QPainter& p, const QRectF& box, const map::Maneuver& turn, const QColor& ink) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(box.topLeft());
    p.scale(box.width() / 100, box.height() / 100);
    p.setBrush(Qt::NoBrush);
    p.setPen(shaft(ink));
    if (const auto bend = bend_deg(turn.kind)) {
        const bool forks =
            turn.kind == ManeuverKind::keep_left || turn.kind == ManeuverKind::keep_right;
        if (forks) { // the way that is not taken, thin
            p.setPen(QPen{ink, 5, Qt::SolidLine, Qt::FlatCap});
            p.drawLine(kBend, towards(kBend, -*bend, 40));
            p.setPen(shaft(ink));
        }
        const auto [corner, length] = bend_of(*bend);
        const QPointF end = towards(corner, *bend, length);
        p.drawPolyline(QPolygonF{{QPointF{corner.x(), kFoot.y()}, corner, end}});
        fill_head(p, end, *bend, ink);
    } else if (turn.kind == ManeuverKind::turn_round) {
        QPainterPath back{{68, 96}};
        back.lineTo(68, 40);
        back.arcTo(QRectF{28, 20, 40, 40}, 0, 180);
        back.lineTo(28, 62);
        p.drawPath(back);
        fill_head(p, {28, 62}, 180, ink);
    } else if (turn.kind == ManeuverKind::roundabout) {
        p.drawLine(QPointF{50, 98}, QPointF{50, 76});
        p.drawArc(QRectF{22, 20, 56, 56}, -90 * 16, 300 * 16);
        fill_head(p, {22, 44}, 170, ink);
        if (turn.exit > 0) {
            console::paint_text(p, {26, 24, 48, 48}, Qt::AlignCenter, QString::number(turn.exit),
                                32, console::Weight::bold, ink, console::Elide::none);
        }
    } else {
        p.setPen(QPen{ink, 9});
        p.drawEllipse(QPointF{50, 50}, 34, 34);
        p.setPen(Qt::NoPen);
        p.setBrush(ink);
        p.drawEllipse(QPointF{50, 50}, 15, 15);
    }
    p.restore();
}

void paint_pointer(QPainter& p, const QRectF& box, double turned_deg, const QColor& ink) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(box.center());
    p.scale(box.width() / 100, box.height() / 100);
    p.rotate(turned_deg);
    p.setPen(shaft(ink));
    p.drawLine(QPointF{0, 46}, QPointF{0, -20});
    fill_head(p, {0, -20}, 0, ink);
    p.restore();
}

} // namespace ems::terminal
