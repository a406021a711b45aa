// The alarm bar: which chips stand on it, what they say, and its two buttons.
#include "console/model/alarm_sound.h"
#include "console/theme/alarm_box.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/bars.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kFlashMs = 100;
constexpr int kTailLeastPx = 60; // kept free behind the chips
constexpr std::int64_t kDelayShownUs = 5'000'000;
constexpr std::int64_t kHereOnlyAfterUs = 3'000'000; // the centre has had time to confirm it

// Filled 60 % of the time: high at 2 Hz (5 steps of 100 ms), medium at about 0.6 Hz (17 steps). All in one phase.
bool flash_filled(Grade grade, unsigned phase) {
    switch (grade) {
    case Grade::high:
        return phase % 5 < 3;
    case Grade::medium:
        return phase % 17 < 10;
    case Grade::low:
        return true;
    }
    return true;
}

// A button of the bar, with its key; gives its box, of which `right` is the right edge.
QRectF paint_bar_button(QPainter& p, const Theme& theme, double right, const QString& label, const QString& key) {
    const double width = text_width(label, metrics::kBodyPx) + text_width(key, metrics::kCaptionPx) + 42.0;
    const QRectF box{right - width, 6, width, metrics::kButtonHeight};
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme.color(Token::line_strong));
    p.setBrush(theme.color(Token::bg_raise));
    p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
    paint_text(p, box.adjusted(12, 0, 0, 0), Qt::AlignVCenter, label, metrics::kBodyPx, Weight::normal,
               theme.color(Token::text_1), Elide::none);
    paint_key(p, {static_cast<int>(box.right()) - 10, metrics::kAlarmBarHeight / 2}, key, theme.color(Token::text_2));
    return box;
}

} // namespace

AlarmBar::AlarmBar(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("alarmBar"));
    setAccessibleName(tr("Alarms"));
    setFixedHeight(metrics::kAlarmBarHeight);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
    flash_.setInterval(kFlashMs);
    connect(&flash_, &QTimer::timeout, this, [this] {
        ++phase_;
        const auto& entries = desk_.state().alarms().entries();
        const bool any = std::any_of(entries.begin(), entries.end(), [](const AlarmEntry& e) {
            return e.state == AlarmState::active && e.grade != Grade::low;
        });
        if (any) {
            update();
        }
    });
    flash_.start();
    qApp->installEventFilter(this);
}

bool AlarmBar::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::ShortcutOverride: // of a key that is a shortcut no press follows
    case QEvent::KeyPress:
        if (const auto* key = static_cast<QKeyEvent*>(event); !key->isAutoRepeat()) {
            press(key->key());
        }
        break;
    case QEvent::KeyRelease:
        if (const auto* key = static_cast<QKeyEvent*>(event); !key->isAutoRepeat()) {
            release(key->key());
        }
        break;
    case QEvent::MouseButtonPress:
        press(-static_cast<int>(static_cast<QMouseEvent*>(event)->button()));
        break;
    case QEvent::MouseButtonRelease:
        release(-static_cast<int>(static_cast<QMouseEvent*>(event)->button()));
        break;
    case QEvent::ApplicationStateChange: // what is let go in another program is not told
        held_.clear();
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void AlarmBar::press(int key) {
    constexpr std::size_t kHeldMost = 16;
    held_since_s_ = held_.empty() ? desk_.monotonicS() : held_since_s_; // of a typist some key is always down
    if (held_.size() < kHeldMost) {
        held_.insert(key);
    }
}

void AlarmBar::release(int key) {
    if (held_.erase(key) != 0 && held_.empty()) {
        update();
    }
}

bool AlarmBar::isHeld() const {
    return !held_.empty() && desk_.monotonicS() - held_since_s_ < kHeldMaxS;
}

// In their order; while something is held down, those that stand there stay where they are and others come behind them.
std::vector<const AlarmEntry*> AlarmBar::chosen(std::size_t count) const {
    const AlarmList& all = desk_.state().alarms();
    std::vector<const AlarmEntry*> urgent = all.most_urgent(count, desk_.shownUs());
    if (!isHeld()) {
        return urgent;
    }
    std::vector<const AlarmEntry*> out;
    for (const std::string& key : painted_) {
        const AlarmEntry* alarm = all.find(key);
        if (alarm != nullptr && out.size() < count && !AlarmList::is_held(*alarm, desk_.shownUs())) {
            out.push_back(alarm);
        }
    }
    for (const AlarmEntry* alarm : urgent) {
        if (out.size() < count && std::find(out.begin(), out.end(), alarm) == out.end()) {
            out.push_back(alarm);
        }
    }
    return out;
}

void AlarmBar::rememberPainted(const std::vector<const AlarmEntry*>& alarms) {
    painted_.clear();
    std::map<std::string, Shown> shown;
    std::vector<int> fresh; // on the screen for the first time, or otherwise than before
    for (const AlarmEntry* alarm : alarms) {
        painted_.push_back(alarm->key);
        const auto known = shown_.find(alarm->key);
        const bool same = known != shown_.end() && known->second.grade == alarm->grade && known->second.state == alarm->state;
        shown[alarm->key] = same ? known->second : Shown{desk_.monotonicS(), alarm->grade, alarm->state};
        if (!same && alarm->state == AlarmState::active) {
            fresh.push_back(static_cast<int>(painted_.size()) - 1);
        }
    }
    shown_ = std::move(shown);
    for (const int chip : fresh) {
        tell_spoken_alert(*this, chip);
    }
}

void AlarmBar::acknowledgeFirst() {
    const Owner own = owner_of_role(desk_.state().login().role());
    std::vector<std::string> read;
    bool has_other = false;
    bool has_own = false;
    for (const std::string& key : painted_) {
        const AlarmEntry* alarm = desk_.state().alarms().find(key);
        const auto shown = shown_.find(key);
        if (alarm == nullptr || alarm->state == AlarmState::acknowledged || shown == shown_.end()) {
            continue;
        }
        const bool owed = is_owed(*alarm, own);
        has_other = has_other || !owed;
        has_own = has_own || owed;
        // A grade that rose since it was painted has not been read either.
        const bool as_painted = shown->second.grade == alarm->grade && shown->second.state == alarm->state;
        if (owed && as_painted && desk_.monotonicS() - shown->second.since_s >= kReadS) {
            read.push_back(key);
        }
    }
    if (!read.empty()) {
        desk_.acknowledgeAlarm(read);
    } else if (has_other && !has_own) {
        desk_.refuse(tr("Not this desk's alarm: acknowledge it in the list, Shift+F8"));
    }
}

QString AlarmBar::markText(const AlarmEntry& alarm) {
    const QString grade = alarm.grade == Grade::high ? tr("high") : alarm.grade == Grade::medium ? tr("medium") : tr("low");
    return alarm_stars(alarm.grade) + QStringLiteral(" ") + grade;
}

QString AlarmBar::subjectText(const AlarmEntry& alarm) {
    return (alarm.subject.empty() ? QString{} : qs(alarm.subject) + QStringLiteral(" ")) + Words::alarm(alarm.code);
}

QString AlarmBar::chipText(const Chip& chip) {
    const QString behind = chip.behind == 0 ? QString{} : QStringLiteral(" +%1").arg(chip.behind);
    return markText(*chip.alarm) + QStringLiteral("　") + subjectText(*chip.alarm) + behind;
}

AlarmFill AlarmBar::fillOf(const AlarmEntry& alarm) {
    return alarm.state == AlarmState::returned ? AlarmFill::dashed
           : alarm.state == AlarmState::active ? AlarmFill::filled
                                               : AlarmFill::outline;
}

int AlarmBar::markWidth(const AlarmEntry& alarm) {
    return text_width(markText(alarm), metrics::kDensePx, Weight::bold) + 18;
}

int AlarmBar::paintMark(QPainter& p, const Theme& theme, QPointF top_left, const AlarmEntry& alarm, SymbolLook look) {
    const QString text = markText(alarm);
    const int width = markWidth(alarm);
    const QRectF box{top_left, QSizeF{static_cast<double>(width), 22}};
    Token ink = alarm_ink(fillOf(alarm));
    if (look == SymbolLook::lost) {
        ink = Token::st_text;
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen{theme.color(ink), 2});
        p.setBrush(theme.color(Token::bg_panel));
        p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3);
    } else {
        paint_alarm_box(p, theme, box, alarm.grade, fillOf(alarm));
    }
    paint_text(p, box, Qt::AlignCenter, text, metrics::kDensePx, Weight::bold, theme.color(ink), Elide::none);
    return width;
}

QString AlarmBar::chipTail(const Desk& desk, const AlarmEntry& alarm) {
    QStringList parts;
    if (const QString value = Words::alarmValue(alarm.code, alarm.value); !value.isEmpty()) {
        parts << value;
    }
    if (alarm.code == "server_lost") {
        const auto& link = desk.state().link();
        parts << tr("screen stopped at %1").arg(qs(clock_text(desk.shownUs())));
        parts << tr("attempt %1; dispatch by telephone or radio").arg(link.attempt);
        return qs(elapsed_text(desk.localUs() - desk.state().lost_since_us())) + QStringLiteral("  ") +
               parts.join(QStringLiteral("，"));
    }
    parts << qs(elapsed_text(desk.shownUs() - alarm.since_us));
    if (alarm.age_at_receipt_us > kDelayShownUs) {
        parts << tr("delay %1").arg(qs(age_text(alarm.age_at_receipt_us)));
    }
    if (AlarmList::is_chattering(alarm)) {
        parts << tr("%1 times, %2 to %3").arg(alarm.repeats).arg(qs(clock_text(alarm.first_us)), qs(clock_text(alarm.last_us)));
    }
    if (alarm.is_consequence) {
        parts << tr("follows from the lost contact");
    }
    if (alarm.settles_us != 0) {
        parts << tr("ended, kept in view");
    }
    if (alarm.state == AlarmState::returned) {
        parts << (alarm.ending == Ending::unwatched ? tr("no longer watched") : tr("ended, not acknowledged"));
    }
    if (alarm.state == AlarmState::acknowledged) {
        parts << tr("%1 %2 acknowledged").arg(qs(alarm.acknowledged_by), qs(clock_text(alarm.acknowledged_us)));
        if (alarm.marked_here_only && is_shared_alarm(alarm.key) && desk.shownUs() - alarm.acknowledged_us > kHereOnlyAfterUs) {
            parts << tr("at this desk only");
        }
    } else if (alarm.technical) {
        parts << tr("technical");
    }
    return parts.join(QStringLiteral(" · "));
}

int AlarmBar::chipWidth(const Chip& chip) const {
    return text_width(chipText(chip), metrics::kBodyPx, Weight::bold) +
           text_width(chipTail(desk_, *chip.alarm), metrics::kBodyPx) + 44;
}

int AlarmBar::paintChip(QPainter& p, int left, const Chip& chip, int room) const {
    const Theme& theme = desk_.theme();
    const AlarmEntry& alarm = *chip.alarm;
    const QString text = chipText(chip);
    const QString tail = chipTail(desk_, alarm);
    const int text_w = text_width(text, metrics::kBodyPx, Weight::bold) + 2;
    const int width = std::min(room, text_w + text_width(tail, metrics::kBodyPx) + 34);
    if (width < text_w + 20) {
        return 0;
    }
    const QRectF box{static_cast<double>(left), 8, static_cast<double>(width), 28};
    AlarmFill fill = fillOf(alarm);
    if (fill == AlarmFill::filled && !flash_filled(alarm.grade, phase_)) {
        fill = AlarmFill::outline;
    }
    paint_alarm_box(p, theme, box, alarm.grade, fill);
    const QColor ink = theme.color(alarm_ink(fill));
    paint_text(p, box.adjusted(10, 0, 0, 0), Qt::AlignVCenter, text, metrics::kBodyPx, Weight::bold, ink, Elide::none);
    paint_text(p, box.adjusted(10 + text_w + 8, 0, -8, 0), Qt::AlignVCenter, tail, metrics::kBodyPx, Weight::normal,
               ink);
    return width + 8;
}

void AlarmBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_raise));
    const auto& login = desk_.state().login();
    const QString centre = tr("EMS 120");
    paint_text(p, QRectF(metrics::kMargin, 0, 200, height()), Qt::AlignVCenter, centre, 16, Weight::bold,
               theme.color(Token::text_1), Elide::none);
    int x = metrics::kMargin + text_width(centre, 16, Weight::bold) + 8;
    const QString who = login.user().empty() ? QString{}
                                             : Words::role(login.role()) + QStringLiteral(" ") + qs(login.display_name());
    const int who_width = text_width(who, metrics::kBodyPx);
    paint_text(p, QRectF(x, 0, who_width + 2, height()), Qt::AlignVCenter, who, metrics::kBodyPx, Weight::normal,
               theme.color(Token::text_2), Elide::none);
    x += who_width + 14;
    p.fillRect(QRect{x, 10, 1, 24}, theme.color(Token::line_strong));
    x += 14;
    // the buttons at the right end
    const QRectF button = paint_bar_button(p, theme, width() - metrics::kMargin, tr("Acknowledge"), QStringLiteral("F8"));
    button_left_ = static_cast<int>(button.left());
    pause_left_ = static_cast<int>(
        paint_bar_button(p, theme, button.left() - 8, pauseText(), QStringLiteral("Ctrl+M")).left());

    const auto& all = desk_.state().alarms();
    const QString rest = restText();
    const auto away = static_cast<std::size_t>(
        std::count_if(all.entries().begin(), all.entries().end(), [&](const AlarmEntry& e) {
            return AlarmList::is_held(e, desk_.shownUs());
        }));
    const auto tail = [&](std::size_t chips) { // what stands behind so many
        QStringList more;
        if (chips + away < all.entries().size()) {
            const auto left = static_cast<int>(all.entries().size() - chips - away);
            more << (desk_.isStale() ? tr("%1 earlier alarms put away").arg(left) : tr("+%1 Shift+F8").arg(left));
        }
        if (!rest.isEmpty()) {
            more << rest;
        }
        return more.join(QStringLiteral(" · "));
    };
    int room_right = 0;
    std::vector<Chip> chips;
    // Where the chips are too wide for all of them, fewer are chosen anew: what is not acknowledged has room first.
    for (std::size_t count = kChipsMax; count > 0; --count) {
        chips = chipsOf(chosen(count));
        room_right = pause_left_ - 16 - std::max(kTailLeastPx, text_width(tail(chips.size()), metrics::kBodyPx) + 8);
        int used = 0;
        for (const Chip& chip : chips) {
            used += chipWidth(chip);
        }
        if (used <= room_right - x) {
            break;
        }
    }
    if (!chips.empty() && room_right - x < text_width(chipText(chips.front()), metrics::kBodyPx, Weight::bold) + 22) {
        room_right = pause_left_ - 16 - kTailLeastPx; // a narrow bar: the alarm before the count
    }
    std::vector<const AlarmEntry*> painted;
    boxes_.clear();
    for (const Chip& chip : chips) {
        const int used = paintChip(p, x, chip, room_right - x);
        if (used == 0) {
            break;
        }
        boxes_.emplace_back(x, 0, used, height());
        x += used;
        painted.push_back(chip.alarm);
    }
    rememberPainted(painted);
    more_left_ = x;
    paint_text(p, QRectF(x + 2, 0, pause_left_ - x - 10, height()), Qt::AlignVCenter, tail(painted.size()),
               metrics::kBodyPx, Weight::normal, theme.color(Token::text_2));
}

QString AlarmBar::pauseText() const {
    const std::int64_t paused_us = desk_.audioPauseLeftUs();
    return paused_us > 0 ? tr("Audio paused %1").arg(qs(elapsed_text(paused_us))) : tr("Pause audio");
}

int AlarmBar::spokenCount() {
    constexpr int kButtons = 2;
    return static_cast<int>(painted_.size()) + kButtons;
}

SpokenPart AlarmBar::spokenPart(int index) {
    const auto chips = static_cast<int>(painted_.size());
    if (index == chips) {
        return {pauseText() + QStringLiteral(" Ctrl+M"), QRect{pause_left_, 0, button_left_ - pause_left_, height()}, QAccessible::Button};
    }
    if (index > chips) {
        return {tr("Acknowledge") + QStringLiteral(" F8"), QRect{button_left_, 0, width() - button_left_, height()}, QAccessible::Button};
    }
    const auto at = static_cast<std::size_t>(index);
    const AlarmEntry* alarm = desk_.state().alarms().find(painted_.at(at));
    return {alarm == nullptr ? QString{} : SpokenRows::alarm(desk_, *alarm), boxes_.at(at), QAccessible::AlertMessage};
}

void AlarmBar::pressSpoken(int index) {
    const auto chips = static_cast<int>(painted_.size());
    if (index == chips) {
        desk_.pauseAudio();
    } else if (index > chips) {
        acknowledgeFirst();
    } else { // a chip by itself does nothing; the list acknowledges
        emit listWanted();
    }
}

// What is said beside the chips: how many are put away, and that there are more than a person can answer.
QString AlarmBar::restText() const {
    const LoadFigures load = desk_.state().load().figures(desk_.state().alarms(), desk_.shownUs());
    QStringList parts;
    if (load.flood_since_us != 0) {
        parts << tr("alarm flood: %1 in 10 min").arg(load.window);
    }
    if (load.shelved != 0) {
        parts << tr("%1 shelved").arg(load.shelved);
    }
    if (load.off != 0) {
        parts << tr("%1 alarms off").arg(load.off);
    }
    return parts.join(QStringLiteral(" · "));
}

std::vector<AlarmBar::Chip> AlarmBar::chipsOf(const std::vector<const AlarmEntry*>& alarms) const {
    std::vector<const AlarmEntry*> seen;
    for (const AlarmEntry* alarm : alarms) {
        if (!desk_.isStale() || alarm->code == "server_lost") { // others are collected under the one that explains them
            seen.push_back(alarm);
        }
    }
    std::vector<Chip> chips;
    std::set<std::string> counted;
    for (const AlarmEntry* alarm : seen) { // the first of its group tells how many have no chip
        const bool first = desk_.isLive() && !alarm->group.empty() && counted.insert(alarm->group).second;
        chips.push_back({alarm, first ? desk_.state().alarms().behind(*alarm, seen, desk_.shownUs()) : 0});
    }
    return chips;
}

void AlarmBar::mousePressEvent(QMouseEvent* event) {
    if (event->pos().x() >= button_left_) {
        acknowledgeFirst();
    } else if (event->pos().x() >= pause_left_) {
        desk_.pauseAudio();
    } else if (event->pos().x() >= more_left_) {
        emit listWanted();
    }
}

} // namespace ems::console
