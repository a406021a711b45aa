#include "console/widgets/controls.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"

#include <utility>

#include <QFocusEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ems::console {

KeyButton::KeyButton(const Theme& theme, QString text, QString key, ButtonKind kind, QWidget* parent)
    : QAbstractButton(parent), theme_(theme), key_(std::move(key)), kind_(kind) {
    setLabel(text);
    setCheckable(kind_ == ButtonKind::toggle);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void KeyButton::setLabel(const QString& text) {
    if (text == this->text() && !accessibleName().isEmpty()) {
        return; // asked for each second: a screen reader is told of changes
    }
    setText(text);
    setAccessibleName(key_.isEmpty() ? text : text + QStringLiteral(" ") + key_);
}

void KeyButton::setRefusal(const QString& why) {
    if (why != refusal_ || isEnabled() != why.isEmpty()) {
        refusal_ = why;
        setToolTip(why);
        setAccessibleDescription(why);
        setEnabled(why.isEmpty());
        update();
    }
}

QSize KeyButton::sizeHint() const {
    const int px = kind_ == ButtonKind::toggle ? metrics::kDensePx : metrics::kBodyPx;
    int width = text_width(text(), px, kind_ == ButtonKind::main ? Weight::bold : Weight::normal) + 24;
    width += key_.isEmpty() ? 0 : text_width(key_, metrics::kCaptionPx) + 18;
    return {width, kind_ == ButtonKind::main ? metrics::kMainButtonHeight
                   : kind_ == ButtonKind::toggle ? 26 : metrics::kButtonHeight};
}

void KeyButton::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    const bool refused = !refusal_.isEmpty();
    const bool main = kind_ == ButtonKind::main && !refused;
    const QRectF box = QRectF{rect()}.adjusted(0.5, 0.5, -0.5, -0.5);
    QPen edge{theme_.color(refused ? Token::st_text : main ? Token::inv_bg : Token::line_strong), 1};
    if (refused) {
        edge.setDashPattern({4, 3});
    }
    if (kind_ == ButtonKind::toggle && isChecked()) {
        edge.setColor(theme_.color(Token::text_1));
    }
    p.setPen(edge);
    p.setBrush(refused ? QBrush{Qt::NoBrush}
                       : QBrush{theme_.color(main ? Token::inv_bg : isDown() ? Token::bg_sel
                                             : kind_ == ButtonKind::toggle ? Token::bg_panel : Token::bg_raise)});
    p.drawRoundedRect(box, 3, 3);
    const QColor ink = theme_.color(refused ? Token::st_text
                                    : main  ? Token::inv_fg
                                    : kind_ == ButtonKind::toggle && !isChecked() && isCheckable() ? Token::text_2
                                                                                                   : Token::text_1);
    const int px = main ? 16 : kind_ == ButtonKind::toggle ? metrics::kDensePx : metrics::kBodyPx;
    const Weight weight = main ? Weight::bold : Weight::normal;
    const QString reasoned = text() + QStringLiteral("（") + refusal_ + QStringLiteral("）");
    // Where its reason has no room the dashed frame alone says that it cannot be pressed; its tool tip says why.
    const bool has_room = text_width(reasoned, px, weight) + 14 <= width();
    const QString label = refused && has_room ? reasoned : text();
    const int key_width = key_.isEmpty() || refused ? 0 : text_width(key_, metrics::kCaptionPx) + 18;
    const int label_width = std::min(text_width(label, px, weight) + 2, width() - 12 - key_width);
    const double left = (width() - label_width - key_width) / 2.0;
    paint_text(p, {left, 0, static_cast<double>(label_width), static_cast<double>(height())}, Qt::AlignVCenter, label, px,
               weight, ink);
    if (key_width != 0) {
        paint_key(p, {static_cast<int>(left) + label_width + key_width, height() / 2}, key_,
                  main ? ink : theme_.color(Token::text_2));
    }
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen{theme_.color(Token::focus), 2});
        p.drawRoundedRect(QRectF{rect()}.adjusted(1, 1, -1, -1), 3, 3);
    }
}

SegmentField::SegmentField(const Theme& theme, QStringList choices, QWidget* parent)
    : QWidget(parent), theme_(theme), choices_(std::move(choices)) {
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(metrics::kFieldHeight);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize SegmentField::sizeHint() const {
    return {static_cast<int>(choices_.size()) * 64, metrics::kFieldHeight};
}

void SegmentField::setValue(int value) {
    value_ = value >= 0 && value <= choices_.size() ? value : 0;
    update();
}

void SegmentField::choose(int value) {
    if (value >= 1 && value <= choices_.size()) {
        setValue(value);
        emit chosen(value_);
        if (hasFocus()) {
            tell_spoken_focus(*this, value_ - 1);
        }
    }
}

SpokenPart SegmentField::spokenPart(int index) {
    const int left = width() * index / static_cast<int>(choices_.size());
    const int right = width() * (index + 1) / static_cast<int>(choices_.size());
    return {choices_.value(index), QRect{left, 0, right - left, height()}, QAccessible::RadioButton};
}

void SegmentField::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const double each = static_cast<double>(width()) / static_cast<double>(choices_.size());
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    for (int i = 0; i < choices_.size(); ++i) {
        const QRectF box{each * i, 0, each, static_cast<double>(height())};
        const bool on = i + 1 == value_;
        if (on) {
            p.fillRect(box, theme_.color(Token::inv_bg));
        }
        if (i > 0) {
            p.fillRect(QRectF{box.left(), 0, 1, box.height()}, theme_.color(Token::line_strong));
        }
        const Weight weight = on ? Weight::bold : Weight::normal;
        const bool is_tight = text_width(choices_.at(i), metrics::kDensePx, weight) + 8 > each;
        paint_text(p, box, Qt::AlignCenter, choices_.at(i), is_tight ? metrics::kCaptionPx : metrics::kDensePx, weight,
                   theme_.color(on ? Token::inv_fg : isEnabled() ? Token::text_1 : Token::text_3));
    }
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen{theme_.color(hasFocus() ? Token::focus : isEnabled() ? Token::line_strong : Token::line), hasFocus() ? 2.0 : 1.0});
    const double inset = hasFocus() ? 1 : 0.5;
    p.drawRect(QRectF{rect()}.adjusted(inset, inset, -inset, -inset));
}

void SegmentField::mousePressEvent(QMouseEvent* event) {
    choose(static_cast<int>(event->position().x() * static_cast<double>(choices_.size()) / std::max(1, width())) + 1);
}

void SegmentField::keyPressEvent(QKeyEvent* event) {
    const int digit = event->key() - Qt::Key_0;
    if (digit >= 1 && digit <= choices_.size()) {
        choose(digit);
    } else if (event->key() == Qt::Key_Right || event->key() == Qt::Key_Left) {
        const int step = event->key() == Qt::Key_Right ? 1 : -1;
        choose(std::clamp(value_ + step, 1, static_cast<int>(choices_.size())));
    } else {
        QWidget::keyPressEvent(event);
    }
}

TextField::TextField(const Theme& theme, const QString& accessible_name, int length_max, QWidget* parent)
    : QLineEdit(parent), theme_(theme) {
    setAccessibleName(accessible_name);
    setMaxLength(length_max);
    setFixedHeight(metrics::kFieldHeight);
    setFrame(false);
    setFont(Theme::font(metrics::kBodyPx));
    setTextMargins(8, 0, 8, 0);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void TextField::setHint(const QString& hint) {
    hint_ = hint;
    setTextMargins(8, 0, hint_.isEmpty() ? 8 : text_width(hint_, metrics::kCaptionPx) + 14, 0);
    update();
}

void TextField::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    QPainter p{this};
    if (!hint_.isEmpty()) {
        paint_text(p, QRectF{rect()}.adjusted(0, 0, -9, 0), Qt::AlignVCenter | Qt::AlignRight, hint_, metrics::kCaptionPx,
                   Weight::normal, theme_.color(Token::text_2), Elide::none);
    }
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen{theme_.color(hasFocus() ? Token::focus : isReadOnly() ? Token::line : Token::line_strong),
                  hasFocus() ? 2.0 : 1.0});
    const double inset = hasFocus() ? 1 : 0.5;
    p.drawRect(QRectF{rect()}.adjusted(inset, inset, -inset, -inset));
}

void TextField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) { // leaves the field, keeps its text
        clearFocus();
        emit escaped();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void TextField::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    emit left();
}

} // namespace ems::console
