#include "console/widgets/identity_shown.h"

#include "console/theme/metrics.h"
#include "console/theme/phone_text.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr double kRoundingS = 0.000'5; // of the monotonic time as a number of seconds
constexpr int kOneRow = 400;           // as wide as number, name and what is left of the time need
constexpr int kRowHeight = 32;
constexpr int kNameRowHeight = 24;

} // namespace

IdentityShown::IdentityShown(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setObjectName(QStringLiteral("identityShown"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

int IdentityShown::heightFor(int width) {
    return width < kOneRow ? kRowHeight + kNameRowHeight : kRowHeight;
}

void IdentityShown::open(const api::Identity& identity, double now_s) {
    identity_ = identity;
    until_s_ = now_s + std::chrono::duration<double>(kIdentityShownFor).count();
    setAccessibleName(text());
    follow(now_s);
    show();
}

void IdentityShown::follow(double now_s) {
    if (!identity_) {
        return;
    }
    const double left_s = until_s_ - now_s - kRoundingS;
    if (left_s <= 0) {
        mask();
        return;
    }
    seconds_left_ = static_cast<int>(std::ceil(left_s));
    update();
}

void IdentityShown::mask() {
    if (!identity_) {
        return;
    }
    identity_.reset();
    seconds_left_ = 0;
    setAccessibleName({});
    hide();
    emit masked();
}

QString IdentityShown::number() const {
    return identity_->caller_phone().empty() ? tr("number not known") : qs(phone_text(identity_->caller_phone()));
}

QString IdentityShown::text() const {
    if (!identity_) {
        return {};
    }
    const QString name = identity_->patient_name().empty() ? tr("name not known") : qs(identity_->patient_name());
    return number() + QStringLiteral("　") + name;
}

void IdentityShown::paintEvent(QPaintEvent* /*event*/) {
    if (!identity_) {
        return;
    }
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::inv_bg));
    const QColor ink = theme_.color(Token::inv_fg);
    const QString rest = tr("%1 s · Ctrl+I masks").arg(seconds_left_);
    const double rest_wide = text_width(rest, metrics::kCaptionPx) + 2.0;
    QRectF row{8, 0, width() - 16.0, kRowHeight};
    paint_text(p, row, Qt::AlignVCenter, number(), metrics::kTimerPx, Weight::bold, ink, Elide::none);
    double name_left = text_width(number(), metrics::kTimerPx, Weight::bold) + 12.0;
    if (width() < kOneRow) {
        row = {8, kRowHeight - 4.0, width() - 16.0, kNameRowHeight};
        name_left = 0;
    }
    paint_text(p, row.adjusted(name_left, 0, -rest_wide - 8, 0), Qt::AlignVCenter, text().section(QStringLiteral("　"), 1),
               metrics::kBodyPx, Weight::bold, ink);
    paint_text(p, row, Qt::AlignVCenter | Qt::AlignRight, rest, metrics::kCaptionPx, Weight::normal, ink, Elide::none);
}

} // namespace ems::console
