#include "console/station/board_button.h"

#include "console/theme/symbols.h"

#include <QPainter>

namespace ems::console {

BoardButton::BoardButton(const Theme& theme, Kind kind, const QString& text, QWidget* parent)
    : QAbstractButton(parent), theme_(theme), kind_(kind) {
    setText(text);
    setAccessibleName(text);
    setFocusPolicy(Qt::NoFocus); // the window takes the keys
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void BoardButton::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    const bool main = kind_ == Kind::main && !isDown();
    p.setPen(QPen{theme_.color(main ? Token::inv_bg : Token::line_strong), 2});
    p.setBrush(theme_.color(main ? Token::inv_bg : isDown() ? Token::bg_sel : Token::bg_raise));
    p.drawRoundedRect(QRectF{rect()}.adjusted(1, 1, -1, -1), 6, 6);
    paint_text(p, QRectF{rect()}.adjusted(8, 0, -8, 0), Qt::AlignCenter, text(),
               std::max(14, height() / 3), Weight::bold,
               theme_.color(main ? Token::inv_fg : Token::text_1));
}

} // namespace ems::console
