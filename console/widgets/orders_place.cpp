#include "console/widgets/orders_place.h"

#include "console/theme/metrics.h"

#include <QFontMetrics>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kWidth = 400;
constexpr int kTop = 4;
constexpr int kBetween = 4;
constexpr int kBottom = 4;

int wrapped_height(const QString& text, int width) {
    const QRect room{0, 0, width - 2 * metrics::kMargin, QWIDGETSIZE_MAX};
    return QFontMetrics{Theme::font(metrics::kDensePx)}.boundingRect(room, Qt::TextWordWrap, text).height();
}

} // namespace

OrdersPlace::OrdersPlace(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("ordersPlace"));
    setAccessibleName(tr("Orders and pre-alert"));
    setAccessibleDescription(whatComes() + QLatin1Char(' ') + whatToDo());
    setFocusPolicy(Qt::StrongFocus);
    connect(&desk_, &Desk::stateChanged, this, qOverload<>(&QWidget::update));
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize OrdersPlace::sizeHint() const {
    return {kWidth, room_ == Room::ample ? textHeight(kWidth) : kTop + wrapped_height(whatToDo(), kWidth) + kBottom};
}

void OrdersPlace::setRoom(Room room) {
    room_ = room;
    updateGeometry();
    update();
}

int OrdersPlace::textHeight(int width) {
    return kTop + wrapped_height(whatComes(), width) + kBetween + wrapped_height(whatToDo(), width) + kBottom;
}

QString OrdersPlace::whatComes() {
    return tr("Orders with their read-back and the hospital's pre-alert will stand here.");
}

QString OrdersPlace::whatToDo() {
    return tr("Today: order by voice (F12 held), have it repeated, ring the hospital, note both (F9, B).");
}

void OrdersPlace::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const QRectF room = QRectF{rect()}.adjusted(metrics::kMargin, kTop, -metrics::kMargin, -kBottom);
    p.setFont(Theme::font(metrics::kDensePx));
    double below = 0;
    if (room_ == Room::ample) {
        p.setPen(theme.color(Token::text_2));
        p.drawText(room, Qt::TextWordWrap, whatComes());
        below = wrapped_height(whatComes(), width()) + kBetween;
    }
    p.setPen(theme.color(Token::text_1));
    p.drawText(room.adjusted(0, below, 0, 0), Qt::TextWordWrap, whatToDo());
    if (hasFocus()) {
        p.setPen(QPen{theme.color(Token::focus), 2});
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

} // namespace ems::console
