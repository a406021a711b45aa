// Text of more than one line on a sub-station's board.
#pragma once

#include "console/theme/theme.h"

#include <QPainter>
#include <QRectF>
#include <QString>

namespace ems::console {

// As many lines as it needs, `lines_most` at most, of which the last one is shortened; never half a line. The box holds
// `lines_most` lines. Gives the height that they took.
double paint_lines(QPainter& p, const QRectF& box, int lines_most, const QString& text, int px, Weight weight,
                   const QColor& ink);

} // namespace ems::console
