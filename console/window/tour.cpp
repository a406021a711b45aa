#include "console/window/tour.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kCardWidth = 440;
constexpr int kCardHeight = 160;
constexpr int kFramePx = 4;

} // namespace

Tour::Tour(const Theme& theme, QWidget* desk, std::vector<TourStop> stops)
    : QWidget(desk), theme_(theme), stops_(std::move(stops)), before_(QApplication::focusWidget()) {
    setObjectName(QStringLiteral("tour"));
    setFocusPolicy(Qt::StrongFocus);
    setGeometry(desk->rect());
    desk->installEventFilter(this);
    show();
    raise();
    setFocus(Qt::OtherFocusReason);
    go(0);
}

void Tour::go(std::size_t stop) {
    if (stop >= stops_.size()) {
        end();
        return;
    }
    stop_ = stop;
    target_ = stops_[stop].show ? stops_[stop].show() : nullptr;
    raise();
    setFocus(Qt::OtherFocusReason); // showing another view may have moved it
    setAccessibleName(stops_[stop].name);
    setAccessibleDescription(stops_[stop].words);
    update();
}

void Tour::end() {
    hide();
    if (before_) {
        before_->setFocus(Qt::OtherFocusReason);
    }
    deleteLater();
}

QRect Tour::framed() const {
    if (!target_ || !target_->isVisible()) {
        return {};
    }
    return QRect{mapFromGlobal(target_->mapToGlobal(QPoint{0, 0})), target_->size()}.intersected(rect());
}

// Beside what is framed, where there is room; else in the middle of it.
QRect Tour::card() const {
    const QRect box = framed();
    const QSize size{std::min(kCardWidth, width() - 2 * metrics::kMargin), kCardHeight};
    QRect out{QPoint{(width() - size.width()) / 2, (height() - size.height()) / 2}, size};
    if (box.isEmpty()) {
        return out;
    }
    const int gap = metrics::kMargin + kFramePx;
    const std::array<QPoint, 4> places{
        QPoint{box.right() + gap, box.center().y() - size.height() / 2},
        QPoint{box.left() - gap - size.width(), box.center().y() - size.height() / 2},
        QPoint{box.center().x() - size.width() / 2, box.bottom() + gap},
        QPoint{box.center().x() - size.width() / 2, box.top() - gap - size.height()}};
    for (const QPoint& place : places) {
        const int x = std::clamp(place.x(), gap, std::max(gap, width() - size.width() - gap));
        const int y = std::clamp(place.y(), gap, std::max(gap, height() - size.height() - gap));
        const QRect tried{QPoint{x, y}, size};
        if (!tried.intersects(box)) {
            return tried;
        }
    }
    out.moveCenter(box.center());
    return out.intersected(rect()).size() == size ? out : QRect{QPoint{gap, gap}, size};
}

void Tour::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const QRect box = framed();
    if (!box.isEmpty()) {
        p.setPen(QPen{theme_.color(Token::focus), kFramePx});
        p.drawRect(box.adjusted(kFramePx / 2, kFramePx / 2, -kFramePx / 2, -kFramePx / 2));
    }
    const QRect at = card();
    p.setPen(QPen{theme_.color(Token::focus), 2});
    p.setBrush(theme_.color(Token::bg_raise));
    p.drawRoundedRect(at, metrics::kRadius, metrics::kRadius);
    const TourStop& stop = stops_[stop_];
    const QRect inner = at.adjusted(16, 12, -16, -10);
    paint_text(p, QRectF(inner.left(), inner.top(), inner.width() - 60, 26), Qt::AlignVCenter, stop.name, metrics::kNamePx,
               Weight::bold, theme_.color(Token::text_1));
    paint_text(p, QRectF(inner.right() - 60, inner.top(), 60, 26), Qt::AlignVCenter | Qt::AlignRight,
               QStringLiteral("%1 / %2").arg(stop_ + 1).arg(stops_.size()), metrics::kDensePx, Weight::normal,
               theme_.color(Token::text_2));
    p.setFont(Theme::font(metrics::kBodyPx));
    p.setPen(theme_.color(Token::text_1));
    p.drawText(QRect{inner.left(), inner.top() + 34, inner.width(), inner.height() - 60},
               Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop, stop.words);
    paint_text(p, QRectF(inner.left(), inner.bottom() - 20, inner.width(), 20), Qt::AlignVCenter,
               tr("Enter go on · ← back · Esc end"), metrics::kDensePx, Weight::normal, theme_.color(Token::text_2));
}

void Tour::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Right:
    case Qt::Key_Space:
        go(stop_ + 1);
        return;
    case Qt::Key_Left:
    case Qt::Key_Backspace:
        go(stop_ == 0 ? 0 : stop_ - 1);
        return;
    case Qt::Key_Escape:
        end();
        return;
    default:
        event->accept(); // a digit must not choose a unit nobody sees
    }
}

void Tour::mousePressEvent(QMouseEvent* /*event*/) {
    go(stop_ + 1);
}

bool Tour::eventFilter(QObject* object, QEvent* event) {
    if (object == parent() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
    }
    return QWidget::eventFilter(object, event);
}

} // namespace ems::console
