#include "console/widgets/ecg_sent_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kHeight = 30;
constexpr int kMargin = 12;
constexpr int kCaptionWidth = 92;
constexpr int kKeyWidth = 150;

} // namespace

QString ecg_sent_text(const api::LiveEcgMark& mark) {
    return QCoreApplication::translate("ecg_sent", "ECG sent %1").arg(qs(clock_text(ecg_sent_us(mark))));
}

EcgSentView::EcgSentView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("ecgSentView"));
    setAccessibleName(tr("ECG that the crew sent"));
    setCursor(Qt::PointingHandCursor);
    connect(&desk, &Desk::stateChanged, this, &EcgSentView::follow);
    connect(&desk, &Desk::selectionChanged, this, &EcgSentView::follow);
    connect(&desk, &Desk::ticked, this, &EcgSentView::follow);
    connect(&desk.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    setFixedHeight(0);
}

const api::LiveEcgMark* EcgSentView::mark() const {
    const auto* unit = desk_.patientUnit();
    return unit == nullptr ? nullptr
                           : desk_.state().ecg_mark(unit->id(), desk_.state().selected_incident());
}

bool EcgSentView::isOpened() const {
    const auto* known = mark();
    return known != nullptr && known->event_id() == opened_;
}

void EcgSentView::noteOpened(const std::string& event_id) {
    opened_ = event_id;
    update();
}

void EcgSentView::follow() {
    const int high = mark() == nullptr ? 0 : kHeight;
    if (height() != high) {
        setFixedHeight(high);
    }
    setAccessibleDescription(text());
    update();
}

QString EcgSentView::text() const {
    const auto* known = mark();
    if (known == nullptr) {
        return {};
    }
    const std::int64_t age_us = std::max<std::int64_t>(0, desk_.shownUs() - ecg_sent_us(*known));
    return ecg_sent_text(*known) + QStringLiteral("　") + tr("%1 ago").arg(qs(age_text(age_us))) +
           QStringLiteral("　") + tr("%1 leads").arg(known->mark().leads()) +
           QStringLiteral("　") + tr("%1 s").arg(known->mark().duration_ms() / 1'000.0, 0, 'f', 0);
}

void EcgSentView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        emit wanted();
    }
}

void EcgSentView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(isOpened() ? Token::bg_panel : Token::bg_raise));
    const bool stale = desk_.isStale();
    const auto color = [&](Token token) { return theme.color(stale ? Token::st_text : token); };
    const double h = height();
    paint_text(p, {kMargin, 0, kCaptionWidth, h}, Qt::AlignVCenter, tr("From the crew"),
               metrics::kDensePx, Weight::bold, color(Token::w_ecg));
    const double left = kMargin + kCaptionWidth + 8;
    paint_text(p, {left, 0, width() - left - kKeyWidth - 2.0 * kMargin, h}, Qt::AlignVCenter, text(),
               metrics::kBodyPx, isOpened() ? Weight::normal : Weight::bold,
               color(isOpened() ? Token::text_2 : Token::text_1));
    paint_text(p, {width() - kKeyWidth - 1.0 * kMargin, 0, kKeyWidth, h},
               Qt::AlignVCenter | Qt::AlignRight, tr("Ctrl+E open"), metrics::kDensePx, Weight::bold,
               color(Token::text_1), Elide::none);
}

} // namespace ems::console
