#include "console/station/alarm_band.h"

#include "console/station/board_text.h"
#include "console/theme/symbols.h"

#include <algorithm>

namespace ems::console {
namespace {

constexpr double kMargin = 24;
constexpr double kTop = 18;
constexpr double kBottom = 12;
constexpr double kButtonWide = 396;
constexpr double kButtonHigh = 182; // beside large rows
constexpr double kTitle = 64;
constexpr double kTextLine = 45;
constexpr double kBetween = 10;
constexpr double kHeadline = 92; // the button stands beside it
constexpr double kRow = 46;

// A row that is alone has room for one line more.
int text_lines(std::size_t rows) {
    return rows == 1 ? 3 : 2;
}

double large_row(std::size_t rows) {
    return kTitle + kTextLine * text_lines(rows);
}

void paint_large(QPainter& p, const QRectF& box, const Band& band, const QColor& ink) {
    const double wide = box.width() - kButtonWide - 3 * kMargin;
    double y = box.top() + kTop;
    for (const BandRow& row : band.rows) {
        paint_text(p, {box.left() + kMargin, y, wide, 60}, Qt::AlignVCenter, row.title, 48, Weight::bold, ink);
        const int lines = text_lines(band.rows.size());
        paint_lines(p, {box.left() + kMargin, y + kTitle, wide, kTextLine * lines}, lines, row.text, 30, Weight::bold, ink);
        y += large_row(band.rows.size()) + kBetween;
    }
}

void paint_small(QPainter& p, const QRectF& box, const Band& band, const QColor& ink) {
    const double wide = box.width() - 2 * kMargin;
    paint_text(p, {box.left() + kMargin, box.top() + kTop, wide - kButtonWide - kMargin, kHeadline - kBetween},
               Qt::AlignVCenter, band.headline, 48, Weight::bold, ink);
    double y = box.top() + kTop + kHeadline;
    for (const BandRow& row : band.rows) {
        const QString text = row.text.isEmpty() ? row.title : row.title + QStringLiteral("　") + row.text;
        paint_text(p, {box.left() + kMargin, y, wide, kRow}, Qt::AlignVCenter, text, 30, Weight::bold, ink);
        y += kRow;
    }
}

} // namespace

double band_height(std::size_t rows) {
    const auto count = static_cast<double>(rows);
    if (rows == 0) {
        return 0;
    }
    return kTop + kBottom +
           (rows <= kBandLarge ? large_row(rows) * count + kBetween * (count - 1) : kHeadline + kRow * count);
}

std::size_t band_rows_most(double height) {
    const double rows = (height - kTop - kBottom - kHeadline) / kRow;
    return std::max(kBandLarge, static_cast<std::size_t>(std::max(0.0, rows)));
}

QRectF band_button(const QRectF& box, std::size_t rows) {
    const double high = rows <= kBandLarge ? kButtonHigh : kHeadline - kBetween;
    const double top = rows <= kBandLarge ? box.center().y() - high / 2 : box.top() + kTop;
    return {box.right() - kButtonWide - kMargin, top, kButtonWide, high};
}

void paint_band(QPainter& p, const Theme& theme, const QRectF& box, const Band& band) {
    p.fillRect(box, theme.color(band.grade == Grade::high ? Token::al_high : Token::al_med));
    p.setPen(QPen{theme.color(Token::al_edge), 2});
    p.setBrush(Qt::NoBrush);
    p.drawRect(box.adjusted(1, 1, -1, -1));
    const QColor ink = theme.color(Token::al_ink);
    if (band.rows.size() <= kBandLarge) {
        paint_large(p, box, band, ink);
    } else {
        paint_small(p, box, band, ink);
    }
}

} // namespace ems::console
