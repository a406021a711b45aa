#include "vehicle/terminal/big_button.h"

#include "console/theme/symbols.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>

#include <QPainter>
#include <QStringList>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Token;
using console::Weight;

namespace {
constexpr int kNotePx = 18;
constexpr int kNoteLeastPx = 14;
constexpr int kTextLeastPx = 18; // read at arm's length from a seat that shakes
constexpr int kNoteMargin = 8;
constexpr int kNoteGap = 10;
constexpr int kLineGap = 12;
constexpr int kEdge = 4; // above and below all lines
constexpr int kWrappedEdge = 14; // what hangs below a line has no gap of its own
constexpr int kRadius = 6;
constexpr qint64 kBounceMs = 400;
constexpr qint64 kQuickBounceMs = 80;
constexpr int kWrappedGap = 4;
constexpr double kHanging = 6;
// The size at which a text fits; what is longer still is cut.
int fitting_px(const QString& text, int px, int least_px, Weight weight, double room) {
    while (px > least_px && text_width(text, px, weight) + 2 > room) {
        --px;
    }
    return px;
}

QString longest(const QStringList& lines, Weight weight) {
    return *std::max_element(lines.begin(), lines.end(), [&](const QString& one, const QString& other) {
        return text_width(one, kTextLeastPx, weight) < text_width(other, kTextLeastPx, weight);
    });
}

// In two lines where the room is too narrow for one: at the gap that leaves the shortest longest line.
QStringList lines_of(const QString& text, Weight weight, double room) {
    QStringList best{text};
    if (text_width(text, kTextLeastPx, weight) + 2 <= room) {
        return best;
    }
    for (qsizetype gap = text.indexOf(u' '); gap >= 0; gap = text.indexOf(u' ', gap + 1)) {
        const QStringList halves{text.left(gap), text.mid(gap + 1)};
        if (text_width(longest(halves, weight), kTextLeastPx, weight) <
            text_width(longest(best, weight), kTextLeastPx, weight)) {
            best = halves;
        }
    }
    return best;
}

} // namespace

BigButton::BigButton(const console::Theme& theme, Look look, int text_px, QWidget* parent)
    : QAbstractButton(parent), theme_(theme), look_(look), text_px_(text_px),
      bounce_ms_(kBounceMs) {
    setMinimumHeight(72);
    setFocusPolicy(Qt::TabFocus);
    connect(&theme_, &console::Theme::changed, this, qOverload<>(&QWidget::update));
    connect(this, &QAbstractButton::clicked, this, [this] {
        if (!since_.isValid() || since_.elapsed() >= bounce_ms_) {
            since_.start();
            emit pressedWhole();
        }
    });
}

void BigButton::setLook(Look look) {
    look_ = look;
    update();
}

void BigButton::takeQuickTaps() {
    bounce_ms_ = kQuickBounceMs;
}

void BigButton::setNote(const QString& note) {
    if (note != note_) {
        note_ = note;
        update();
    }
}

void BigButton::setStruck(const QString& words) {
    if (words != struck_) {
        struck_ = words;
        update();
    }
}

bool BigButton::noteFits(const QString& note) const {
    return text_width(note, kNoteLeastPx) + 2 <= width() - 2 * kNoteMargin;
}

void BigButton::setCount(int count) {
    if (count != count_) {
        count_ = count;
        update();
    }
}

void BigButton::setRefusal(const QString& why) {
    if (why != refusal_ || isEnabled() != why.isEmpty()) {
        refusal_ = why;
        setEnabled(why.isEmpty());
        update();
    }
}

QSize BigButton::sizeHint() const {
    return {text_width(text(), text_px_, Weight::bold) + 40, 92};
}

void BigButton::nextCheckState() {}

void BigButton::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    const bool page = look_ == Look::page || look_ == Look::chosen_page;
    const bool main = (look_ == Look::main || look_ == Look::marked) && refusal_.isEmpty();
    const bool wanted = look_ == Look::wanted && refusal_.isEmpty();
    const bool warning = look_ == Look::warning && refusal_.isEmpty();
    if (page) {
        p.fillRect(rect(), theme_.color(look_ == Look::chosen_page ? Token::bg_panel
                                        : isDown()                 ? Token::bg_sel
                                                                   : Token::bg_raise));
        if (look_ == Look::chosen_page) {
            p.fillRect(0, 0, width(), 4, theme_.color(Token::text_1));
        }
    } else {
        QPen edge{theme_.color(!refusal_.isEmpty() ? Token::st_text
                               : main              ? Token::inv_bg
                               : wanted            ? Token::text_1
                                                   : Token::line_strong),
                  2};
        if (!refusal_.isEmpty() || wanted) {
            edge.setDashPattern({4, 3});
        }
        p.setPen(edge);
        p.setBrush(!refusal_.isEmpty() ? theme_.color(Token::bg_panel)
                   : warning           ? theme_.color(Token::al_med)
                   : isDown()          ? theme_.color(Token::bg_sel)
                                       : theme_.color(main ? Token::inv_bg : Token::bg_raise));
        p.drawRoundedRect(QRectF{rect()}.adjusted(1, 1, -1, -1), kRadius, kRadius);
    }
    const QColor ink = theme_.color(!refusal_.isEmpty()   ? Token::st_text
                                    : warning             ? Token::al_ink
                                    : isDown()            ? Token::text_1
                                    : main                ? Token::inv_fg
                                    : look_ == Look::page ? Token::text_2
                                                          : Token::text_1);
    const QString note = refusal_.isEmpty() ? note_ : refusal_;
    const QString shown_count = count_ > 99 ? QStringLiteral("99+") : QString::number(count_);
    const int badge = count_ > 0 ? text_width(shown_count, 20, Weight::bold) + 30 : 0;
    const Weight weight = look_ == Look::page ? Weight::normal : Weight::bold;
    const double room = width() - 16.0 - badge;
    const QStringList lines = lines_of(text(), weight, room);
    const double scale = scaleFor(lines.size(), note);
    const int wanted_px = scaled_px(text_px_, scale);
    const int px = fitting_px(longest(lines, weight), wanted_px, kTextLeastPx, weight, room);
    const int line = lines.size() > 1 ? px + kWrappedGap : wanted_px + kLineGap;
    const int label_high = line * static_cast<int>(lines.size());
    const int note_px = scaled_px(kNotePx, scale);
    double top = (height() - label_high - (note.isEmpty() ? 0 : note_px + kNoteGap)) / 2.0;
    double right = 0;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const double label = std::min<double>(text_width(lines[i], px, Weight::bold) + 2, room);
        const double left = (width() - label - badge) / 2.0;
        // A box of the lines' distance would cut what hangs below them.
        const QRectF box{left, top + static_cast<double>(i) * line - kHanging, label, line + 2.0 * kHanging};
        paint_text(p, box, Qt::AlignVCenter, lines[i], px, weight, ink);
        right = std::max(right, left + label);
    }
    if (badge > 0) {
        const QRectF box{right + 12, top + label_high / 2.0 - 14, badge - 12.0, 28};
        p.setPen(Qt::NoPen);
        p.setBrush(theme_.color(Token::text_1));
        p.drawRoundedRect(box, 4, 4);
        paint_text(p, box, Qt::AlignCenter, shown_count, 20, Weight::bold,
                   theme_.color(Token::bg_panel));
    }
    top += label_high;
    if (!note.isEmpty()) {
        paintNote(p, top, note, note_px, ink);
    }
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen{theme_.color(Token::focus), 3});
        p.drawRoundedRect(QRectF{rect()}.adjusted(2, 2, -2, -2), kRadius, kRadius);
    }
}

void share_width(BigButton& button) {
    button.setSizePolicy(QSizePolicy::Ignored, button.sizePolicy().verticalPolicy());
}

// The size at which the lines and the note beneath them stand in the height of the button.
double BigButton::scaleFor(qsizetype lines, const QString& note) const {
    constexpr double kStep = 0.05;
    const auto stands = [&](double scale) {
        const int gap = lines > 1 ? kWrappedGap : kLineGap;
        const auto label = static_cast<int>(lines) * (scaled_px(text_px_, scale) + gap);
        const int edge = lines > 1 ? kWrappedEdge : kEdge;
        return label + (note.isEmpty() ? 0 : scaled_px(kNotePx, scale) + kNoteGap) + edge <= height();
    };
    double scale = text_scale(*this);
    while (scale > 1.0 && !stands(scale)) {
        scale -= kStep;
    }
    return std::max(1.0, scale);
}

void BigButton::paintNote(QPainter& p, double top, const QString& note, int wanted_px,
                          const QColor& ink) const {
    const QRectF box{static_cast<double>(kNoteMargin), top, width() - 2.0 * kNoteMargin,
                     wanted_px + static_cast<double>(kNoteGap)};
    const bool strikes = !struck_.isEmpty() && refusal_.isEmpty();
    const QString text = strikes ? struck_ + QStringLiteral("　") + note : note;
    const int px = fitting_px(text, wanted_px, kNoteLeastPx, Weight::normal, box.width());
    paint_text(p, box, Qt::AlignCenter, text, px, Weight::normal, ink);
    if (strikes) {
        const double left = box.left() + (box.width() - text_width(text, px)) / 2.0;
        const double middle = box.center().y() + 0.5;
        p.setPen(QPen{ink, 2});
        p.drawLine(QPointF{left, middle}, QPointF{left + text_width(struck_, px), middle});
    }
}

} // namespace ems::terminal
