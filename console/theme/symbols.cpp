#include "console/theme/symbols.h"

#include "console/theme/metrics.h"

#include <algorithm>
#include <cmath>

#include <QFontMetrics>
#include <QPainterPath>
#include <QPolygonF>

namespace ems::console {
namespace {

using namespace ems::wire;

constexpr double kLevelShare = 0.58; // of the height of its block: 14 px in one of 24

QPen pen(const QColor& color, double width) {
    QPen made{color, width};
    made.setJoinStyle(Qt::RoundJoin);
    return made;
}

QPolygonF arrow() {
    return QPolygonF{{QPointF{0, -11}, QPointF{8, 9}, QPointF{0, 4.5}, QPointF{-8, 9}}};
}

void paint_dashed_ring(QPainter& p, const QColor& color) {
    QPen dashed = pen(color, 2);
    dashed.setDashPattern({1.5, 1.3});
    p.setPen(dashed);
    p.setBrush(Qt::NoBrush);
    p.drawEllipse(QPointF{0, 0}, 8, 8);
}

// Grey around the colour of its state: where it was is old, what it does is known.
void paint_stale(QPainter& p, const Theme& theme, const QColor& color) {
    paint_dashed_ring(p, theme.color(Token::st_text));
    p.setPen(Qt::NoPen);
    p.setBrush(color);
    p.drawEllipse(QPointF{0, 0}, 3.4, 3.4);
}

void paint_lost(QPainter& p, const Theme& theme, const QColor& color) {
    paint_dashed_ring(p, color);
    p.setPen(pen(theme.color(Token::text_1), 2));
    p.drawLine(QPointF{-3.5, -3.5}, QPointF{3.5, 3.5});
    p.drawLine(QPointF{3.5, -3.5}, QPointF{-3.5, 3.5});
}

void paint_ring(QPainter& p, const Theme& theme, const QColor& color) {
    p.setPen(pen(color, 3));
    p.setBrush(theme.color(Token::bg_panel));
    p.drawEllipse(QPointF{0, 0}, 7, 7);
}

void paint_square(QPainter& p, const Theme& theme, const QColor& color) {
    p.setPen(pen(theme.color(Token::u_edge), 1));
    p.setBrush(color);
    p.drawRect(QRectF{-7, -7, 14, 14});
}

void paint_arrow(QPainter& p, const Theme& theme, const QColor& color, double heading_deg, UnitState state) {
    const bool hollow = state == UNIT_CLEARING || state == UNIT_RETURNING;
    p.rotate(heading_deg);
    p.setPen(hollow ? pen(color, 2) : pen(theme.color(Token::u_edge), 1));
    p.setBrush(hollow ? theme.color(Token::bg_panel) : color);
    p.drawPolygon(arrow());
    if (state == UNIT_TRANSPORTING) {
        p.setPen(pen(theme.color(Token::u_edge), 0.8));
        p.setBrush(theme.color(Token::lv2_ink));
        p.drawEllipse(QPointF{0, 1}, 2.9, 2.9);
    }
}

} // namespace

QString level_mark(std::uint32_t level) {
    switch (level) {
    case 1:
        return QStringLiteral("Ⅰ");
    case 2:
        return QStringLiteral("Ⅱ");
    case 3:
        return QStringLiteral("Ⅲ");
    case 4:
        return QStringLiteral("Ⅳ");
    default:
        return QStringLiteral("?");
    }
}

Token unit_token(UnitState state) {
    switch (state) {
    case UNIT_AVAILABLE:
    case UNIT_CLEARING:
    case UNIT_RETURNING:
        return Token::u_free;
    case UNIT_ASSIGNED:
    case UNIT_ACKNOWLEDGED:
        return Token::u_turn;
    case UNIT_EN_ROUTE:
        return Token::u_go;
    case UNIT_AT_SCENE:
    case UNIT_AT_PATIENT:
        return Token::u_scene;
    case UNIT_TRANSPORTING:
    case UNIT_AT_HOSPITAL:
    case UNIT_HANDOVER:
        return Token::u_load;
    default:
        return Token::u_off;
    }
}

void paint_unit(QPainter& p, const Theme& theme, QPointF centre, UnitState state, double heading_deg,
                SymbolLook look, double scale) {
    const QColor color = theme.color(unit_token(state));
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(centre);
    p.scale(scale, scale);
    if (look != SymbolLook::normal) {
        look == SymbolLook::lost ? paint_lost(p, theme, color) : paint_stale(p, theme, color);
        p.restore();
        return;
    }
    switch (state) {
    case UNIT_AVAILABLE:
        p.setPen(pen(theme.color(Token::u_edge), 1));
        p.setBrush(color);
        p.drawEllipse(QPointF{0, 0}, 7.5, 7.5);
        break;
    case UNIT_ASSIGNED:
        paint_ring(p, theme, color);
        break;
    case UNIT_ACKNOWLEDGED:
        paint_ring(p, theme, color);
        p.setPen(Qt::NoPen);
        p.setBrush(color);
        p.drawEllipse(QPointF{0, 0}, 3.4, 3.4);
        break;
    case UNIT_EN_ROUTE:
    case UNIT_TRANSPORTING:
    case UNIT_CLEARING:
    case UNIT_RETURNING:
        paint_arrow(p, theme, color, heading_deg, state);
        break;
    case UNIT_AT_SCENE:
        paint_square(p, theme, color);
        break;
    case UNIT_AT_PATIENT:
        paint_square(p, theme, color);
        p.setPen(QPen{theme.color(Token::u_edge), 2.4});
        p.drawLine(QPointF{0, -4.5}, QPointF{0, 4.5});
        p.drawLine(QPointF{-4.5, 0}, QPointF{4.5, 0});
        break;
    case UNIT_AT_HOSPITAL:
        p.setPen(QPen{color, 3});
        p.setBrush(theme.color(Token::bg_panel));
        p.drawRect(QRectF{-6.5, -6.5, 13, 13});
        break;
    case UNIT_HANDOVER:
        paint_square(p, theme, color);
        p.setPen(pen(theme.color(Token::lv2_ink), 2.2));
        p.drawPolyline(QPolygonF{{QPointF{-4, 0}, QPointF{-1, 3.2}, QPointF{4, -3.4}}});
        break;
    case UNIT_UNSPECIFIED: // only where it was is known
        p.setPen(pen(theme.color(Token::text_2), 1.6));
        p.setBrush(theme.color(Token::bg_panel));
        p.drawEllipse(QPointF{0, 0}, 4.5, 4.5);
        break;
    default:
        p.setPen(pen(color, 2));
        p.setBrush(Qt::NoBrush);
        p.drawEllipse(QPointF{0, 0}, 7.5, 7.5);
        p.drawLine(QPointF{-3.5, -3.5}, QPointF{3.5, 3.5});
        p.drawLine(QPointF{3.5, -3.5}, QPointF{-3.5, 3.5});
        break;
    }
    p.restore();
}

void paint_incident(QPainter& p, const Theme& theme, QPointF centre, std::uint32_t level, double scale) {
    const bool filled = level == 1;
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(centre);
    p.scale(scale, scale);
    QPen edge = pen(theme.color(filled ? Token::bg_panel : Token::text_1), filled ? 1.5 : 2);
    if (level == 4) {
        edge.setDashPattern({1.5, 1});
    }
    p.setPen(edge);
    p.setBrush(theme.color(filled ? Token::text_1 : Token::bg_panel));
    p.drawPolygon(QPolygonF{{QPointF{0, -14}, QPointF{14, 0}, QPointF{0, 14}, QPointF{-14, 0}}});
    p.setPen(theme.color(filled ? Token::bg_panel : Token::text_1));
    p.setFont(Theme::font(metrics::kBodyPx, Weight::bold));
    p.drawText(QRectF{-14, -14, 28, 27}, Qt::AlignCenter, level_mark(level));
    p.restore();
}

void paint_hospital(QPainter& p, const Theme& theme, QPointF centre, double scale) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(centre);
    p.scale(scale, scale);
    p.setPen(pen(theme.color(Token::text_1), 1.8));
    p.setBrush(theme.color(Token::bg_panel));
    p.drawRoundedRect(QRectF{-9, -9, 18, 18}, 1.5, 1.5);
    p.setPen(QPen{theme.color(Token::text_1), 2.2});
    p.drawLine(QPointF{-4, -5}, QPointF{-4, 5});
    p.drawLine(QPointF{4, -5}, QPointF{4, 5});
    p.drawLine(QPointF{-4, 0}, QPointF{4, 0});
    p.restore();
}

void paint_station(QPainter& p, const Theme& theme, QPointF centre, double scale) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(centre);
    p.scale(scale, scale);
    p.setPen(pen(theme.color(Token::text_2), 1.8));
    p.setBrush(theme.color(Token::bg_panel));
    p.drawPolygon(
        QPolygonF{{QPointF{-9, 8}, QPointF{-9, -2}, QPointF{0, -10}, QPointF{9, -2}, QPointF{9, 8}}});
    p.restore();
}

void paint_level(QPainter& p, const Theme& theme, QRectF box, std::uint32_t level, SymbolLook look) {
    p.save();
    QColor ink = theme.color(level == 4 ? Token::text_2 : Token::text_1);
    QColor border = theme.color(level == 1 ? Token::text_1 : Token::line_strong);
    QBrush fill = Qt::NoBrush;
    if (look == SymbolLook::lost) {
        ink = theme.color(Token::st_text);
        border = ink;
    } else if (level == 1) {
        fill = theme.color(Token::text_1);
        ink = theme.color(Token::bg_panel);
    } else if (level == 2) {
        fill = theme.color(Token::lv2_bg);
        ink = theme.color(Token::lv2_ink);
    }
    QPen edge{border, 1};
    if (level == 4) {
        edge.setDashPattern({3, 2});
    }
    p.setPen(edge);
    p.setBrush(fill);
    p.setRenderHint(QPainter::Antialiasing);
    p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
    p.setPen(ink);
    const int px = std::max(metrics::kBodyPx, static_cast<int>(std::lround(box.height() * kLevelShare)));
    p.setFont(Theme::font(px, Weight::bold));
    p.drawText(box, Qt::AlignCenter, level_mark(level));
    p.restore();
}

int text_width(const QString& text, int px, Weight weight) {
    return QFontMetrics{Theme::font(px, weight)}.horizontalAdvance(text);
}

int paint_key(QPainter& p, QPoint right_middle, const QString& key, const QColor& color) {
    const int width = text_width(key, metrics::kCaptionPx) + 10;
    const QRectF box{static_cast<double>(right_middle.x() - width) + 0.5, static_cast<double>(right_middle.y()) - 8.5,
                     static_cast<double>(width) - 1, 17};
    p.save();
    p.setPen(color);
    p.setBrush(Qt::NoBrush);
    p.setRenderHint(QPainter::Antialiasing);
    p.drawRoundedRect(box, metrics::kRadius, metrics::kRadius);
    p.setFont(Theme::font(metrics::kCaptionPx));
    p.drawText(box, Qt::AlignCenter, key);
    p.restore();
    return width;
}

void paint_text(QPainter& p, const QRectF& box, int flags, const QString& text, int px, Weight weight,
                const QColor& color, Elide elide) {
    const QFont font = Theme::font(px, weight);
    p.setFont(font);
    p.setPen(color);
    const QString shown = elide == Elide::right
                              ? QFontMetrics{font}.elidedText(text, Qt::ElideRight, static_cast<int>(box.width()) + 1)
                              : text;
    p.drawText(box, flags | Qt::TextSingleLine, shown);
}

void paint_halo_text(QPainter& p, QPointF at, const QString& text, const QFont& font, const QColor& ink,
                     const QColor& halo) {
    QPainterPath path;
    path.addText(at, font, text);
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.strokePath(path, pen(halo, 3));
    p.fillPath(path, ink);
    p.restore();
}

void paint_alarm_off(QPainter& p, const QRectF& box, const QColor& color) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(box.center());
    p.scale(box.width() / 16, box.height() / 16);
    p.setPen(QPen{color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin});
    p.setBrush(Qt::NoBrush);
    QPainterPath bell{QPointF{-5.5, 4}};
    bell.cubicTo(QPointF{-3.6, 2.4}, QPointF{-4, -0.5}, QPointF{-3.8, -2});
    bell.cubicTo(QPointF{-3.3, -6.6}, QPointF{3.3, -6.6}, QPointF{3.8, -2});
    bell.cubicTo(QPointF{4, -0.5}, QPointF{3.6, 2.4}, QPointF{5.5, 4});
    bell.closeSubpath();
    p.drawPath(bell);
    p.drawArc(QRectF{-1.8, 3.6, 3.6, 3.4}, 180 * 16, 180 * 16);
    p.drawLine(QPointF{-7, 7}, QPointF{7, -7});
    p.restore();
}

void paint_stale_frame(QPainter& p, const Theme& theme, const QRect& box) {
    p.save();
    QPen frame{theme.color(Token::st_bg), 3};
    frame.setDashPattern({2, 1.6});
    p.setPen(frame);
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF{box}.adjusted(1.5, 1.5, -1.5, -1.5));
    p.restore();
}

} // namespace ems::console
