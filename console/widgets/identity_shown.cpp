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

} // namespace

IdentityShown::IdentityShown(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setObjectName(QStringLiteral("identityShown"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
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
    const QRectF in = QRectF{rect()}.adjusted(8, 0, -8, 0);
    const int number_wide = text_width(number(), metrics::kTimerPx, Weight::bold);
    paint_text(p, in, Qt::AlignVCenter, number(), metrics::kTimerPx, Weight::bold, ink, Elide::none);
    const QRectF name = in.adjusted(number_wide + 12.0, 0, -rest_wide - 8, 0);
    paint_text(p, name, Qt::AlignVCenter, text().section(QStringLiteral("　"), 1), metrics::kBodyPx, Weight::bold, ink);
    paint_text(p, in, Qt::AlignVCenter | Qt::AlignRight, rest, metrics::kCaptionPx, Weight::normal, ink, Elide::none);
}

} // namespace ems::console
