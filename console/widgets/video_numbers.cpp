#include "console/widgets/video_numbers.h"

#include "console/model/limits.h"
#include "console/theme/alarm_box.h"
#include "console/theme/alarm_words.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>

#include <QPainter>
#include <QStringList>

namespace ems::console {
namespace {

constexpr std::array kShown{Numeric::hr, Numeric::spo2, Numeric::rr, Numeric::nibp};
constexpr int kPx = metrics::kNamePx;
constexpr int kValuePx = 52;
constexpr int kNarrowValuePx = 40;
constexpr int kLeastValuePx = 28;
constexpr double kMargin = 16;
constexpr double kBetween = 14;
constexpr double kLine = 28;
constexpr double kBell = 20;

} // namespace

struct VideoNumbers::Cell {
    const NumericLook& look;
    NumericReading reading;
    QString limits;
    const AlarmEntry* alarm{nullptr};
    const AlarmOff* off{nullptr};
    bool gone{false}; // of a while ago, or of a server that is lost
};

VideoNumbers::VideoNumbers(Desk& desk, const std::optional<CameraChannel>& channel, QWidget* parent)
    : QWidget(parent), desk_(desk), channel_(channel) {
    setObjectName(QStringLiteral("videoNumbers"));
    setAccessibleName(tr("Numbers of the patient in the picture"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

void VideoNumbers::setChannel(const std::optional<CameraChannel>& channel) {
    if (channel != channel_) {
        channel_ = channel;
        update();
    }
}

VideoNumbers::Cell VideoNumbers::cell(Numeric numeric) const {
    const NumericLook& look = kNumericLooks.at(static_cast<std::size_t>(numeric));
    const VitalsTrack* track = channel_ ? desk_.state().vitals(channel_->unit_id) : nullptr;
    Cell out{look, read_numeric(numeric, track, desk_.shownUs()), {}, nullptr, nullptr, false};
    if (!channel_) {
        return out;
    }
    const auto* incident = desk_.state().incident(channel_->incident_id);
    out.limits = limits_text(numeric, patient_age(incident, track == nullptr ? nullptr : &track->newest.vitals()).group);
    out.alarm = desk_.isStale() ? nullptr : alarm_of(desk_, numeric, channel_->unit_id);
    out.off = alarms_off(desk_, numeric, channel_->unit_id);
    out.gone = desk_.isStale() || out.reading.freshness == Freshness::lost;
    if (track == nullptr && channel_->incident_id != desk_.state().selected_incident()) {
        out.reading.reason = tr("case not selected");
    }
    return out;
}

void VideoNumbers::paintCell(QPainter& p, const QRectF& box, const Cell& shown) const {
    const Theme& theme = desk_.theme();
    const NumericReading& reading = shown.reading;
    Token ink = shown.gone ? Token::st_text : shown.look.token;
    Token second = shown.gone ? Token::st_text : Token::text_2;
    if (shown.alarm != nullptr) {
        p.fillRect(box, theme.color(alarm_token(shown.alarm->grade)));
        ink = Token::al_ink;
        second = Token::al_ink;
    }
    const QRectF in = box.adjusted(kMargin, 0, -kMargin, 0);
    const QRectF upper{in.left(), in.center().y() - kLine, in.width(), kLine};
    const QRectF lower = upper.translated(0, kLine);
    const QString name = numeric_text(shown.look.brief);
    const QString why = shown.alarm == nullptr ? QString{}
                                               : QStringLiteral("%1 %2").arg(alarm_stars(shown.alarm->grade),
                                                                             qs(elapsed_text(desk_.shownUs() - shown.alarm->since_us)));
    const QString age = reading.has_value ? qs(age_text(reading.age_us)) : reading.reason;
    const bool late = reading.freshness != Freshness::fresh && reading.has_value;
    paint_text(p, upper, Qt::AlignVCenter | Qt::AlignRight, why, kPx, Weight::bold, theme.color(second), Elide::none);
    paint_text(p, lower, Qt::AlignVCenter | Qt::AlignRight, age, kPx, late ? Weight::bold : Weight::normal, theme.color(second),
               Elide::none);
    const double right = in.right() - std::max(text_width(why, kPx, Weight::bold), text_width(age, kPx, Weight::bold)) - kBetween;
    const QString value = shown.gone && reading.has_value ? QStringLiteral("×") + reading.value : reading.value;
    const double bell = shown.off == nullptr ? 0 : kBell + 4; // in the place of the limits: nothing is held against them
    const auto left_of = [&](const QString& beneath) {
        return in.left() + std::max<double>(text_width(name, kPx, Weight::bold), bell + text_width(beneath, kPx)) + kBetween;
    };
    const QString whole = shown.off != nullptr ? alarms_off_word()
                                               : shown.limits + QStringLiteral(" ") + numeric_text(shown.look.unit);
    const bool is_narrow = text_width(value, kNarrowValuePx, Weight::bold) > right - left_of(whole);
    const QString held = !is_narrow ? whole : shown.off != nullptr ? QString{} : shown.limits; // the number comes before its unit
    paint_text(p, upper, Qt::AlignVCenter, name, kPx, Weight::bold, theme.color(ink), Elide::none);
    if (shown.off != nullptr) {
        paint_alarm_off(p, {lower.left(), lower.center().y() - kBell / 2, kBell, kBell}, theme.color(second));
    }
    paint_text(p, lower.adjusted(bell, 0, 0, 0), Qt::AlignVCenter, held, kPx, Weight::normal, theme.color(second), Elide::none);
    const double left = left_of(held);
    int px = kValuePx;
    while (px > kLeastValuePx && text_width(value, px, Weight::bold) > right - left) {
        px -= 2;
    }
    paint_text(p, {left, in.top(), right - left, in.height()}, Qt::AlignVCenter, value, px, Weight::bold, theme.color(ink),
               Elide::none);
    if (reading.has_value && (reading.freshness == Freshness::old || reading.freshness == Freshness::lost)) {
        paint_stale_frame(p, theme, box.toRect().adjusted(2, 1, -1, -1));
    }
}

void VideoNumbers::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const double wide = width() / static_cast<double>(kShown.size());
    for (std::size_t i = 0; i < kShown.size(); ++i) {
        const QRectF box{static_cast<double>(i) * wide, 0, wide, static_cast<double>(height())};
        paintCell(p, box, cell(kShown.at(i)));
        if (i > 0) {
            p.fillRect(QRectF{box.left(), 8, 1, box.height() - 16}, theme.color(Token::line));
        }
    }
    if (desk_.isStale()) {
        paint_stale_frame(p, theme, rect());
    }
}

QString VideoNumbers::spokenText() {
    QStringList lines;
    for (const Numeric numeric : kShown) {
        const Cell shown = cell(numeric);
        lines << SpokenRows::numeric(numeric_text(shown.look.name), numeric_text(shown.look.unit), shown.reading, shown.limits);
        if (shown.alarm != nullptr) {
            lines << SpokenRows::alarm(desk_, *shown.alarm);
        }
        if (shown.off != nullptr) {
            lines << alarms_off_by(*shown.off);
        }
    }
    return lines.join(QStringLiteral("; "));
}

} // namespace ems::console
