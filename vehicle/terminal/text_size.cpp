#include "vehicle/terminal/text_size.h"

#include <algorithm>
#include <cmath>

#include <QFontMetrics>
#include <QLabel>
#include <QPainter>
#include <QVariant>
#include <QWidget>

#include "console/theme/symbols.h"

namespace ems::terminal {

using console::Theme;
using console::Weight;

namespace {

constexpr const char* kTextScale = "textScale";
// What size_label was told of a label.
constexpr const char* kLabelPx = "labelPx";
constexpr const char* kLabelWeight = "labelWeight";
constexpr const char* kLabelRoom = "labelRoom";
constexpr double kStep = 0.05;
// Of what stands and hangs about a line of so many pixels; a box of less would cut it.
constexpr double kInkHigh = 1.36;

bool stands_in(std::initializer_list<LineText> line, double scale, QSizeF room, double gaps_px) {
    double wide = gaps_px;
    for (const LineText& one : line) {
        const int px = scaled_px(one.px, scale);
        if (px * kInkHigh > room.height()) {
            return false;
        }
        wide += console::text_width(one.text, px, one.weight);
    }
    return wide <= room.width();
}

} // namespace

void set_text_scale(QWidget& window, double scale) {
    window.setProperty(kTextScale, scale);
    for (auto* label : window.findChildren<QLabel*>()) {
        if (const QVariant px = label->property(kLabelPx); px.isValid()) {
            size_label(*label, px.toInt(), static_cast<Weight>(label->property(kLabelWeight).toInt()),
                       label->property(kLabelRoom).toSize());
        }
    }
    for (auto* child : window.findChildren<QWidget*>()) {
        child->update(); // the others paint their texts at the size of the moment
    }
}

double text_scale(const QWidget& of) {
    const QVariant scale = of.window()->property(kTextScale);
    return scale.isValid() ? scale.toDouble() : 1.0;
}

int scaled_px(int px, double scale) {
    return static_cast<int>(std::lround(px * scale));
}

double fitting_scale(const QWidget& of, std::initializer_list<LineText> line, QSizeF room,
                     double gaps_px) {
    double scale = text_scale(of);
    while (scale > 1.0 && !stands_in(line, scale, room, gaps_px)) {
        scale -= kStep;
    }
    return std::max(1.0, scale);
}

void paint_sized(const QWidget& of, QPainter& p, const QRectF& box, int flags, const QString& text,
                 int px, Weight weight, const QColor& ink) {
    const double scale = fitting_scale(of, {{text, px, weight}}, box.size(), 0);
    console::paint_text(p, box, flags, text, scaled_px(px, scale), weight, ink);
}

void paint_pair(const QWidget& of, QPainter& p, const QRectF& box, const LineText& left, const QColor& left_ink,
                const LineText& right, const QColor& right_ink) {
    constexpr double kBetween = 10;
    const double scale = fitting_scale(of, {left, right}, box.size(), kBetween);
    const int px = scaled_px(left.px, scale);
    console::paint_text(p, box, Qt::AlignVCenter, left.text, px, left.weight, left_ink);
    const double taken = console::text_width(left.text, px, left.weight) + kBetween;
    console::paint_text(p, box.adjusted(taken, 0, 0, 0), Qt::AlignVCenter | Qt::AlignRight, right.text,
                        scaled_px(right.px, scale), right.weight, right_ink);
}

void size_label(QLabel& label, int px, Weight weight, QSize room) {
    label.setProperty(kLabelPx, px);
    label.setProperty(kLabelWeight, static_cast<int>(weight));
    label.setProperty(kLabelRoom, room);
    const auto stands = [&](double scale) {
        const QFontMetrics metrics{Theme::font(scaled_px(px, scale), weight)};
        const int flags = label.wordWrap() ? Qt::TextWordWrap : Qt::TextSingleLine;
        const QRect used =
            metrics.boundingRect(QRect{QPoint{0, 0}, room}, flags, label.text());
        return used.width() <= room.width() && used.height() <= room.height();
    };
    double scale = text_scale(label);
    while (scale > 1.0 && !stands(scale)) {
        scale -= kStep;
    }
    label.setFont(Theme::font(scaled_px(px, std::max(1.0, scale)), weight));
}

} // namespace ems::terminal
