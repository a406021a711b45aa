#include "console/widgets/alarm_list_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/bars.h"
#include "console/widgets/numeric_reading.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kNumberWidth = 34;

} // namespace

AlarmListView::AlarmListView(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("alarmList"));
    setAccessibleName(tr("All alarms"));
}

QSize AlarmListView::sizeHint() const {
    const auto count = static_cast<int>(std::max<std::size_t>(1, desk_.state().alarms().entries().size()));
    return {1'100, metrics::kDockTitleHeight + count * metrics::kUnitRowHeight};
}

// While the server is lost one alarm stands for all of them; what was before is shown, but is nobody's to acknowledge.
bool AlarmListView::isPutAway(const AlarmEntry& alarm) const {
    return desk_.isStale() && alarm.code != "server_lost";
}

void AlarmListView::rebuild() {
    const auto& entries = desk_.state().alarms().entries();
    std::erase_if(ids_, [&](const auto& one) { return desk_.state().alarms().find(one.first) == nullptr; });
    rows_.clear();
    rows_.push_back({metrics::kDockTitleHeight, 0});
    for (const AlarmEntry& alarm : entries) {
        const auto [known, added] = ids_.try_emplace(alarm.key, last_id_ + 1);
        last_id_ += added ? 1 : 0;
        rows_.push_back({metrics::kUnitRowHeight, isPutAway(alarm) ? 0 : known->second});
    }
}

std::string AlarmListView::chosenKey() const {
    for (const auto& [key, id] : ids_) {
        const AlarmEntry* alarm = id == current() ? desk_.state().alarms().find(key) : nullptr;
        if (alarm != nullptr && !isPutAway(*alarm)) {
            return key;
        }
    }
    return {};
}

void AlarmListView::acknowledgeChosen() {
    if (const std::string key = chosenKey(); !key.empty()) {
        desk_.acknowledgeAlarm(std::array{key});
    }
}

void AlarmListView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Escape:
        emit closed();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        acknowledgeChosen();
        return;
    case Qt::Key_G: {
        const std::string key = chosenKey();
        const auto& entries = desk_.state().alarms().entries();
        const auto at = std::find_if(entries.begin(), entries.end(), [&](const AlarmEntry& e) { return e.key == key; });
        if (at != entries.end()) {
            emit commandBegun(QStringLiteral("GQ %1 ").arg(at - entries.begin() + 1));
        }
        return;
    }
    case Qt::Key_L:
        emit loadWanted();
        return;
    case Qt::Key_O:
        switchChosen();
        return;
    case Qt::Key_Z:
        desk_.takeAlarmBack(chosenKey());
        return;
    default:
        RowList::keyPressEvent(event);
    }
}

// Of a patient's number alone; a dispatcher has no such key.
void AlarmListView::switchChosen() {
    const std::string key = chosenKey();
    const AlarmEntry* alarm = desk_.state().alarms().find(key);
    const std::string_view parameter = alarm == nullptr || alarm->technical ? std::string_view{} : alarm_parameter(alarm->code);
    if (parameter.empty() || !may_switch_alarms(desk_)) {
        return;
    }
    const auto& units = desk_.state().units();
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [&](const auto& one) { return alarm_key('u', one.first, alarm->code) == key; });
    if (unit != units.end()) {
        emit switchWanted(unit->first, QString::fromUtf8(parameter.data(), static_cast<qsizetype>(parameter.size())));
    }
}

void AlarmListView::paintHead(QPainter& p, const QRect& box) const {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_raise));
    const QRectF in = QRectF{box}.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    paint_text(p, in, Qt::AlignVCenter, tr("All alarms %1").arg(desk_.state().alarms().entries().size()), metrics::kBodyPx,
               Weight::bold, theme.color(Token::text_1), Elide::none);
    const std::size_t dropped = desk_.state().alarms().dropped();
    QString keys = tr("↑ ↓ choose　F8 acknowledge　G put away　Z bring back　L load　Esc close");
    if (may_switch_alarms(desk_)) {
        keys = tr("O alarms of its number off or on") + QStringLiteral("　") + keys;
    }
    if (dropped != 0) {
        keys = tr("%1 more had no room").arg(dropped) + QStringLiteral("　") + keys;
    }
    paint_text(p, in, Qt::AlignVCenter | Qt::AlignRight, keys, metrics::kDensePx, Weight::normal, theme.color(Token::text_2),
               Elide::none);
}

void AlarmListView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    if (index == 0) {
        paintHead(p, box);
        return;
    }
    const AlarmEntry& alarm = desk_.state().alarms().entries().at(index - 1);
    const Theme& theme = desk_.theme();
    const bool away = isPutAway(alarm);
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    const QColor ink = theme.color(away ? Token::st_text : Token::text_1);
    const QColor second = theme.color(away ? Token::st_text : Token::text_2);
    double x = box.left() + 8;
    const double height = box.height();
    paint_text(p, {x, static_cast<double>(box.top()), kNumberWidth - 10.0, height}, Qt::AlignVCenter | Qt::AlignRight,
               QString::number(index), metrics::kDensePx, Weight::normal, second, Elide::none);
    x += kNumberWidth;
    const int mark_width = AlarmBar::paintMark(p, theme, QPointF{x, static_cast<double>(box.top()) + 5}, alarm,
                                               away ? SymbolLook::lost : SymbolLook::normal);
    x += mark_width + 10;
    const QString what = AlarmBar::subjectText(alarm);
    const int what_width = text_width(what, metrics::kBodyPx, Weight::bold) + 12;
    const bool acknowledged = alarm.state == AlarmState::acknowledged;
    paint_text(p, {x, static_cast<double>(box.top()), static_cast<double>(what_width), height}, Qt::AlignVCenter, what,
               metrics::kBodyPx, acknowledged ? Weight::normal : Weight::bold, ink, Elide::none);
    x += what_width;
    QString tail = AlarmBar::chipTail(desk_, alarm);
    if (AlarmList::is_shelved(alarm, desk_.shownUs())) {
        tail += QStringLiteral(" · ") + tr("put away until %1 by %2: %3").arg(qs(clock_text(alarm.shelved_until_us)),
                                                                              qs(alarm.shelved_by), qs(alarm.shelved_reason));
    }
    if (AlarmList::is_off(alarm)) {
        constexpr double kBell = 16;
        paint_alarm_off(p, {x, box.center().y() - kBell / 2, kBell, kBell}, ink);
        x += kBell + 6;
        tail = alarms_off_by(alarm.off) + QStringLiteral(" · ") + tail;
    }
    paint_text(p, {x, static_cast<double>(box.top()), box.right() - x - 8, height}, Qt::AlignVCenter, tail,
               metrics::kBodyPx, Weight::normal, second);
}

QString AlarmListView::spokenRow(std::size_t index) const {
    return SpokenRows::alarm(desk_, desk_.state().alarms().entries().at(index - 1));
}

void AlarmListView::paintRest(QPainter& p, const QRect& box) {
    if (desk_.state().alarms().entries().empty()) {
        paint_text(p, QRectF{box}.adjusted(metrics::kMargin, 0, 0, 0), Qt::AlignVCenter, tr("No alarm"), metrics::kBodyPx,
                   Weight::normal, desk_.theme().color(Token::text_3));
    }
}

void AlarmListView::paintEvent(QPaintEvent* event) {
    RowList::paintEvent(event);
    paintEdge();
}

} // namespace ems::console
