// How large the texts of the crew's screen stand: as the window was told (text_choice.h), 1 to
// console::kTextScaleMost. Buttons and fields keep their places, since nothing may move under a
// finger; a text grows as far as its own room lets it, and is never smaller than at scale 1.
#pragma once

#include <initializer_list>

#include <QRectF>
#include <QSize>
#include <QString>

#include "console/theme/theme.h"

class QColor;
class QLabel;
class QPainter;
class QWidget;

namespace ems::terminal {

// Of the window and all that is in it, also while it is shown.
void set_text_scale(QWidget& window, double scale);
[[nodiscard]] double text_scale(const QWidget& of);

[[nodiscard]] int scaled_px(int px, double scale);

// One of several texts in a line.
struct LineText {
    QString text;
    int px{0};
    console::Weight weight{console::Weight::normal};
};
// The scale at which all of them stand beside each other in the room, with `gaps_px` in all.
[[nodiscard]] double fitting_scale(const QWidget& of, std::initializer_list<LineText> line,
                                   QSizeF room, double gaps_px);

// As console::paint_text, of a text that has the box alone.
void paint_sized(const QWidget& of, QPainter& p, const QRectF& box, int flags, const QString& text,
                 int px, console::Weight weight, const QColor& ink);
// One at either end of the line, of one size.
void paint_pair(const QWidget& of, QPainter& p, const QRectF& box, const LineText& left, const QColor& left_ink,
                const LineText& right, const QColor& right_ink);
// What the label says, on as many lines as it needs.
void size_label(QLabel& label, int px, console::Weight weight, QSize room);

} // namespace ems::terminal
