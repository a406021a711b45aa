#include "console/widgets/caller_list.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kRowHeight = 40;
constexpr int kFootHeight = 22;
constexpr int kCallsMax = 5; // as many as the centre gives

bool is_open(const api::Incident& incident) {
    return incident.state() == "open" || incident.state() == "assigned";
}

QString state_text(const api::Incident& incident) {
    return incident.state() == "open"        ? CallerList::tr("open")
           : incident.state() == "assigned"  ? CallerList::tr("unit sent")
           : incident.state() == "cancelled" ? CallerList::tr("nobody served it")
                                             : CallerList::tr("closed");
}

QString headText(const api::Incident& incident) {
    return qs(incident.number()) + QStringLiteral("　") + Words::level(incident.level()) + QStringLiteral(" ") +
           qs(incident.complaint());
}

QString whenText(const api::Incident& incident) {
    return qs(date_text(incident.created_us())) + QStringLiteral(" ") + qs(clock_text(incident.created_us())).left(5);
}

} // namespace

CallerList::CallerList(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setObjectName(QStringLiteral("callerList"));
    setAccessibleName(tr("Earlier calls of this number"));
    setFocusPolicy(Qt::ClickFocus); // no step of the tabulator: most callers call once
    setCursor(Qt::PointingHandCursor);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void CallerList::setHistory(const api::CallerHistory& history) {
    calls_.assign(history.incidents().begin(), history.incidents().begin() + std::min(history.incidents_size(), kCallsMax));
    std::stable_partition(calls_.begin(), calls_.end(), is_open);
    count_ = std::max(history.earlier(), static_cast<std::uint32_t>(calls_.size()));
    chosen_ = 0;
    resize(width(), sizeHint().height());
    update();
}

void CallerList::clear() {
    calls_.clear();
    count_ = 0;
    hide();
}

const api::Incident* CallerList::openCase() const {
    return !calls_.empty() && is_open(calls_.front()) ? &calls_.front() : nullptr;
}

void CallerList::open() {
    if (calls_.empty()) {
        return;
    }
    choose(0);
    show();
    raise();
    setFocus(Qt::ShortcutFocusReason);
}

QString CallerList::rowText(const api::Incident& incident) {
    return headText(incident) + QStringLiteral(" · ") + state_text(incident) + QStringLiteral(" · ") + whenText(incident) +
           QStringLiteral(" · ") + qs(incident.address());
}

QSize CallerList::sizeHint() const {
    return {320, static_cast<int>(calls_.size()) * kRowHeight + kFootHeight};
}

void CallerList::choose(std::size_t row) {
    chosen_ = std::min(row, calls_.empty() ? 0 : calls_.size() - 1);
    setAccessibleDescription(calls_.empty() ? QString{} : rowText(calls_[chosen_]));
    update();
}

void CallerList::take(std::size_t row) {
    if (row >= calls_.size()) {
        return;
    }
    const api::Incident incident = calls_[row]; // who takes it may clear the list
    hide();
    emit taken(incident);
    emit closed();
}

void CallerList::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Down:
        choose(chosen_ + 1);
        break;
    case Qt::Key_Up:
        choose(chosen_ - std::min<std::size_t>(chosen_, 1));
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier) {
            take(chosen_);
        }
        break;
    case Qt::Key_Escape:
        hide();
        emit closed();
        break;
    default:
        QWidget::keyPressEvent(event);
        break;
    }
}

void CallerList::mousePressEvent(QMouseEvent* event) {
    take(static_cast<std::size_t>(std::max(0.0, event->position().y()) / kRowHeight));
}

void CallerList::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    hide();
}

void CallerList::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_raise));
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        const api::Incident& one = calls_[i];
        const QRectF row{0, static_cast<double>(i) * kRowHeight, static_cast<double>(width()), kRowHeight};
        if (i == chosen_) {
            p.fillRect(row, theme_.color(Token::bg_sel));
            p.fillRect(QRectF{row.left(), row.top(), 3, row.height()}, theme_.color(Token::focus));
        }
        const QRectF upper{row.left() + 10, row.top() + 2, row.width() - 18, row.height() / 2};
        const QRectF lower{upper.left(), row.top() + row.height() / 2 - 1, upper.width(), row.height() / 2 - 2};
        const QString state = state_text(one);
        const double state_width = text_width(state, metrics::kDensePx, Weight::bold) + 8.0;
        const QString when = whenText(one);
        const double when_width = text_width(when, metrics::kCaptionPx) + 8.0;
        paint_text(p, {upper.left(), upper.top(), upper.width() - state_width, upper.height()}, Qt::AlignVCenter, headText(one),
                   metrics::kBodyPx, Weight::bold, theme_.color(Token::text_1));
        paint_text(p, upper, Qt::AlignVCenter | Qt::AlignRight, state, metrics::kDensePx,
                   is_open(one) ? Weight::bold : Weight::normal, theme_.color(is_open(one) ? Token::text_1 : Token::text_2),
                   Elide::none);
        paint_text(p, {lower.left(), lower.top(), lower.width() - when_width, lower.height()}, Qt::AlignVCenter,
                   qs(one.address()), metrics::kDensePx, Weight::normal, theme_.color(Token::text_1));
        paint_text(p, lower, Qt::AlignVCenter | Qt::AlignRight, when, metrics::kCaptionPx, Weight::normal,
                   theme_.color(Token::text_2), Elide::none);
    }
    const QRectF foot{8, static_cast<double>(height() - kFootHeight), width() - 16.0, kFootHeight};
    paint_text(p, foot, Qt::AlignVCenter, tr("↑ ↓ choose · Enter takes the place over · Esc closes"), metrics::kCaptionPx,
               Weight::normal, theme_.color(Token::text_2));
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen{theme_.color(Token::line_strong), 1});
    p.drawRect(QRectF{rect()}.adjusted(0.5, 0.5, -0.5, -0.5));
}

} // namespace ems::console
