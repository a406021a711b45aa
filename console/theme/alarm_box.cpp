#include "console/theme/alarm_box.h"

namespace ems::console {
namespace {

// The outline: a line in the alarm's colour, by day within a dark one that is wider.
struct BoxLook {
    double radius_px;
    double line_px;
    double line_inset_px;
    double edge_px;
};
constexpr BoxLook kDeskBox{3, 2, 1, 3};
constexpr BoxLook kTerminalBox{0, 3, 3.5, 7};

} // namespace

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
    paint_alarm_box(p, theme, box, alarm_token(grade), fill, AlarmSize::desk);
}

void paint_alarm_box(QPainter& p, const Theme& theme, const QRectF& box, Token colour, AlarmFill fill, AlarmSize size) {
    const BoxLook& look = size == AlarmSize::desk ? kDeskBox : kTerminalBox;
    const QColor hue = theme.color(colour);
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    const auto frame = [&](const QPen& pen, double inset) {
        p.setPen(pen);
        p.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), look.radius_px, look.radius_px);
    };
    if (fill == AlarmFill::filled) {
        p.setBrush(hue);
        frame(QPen{theme.color(Token::al_edge), 1}, 1);
        p.restore();
        return;
    }
    p.setBrush(theme.color(Token::bg_panel));
    frame(Qt::NoPen, 0);
    p.setBrush(Qt::NoBrush);
    if (theme.mode() == ThemeMode::day) { // there the hue alone has too little contrast: yellow on the panel 1.2 to 1
        frame(QPen{theme.color(Token::al_edge), look.edge_px, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin}, look.edge_px / 2);
    }
    QPen line{hue, look.line_px, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin};
    if (fill == AlarmFill::dashed) {
        line.setDashPattern({3, 2});
    }
    frame(line, look.line_inset_px);
    p.restore();
}

} // namespace ems::console
