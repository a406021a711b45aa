#include "telemetry/print/page_painter.h"

#include <variant>

#include <QColor>
#include <QFont>
#include <QFontMetricsF>
#include <QPainter>
#include <QPen>
#include <QPolygonF>
#include <QString>

namespace ems::print {
namespace {

struct Brush {
    QPainter& painter;
    double scale;

    [[nodiscard]] QPointF at(const signal::PagePoint& point) const {
        return {point.x_mm * scale, point.y_mm * scale};
    }
    [[nodiscard]] static QColor colour(signal::Ink ink) {
        return QColor{QRgb{signal::ink_rgb(ink)}};
    }
    void use_pen(signal::Ink ink, double width_mm) const {
        QPen pen{colour(ink), width_mm * scale};
        pen.setJoinStyle(Qt::RoundJoin);
        pen.setCapStyle(Qt::FlatCap);
        painter.setPen(pen);
    }

    void operator()(const signal::PagePolyline& line) const {
        use_pen(line.ink, line.width_mm);
        QPolygonF polygon;
        for (const signal::PagePoint& point : line.points) {
            polygon.append(at(point));
        }
        painter.drawPolyline(polygon);
    }
    void operator()(const signal::PageSegments& lines) const {
        use_pen(lines.ink, lines.width_mm);
        QList<QLineF> list;
        for (std::size_t i = 0; i + 1 < lines.points.size(); i += 2) {
            list.append(QLineF{at(lines.points[i]), at(lines.points[i + 1])});
        }
        painter.drawLines(list);
    }
    void operator()(const signal::PageText& text) const {
        QFont font{QString::fromUtf8(signal::kPageFont)};
        // In the painter's own units: a size in points would be scaled by the device's resolution.
        // Fractions matter on a coarse device, so the size is set large and scaled down.
        constexpr int kUnscaledPx = 100;
        font.setPixelSize(kUnscaledPx);
        font.setBold(text.weight == signal::TextWeight::bold);
        const QString string = QString::fromStdString(text.utf8);
        painter.save();
        painter.translate(at(text.at));
        const double shrink = text.size_mm * scale / kUnscaledPx;
        painter.scale(shrink, shrink);
        painter.setFont(font);
        painter.setPen(colour(text.ink));
        const double width = QFontMetricsF{font}.horizontalAdvance(string);
        const double left = text.align == signal::TextAlign::left     ? 0
                            : text.align == signal::TextAlign::middle ? -width / 2
                                                                      : -width;
        painter.drawText(QPointF{left, 0}, string);
        painter.restore();
    }
};

} // namespace

void paint_page(const signal::Page& page, QPainter& painter, double units_per_mm) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::TextAntialiasing);
    for (const signal::PageShape& shape : page.shapes) {
        std::visit(Brush{painter, units_per_mm}, shape);
    }
}

} // namespace ems::print
