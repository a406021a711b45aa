// How an alarm looks wherever it stands: its colour, its box and its stars (console/model/alarm_list.h says which state).
#pragma once

#include "console/theme/alarm_burst.h"
#include "console/theme/theme.h"

#include <QPainter>
#include <QRectF>
#include <QString>

namespace ems::console {

// filled: nobody has seen it; outline: somebody has, or it is of another time; dashed: its condition has ended.
enum class AlarmFill { filled, outline, dashed };
// The crew's terminal is read from further away.
enum class AlarmSize { desk, terminal };

[[nodiscard]] Token alarm_token(Grade grade);
// "***", "**", "*".
[[nodiscard]] QString alarm_stars(Grade grade);
void paint_alarm_box(QPainter& p, const Theme& theme, const QRectF& box, Grade grade, AlarmFill fill);
void paint_alarm_box(QPainter& p, const Theme& theme, const QRectF& box, Token colour, AlarmFill fill, AlarmSize size);
// Of text on such a box.
[[nodiscard]] Token alarm_ink(AlarmFill fill);

} // namespace ems::console
