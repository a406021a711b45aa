#include "console/widgets/advisory_view.h"

#include "console/theme/advisory_words.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kCaptionWidth = 92;
constexpr int kAgeWidth = 120;
constexpr int kHeight = 30;

} // namespace

AdvisoryReading read_advisory(const VitalsTrack* track, std::int64_t now_us) {
    AdvisoryReading out;
    out.st = st_unknown_text();
    if (track == nullptr || track->received == 0 || !track->newest.vitals().has_ecg()) {
        return out;
    }
    const auto& advisory = track->newest.vitals().ecg();
    const std::int64_t since_us = std::max<std::int64_t>(0, now_us - track->at_us());
    const auto take = [&](std::optional<AdvisoryLine> line, QString& text) {
        if (!line || line->age_us + since_us > kAdvisoryHeldUs) {
            return;
        }
        text = line->text;
        out.suggests = out.suggests || line->suggests;
        out.age_us = std::max(out.age_us.value_or(0), line->age_us + since_us);
    };
    take(st_line(advisory), out.st);
    take(af_line(advisory), out.af);
    return out;
}

AdvisoryView::AdvisoryView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("advisoryView"));
    setAccessibleName(tr("ECG advisory"));
    setFixedHeight(kHeight);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk, &Desk::stateChanged, this, repaint);
    connect(&desk, &Desk::selectionChanged, this, repaint);
    connect(&desk, &Desk::ticked, this, repaint);
    connect(&desk.theme(), &Theme::changed, this, repaint);
}

void AdvisoryView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const auto* unit = desk_.patientUnit();
    const VitalsTrack* track = unit == nullptr ? nullptr : desk_.state().vitals(unit->id());
    const AdvisoryReading reading = read_advisory(track, desk_.shownUs());
    const bool stale = desk_.isStale();
    const auto color = [&](Token token) { return theme.color(stale ? Token::st_text : token); };
    const double h = height();
    paint_text(p, {12, 0, kCaptionWidth, h}, Qt::AlignVCenter, tr("ECG advisory"), metrics::kDensePx, Weight::bold,
               color(Token::w_ecg));
    QString text = reading.st;
    if (!reading.af.isEmpty()) {
        text += QStringLiteral("　|　") + reading.af;
    }
    setToolTip(text);
    if (accessibleDescription() != text) {
        setAccessibleDescription(text);
    }
    const double left = 12 + kCaptionWidth + 8;
    paint_text(p, {left, 0, width() - left - kAgeWidth - 24, h}, Qt::AlignVCenter, text, metrics::kBodyPx,
               reading.suggests ? Weight::bold : Weight::normal,
               color(reading.suggests ? Token::text_1 : Token::text_2));
    if (reading.age_us) {
        paint_text(p, {width() - kAgeWidth - 12.0, 0, kAgeWidth, h}, Qt::AlignVCenter | Qt::AlignRight,
                   tr("measured %1 ago").arg(qs(age_text(*reading.age_us))), metrics::kCaptionPx, Weight::normal,
                   color(Token::text_3), Elide::none);
    }
}

} // namespace ems::console
