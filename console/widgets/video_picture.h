// The pixels of a camera's picture on their way to the screen, 25 times a second for each of up to nine tiles. GUI thread.
#pragma once

#include <QColor>
#include <QImage>
#include <QPainter>
#include <QRect>
#include <QSize>

namespace ems::console {

// Where a picture of that size lies in the middle of `area`, as large as fits, its proportions kept.
QRect fitted_box(QSize picture, QSize area);

// Halved while it is at least twice as large as `wanted` pixels: each pixel the mean of four, so that a thin line in the
// picture does not come and go with the column that happens to be taken.
QImage halved_towards(const QImage& picture, QSize wanted);

// Without its colours, `share` (0 to 1) of it laid on `ground`.
QImage faded(const QImage& picture, const QColor& ground, double share);

// Fills `box`, which has the picture's proportions. A picture of the box's own size is copied as it is.
void paint_picture(QPainter& p, const QRect& box, const QImage& picture);

} // namespace ems::console
