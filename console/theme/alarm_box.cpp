#include "console/theme/alarm_box.h"

namespace ems::console {

Token alarm_token(Grade grade) {
    return grade == Grade::high ? Token::al_high : grade == Grade::medium ? Token::al_med : Token::al_low;
}

QString alarm_stars(Grade grade) {
    constexpr int kMost = 4;
    return QString{kMost - static_cast<int>(grade), QLatin1Char{'*'}};
}

Token alarm_ink(AlarmFill fill) {
    return fill == AlarmFill::filled ? Token::al_ink : Token::text_1;
}

void paint_alarm_box(QPainter& p, const Theme& theme, const QRectF& box, Grade grade, AlarmFill fill) {
    constexpr double kRadius = 3;
    const QColor hue = theme.color(alarm_token(grade));
    p.setRenderHint(QPainter::Antialiasing);
    const QRectF inner = box.adjusted(1, 1, -1, -1);
    if (fill == AlarmFill::filled) {
        p.setPen(QPen{theme.color(Token::al_edge), 1});
        p.setBrush(hue);
        p.drawRoundedRect(inner, kRadius, kRadius);
        return;
    }
    p.setPen(Qt::NoPen);
    p.setBrush(theme.color(Token::bg_panel));
    p.drawRoundedRect(box, kRadius, kRadius);
    p.setBrush(Qt::NoBrush);
    if (theme.mode() == ThemeMode::day) { // there the hue alone has too little contrast
        p.setPen(QPen{theme.color(Token::al_edge), 3});
        p.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), kRadius, kRadius);
    }
    QPen edge{hue, 2};
    if (fill == AlarmFill::dashed) {
        edge.setDashPattern({3, 2});
    }
    p.setPen(edge);
    p.drawRoundedRect(inner, kRadius, kRadius);
}

} // namespace ems::console
