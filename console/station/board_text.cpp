#include "console/station/board_text.h"

#include "console/theme/symbols.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QTextLayout>
#include <QTextOption>

namespace ems::console {

double paint_lines(QPainter& p, const QRectF& box, int lines_most, const QString& text, int px, Weight weight,
                   const QColor& ink) {
    const QFont font = Theme::font(px, weight);
    const double line_height = QFontMetricsF{font}.height();
    const double pitch = std::min(line_height, box.height() / lines_most);
    QTextLayout layout{text, font};
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    int lines = 0;
    layout.beginLayout();
    for (; lines < lines_most; ++lines) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) {
            break;
        }
        line.setLineWidth(box.width());
        const bool is_last = lines + 1 == lines_most;
        const double top = box.top() + lines * pitch - (line_height - pitch) / 2;
        paint_text(p, {box.left(), top, box.width(), line_height}, Qt::AlignVCenter,
                   text.mid(line.textStart(), is_last ? -1 : line.textLength()).trimmed(), px, weight, ink,
                   is_last ? Elide::right : Elide::none);
    }
    layout.endLayout();
    return lines * pitch;
}

} // namespace ems::console
