// The pixels of a camera's picture on their way to the screen, 25 times a second for each of up to nine tiles. GUI thread.
#pragma once

#include <cstdint>

#include "telemetry/video/capture_mark.h"

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

// Whether a picture of that age, followed by none, has stopped. The slowest moving form has five a second; still ones come every
// 3 s, and a recording is cut after as much.
[[nodiscard]] constexpr bool is_frozen(std::int64_t age_us, video::SentForm form) {
    return age_us > (form == video::SentForm::still ? 4'000'000 : 1'200'000);
}

// What is left to see of a picture that has stopped, made for `pixels` of the screen and laid on `ground`.
QImage frozen_picture(const QImage& picture, QSize pixels, const QColor& ground);

// Dashes along the inner edge of `box`. Filled, not stroked: as long as a picture is frozen they are painted with each frame.
void paint_frozen_frame(QPainter& p, const QRect& box, const QColor& color);

// Fills `box`, which has the picture's proportions. A picture of the box's own size is copied as it is.
void paint_picture(QPainter& p, const QRect& box, const QImage& picture);

} // namespace ems::console
