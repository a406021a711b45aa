#include "console/widgets/alarm_reason_view.h"

#include "console/model/alarm_load.h"
#include "console/model/alarm_sound.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kLineHeight = 24;
constexpr int kNameWidth = 170;
constexpr int kReasonLines = 5;
constexpr int kLoadLines = 9;

} // namespace

AlarmReasonView::AlarmReasonView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("alarmReason"));
    setAccessibleName(tr("Why the alarm came and what to do"));
    setFocusPolicy(Qt::NoFocus);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

void AlarmReasonView::setAlarm(const std::string& key) {
    key_ = key;
    update();
}

void AlarmReasonView::setPage(Page page) {
    page_ = page;
    update();
}

QString AlarmReasonView::spokenText() {
    return lines().join(QLatin1Char('\n'));
}

QSize AlarmReasonView::sizeHint() const {
    const int lines = page_ == Page::reason ? kReasonLines : kLoadLines;
    return {1'100, lines * kLineHeight + 12};
}

QStringList AlarmReasonView::lines() const {
    QStringList out;
    for (const Line& line : page_ == Page::reason ? reasonLines() : loadLines()) {
        out << line.name + QStringLiteral("　") + line.text;
    }
    return out;
}

QList<AlarmReasonView::Line> AlarmReasonView::reasonLines() const {
    const AlarmEntry* alarm = desk_.state().alarms().find(key_);
    if (alarm == nullptr) {
        return {{tr("No alarm is chosen"), tr("↑ ↓ choose one")}};
    }
    const AlarmReason* row = alarm->reason;
    if (row == nullptr) {
        return {{Words::alarm(alarm->code), tr("Nothing more is known of it")}};
    }
    const QString whose = row->owner == Owner::both ? tr("each desk") : Words::role(std::string{name(row->owner)});
    const QString within = row->available_s < 60 ? tr("%1 s").arg(row->available_s) : tr("%1 min").arg(row->available_s / 60);
    return {{Words::alarm(alarm->code), tr("act within %1 · answered by: %2").arg(within, whose)},
            {tr("Why it came"), Words::alarmCause(alarm->code)},
            {tr("What follows"), Words::alarmConsequence(alarm->code)},
            {tr("What to do"), Words::alarmAction(alarm->code)}};
}

QList<AlarmReasonView::Line> AlarmReasonView::loadLines() const {
    const std::int64_t now = desk_.shownUs();
    const LoadFigures f = desk_.state().load().figures(desk_.state().alarms(), now);
    if (f.since_us == 0) {
        return {{tr("Alarm load of this seat"), tr("nobody has logged in")}};
    }
    const auto share = [&](Grade grade) {
        const auto index = static_cast<std::size_t>(grade) - 1;
        return tr("%1 % (%2), target %3 %")
            .arg(share_percent(f, grade))
            .arg(f.by_grade.at(index))
            .arg(kShareTargets.at(index));
    };
    return {{tr("Alarm load of this seat"), tr("since %1, %2 alarms asked for it").arg(qs(clock_text(f.since_us))).arg(f.total)},
            {tr("In the last 10 min"), tr("%1; more than 10 are a flood").arg(f.window)},
            {tr("Mean in 10 min"), tr("%1, target %2 at most").arg(f.mean, 0, 'f', 1).arg(kMeanTarget, 0, 'f', 0)},
            {tr("Most in 10 min"), f.peak == 0 ? QStringLiteral("—") : tr("%1 at %2").arg(f.peak).arg(qs(clock_text(f.peak_us)))},
            {tr("Floods"), f.flood_since_us == 0
                               ? tr("%1, in all %2").arg(f.floods).arg(qs(elapsed_text(f.flood_us)))
                               : tr("%1, in all %2, one since %3")
                                     .arg(f.floods)
                                     .arg(qs(elapsed_text(f.flood_us)), qs(clock_text(f.flood_since_us)))},
            {tr("High"), share(Grade::high)},
            {tr("Medium"), share(Grade::medium)},
            {tr("Low"), share(Grade::low)},
            {tr("Standing"), tr("%1, not acknowledged %2, shelved %3, alarms off %7, for more than 24 h %4, chattering %5, consequences %6")
                                 .arg(f.standing)
                                 .arg(f.unseen)
                                 .arg(f.shelved)
                                 .arg(f.stale)
                                 .arg(f.chattering)
                                 .arg(f.consequences)
                                 .arg(f.off)}};
}

void AlarmReasonView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_raise));
    p.fillRect(QRect{0, 0, width(), 1}, theme.color(Token::line_strong));
    double y = 6;
    bool first = true;
    for (const Line& line : page_ == Page::reason ? reasonLines() : loadLines()) {
        const double left = metrics::kMargin;
        paint_text(p, {left, y, kNameWidth - 8.0, kLineHeight}, Qt::AlignVCenter, line.name, metrics::kBodyPx,
                   first ? Weight::bold : Weight::normal, theme.color(first ? Token::text_1 : Token::text_2));
        paint_text(p, {left + kNameWidth, y, width() - kNameWidth - 2 * left, kLineHeight}, Qt::AlignVCenter, line.text,
                   metrics::kBodyPx, Weight::normal, theme.color(first ? Token::text_2 : Token::text_1));
        y += kLineHeight;
        first = false;
    }
    p.setPen(QPen{theme.color(Token::line_strong), 2});
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect().adjusted(1, 1, -1, -1));
}

} // namespace ems::console
