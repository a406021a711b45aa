#include "console/widgets/bars.h"

#include "console/model/ageing.h"
#include "console/model/alarm_sound.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
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

Token grade_token(Grade grade) {
    return grade == Grade::high ? Token::al_high : grade == Grade::medium ? Token::al_med : Token::al_low;
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
        if (alarm != nullptr && out.size() < count && !AlarmList::is_shelved(*alarm, desk_.shownUs())) {
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
    for (const AlarmEntry* alarm : alarms) {
        painted_.push_back(alarm->key);
        const auto known = shown_.find(alarm->key);
        const bool same = known != shown_.end() && known->second.grade == alarm->grade && known->second.state == alarm->state;
        shown[alarm->key] = same ? known->second : Shown{desk_.monotonicS(), alarm->grade, alarm->state};
    }
    shown_ = std::move(shown);
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
    static const std::array<QString, 3> kStars{QStringLiteral("***"), QStringLiteral("**"), QStringLiteral("*")};
    const auto index = static_cast<std::size_t>(alarm.grade) - 1;
    const QString grade = alarm.grade == Grade::high ? tr("high") : alarm.grade == Grade::medium ? tr("medium") : tr("low");
    return kStars.at(index) + QStringLiteral(" ") + grade;
}

QString AlarmBar::subjectText(const AlarmEntry& alarm) {
    return (alarm.subject.empty() ? QString{} : qs(alarm.subject) + QStringLiteral(" ")) + Words::alarm(alarm.code);
}

QString AlarmBar::chipText(const AlarmEntry& alarm) {
    return markText(alarm) + QStringLiteral("　") + subjectText(alarm);
}

int AlarmBar::markWidth(const AlarmEntry& alarm) {
    return text_width(markText(alarm), metrics::kDensePx, Weight::bold) + 18;
}

int AlarmBar::paintMark(QPainter& p, const Theme& theme, QPointF top_left, const AlarmEntry& alarm, SymbolLook look) {
    const bool stale = look == SymbolLook::lost;
    const QString text = markText(alarm);
    const int width = markWidth(alarm);
    const QRectF box{top_left, QSizeF{static_cast<double>(width), 22}};
    const bool filled = alarm.state == AlarmState::active && !stale;
    const QColor hue = theme.color(stale ? Token::st_text : grade_token(alarm.grade));
    p.setRenderHint(QPainter::Antialiasing);
    QPen edge{filled ? theme.color(Token::al_edge) : hue, filled ? 1.0 : 2.0};
    if (alarm.state == AlarmState::returned) {
        edge.setDashPattern({3, 2});
    }
    p.setPen(edge);
    p.setBrush(filled ? hue : theme.color(Token::bg_panel));
    p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3);
    const Token ink = filled ? Token::al_ink : stale ? Token::st_text : Token::text_1;
    paint_text(p, box, Qt::AlignCenter, text, metrics::kDensePx, Weight::bold, theme.color(ink), Elide::none);
    return width;
}

QString AlarmBar::chipTail(const Desk& desk, const AlarmEntry& alarm) {
    QStringList parts;
    if (!alarm.value.empty()) {
        parts << Words::alarmValue(alarm.code, alarm.value);
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

int AlarmBar::chipWidth(const AlarmEntry& alarm) const {
    return text_width(chipText(alarm), metrics::kBodyPx, Weight::bold) + text_width(chipTail(desk_, alarm), metrics::kBodyPx) + 44;
}

int AlarmBar::paintChip(QPainter& p, int left, const AlarmEntry& alarm, int room) const {
    const Theme& theme = desk_.theme();
    const QString text = chipText(alarm);
    const QString tail = chipTail(desk_, alarm);
    const int text_w = text_width(text, metrics::kBodyPx, Weight::bold) + 2;
    const int width = std::min(room, text_w + text_width(tail, metrics::kBodyPx) + 34);
    if (width < text_w + 20) {
        return 0;
    }
    const QRectF box{static_cast<double>(left), 8, static_cast<double>(width), 28};
    const bool filled = alarm.state == AlarmState::active && flash_filled(alarm.grade, phase_);
    const bool outlined = alarm.state != AlarmState::active || !filled;
    p.setRenderHint(QPainter::Antialiasing);
    const QColor hue = theme.color(grade_token(alarm.grade));
    if (outlined) {
        if (theme.mode() == ThemeMode::day) {
            p.setPen(QPen{theme.color(Token::al_edge), 4});
            p.drawRoundedRect(box.adjusted(2, 2, -2, -2), 3, 3);
        }
        QPen edge{hue, 2};
        if (alarm.state == AlarmState::returned) {
            edge.setDashPattern({3, 2});
        }
        p.setPen(edge);
        p.setBrush(theme.color(Token::bg_panel));
    } else {
        p.setPen(QPen{theme.color(Token::al_edge), 1});
        p.setBrush(hue);
    }
    p.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3);
    const QColor ink = theme.color(outlined ? Token::text_1 : Token::al_ink);
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
    // the button at the right end
    const QString label = tr("Acknowledge");
    const int button_width = text_width(label, metrics::kBodyPx) + 24 + text_width(QStringLiteral("F8"), 12) + 18;
    const QRectF button{static_cast<double>(width() - metrics::kMargin - button_width), 6,
                        static_cast<double>(button_width), metrics::kButtonHeight};
    button_left_ = static_cast<int>(button.left());
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme.color(Token::line_strong));
    p.setBrush(theme.color(Token::bg_raise));
    p.drawRoundedRect(button.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    paint_text(p, button.adjusted(12, 0, 0, 0), Qt::AlignVCenter, label, metrics::kBodyPx, Weight::normal,
               theme.color(Token::text_1), Elide::none);
    paint_key(p, {static_cast<int>(button.right()) - 10, height() / 2}, QStringLiteral("F8"), theme.color(Token::text_2));

    const auto& all = desk_.state().alarms();
    std::size_t count = kChipsMax;
    std::size_t shown = 0;
    int from = x;
    // Where the chips are too wide for all of them, fewer are chosen anew: what is not acknowledged has room first.
    for (; count > 0; --count) {
        int used = 0;
        for (const AlarmEntry* alarm : chosen(count)) {
            used += desk_.isStale() && alarm->code != "server_lost" ? 0 : chipWidth(*alarm);
        }
        if (used <= button_left_ - 60 - from || count == 1) {
            break;
        }
    }
    std::vector<const AlarmEntry*> painted;
    for (const AlarmEntry* alarm : chosen(count)) {
        if (desk_.isStale() && alarm->code != "server_lost") {
            continue; // collected under the one that explains them
        }
        const int used = paintChip(p, x, *alarm, button_left_ - 60 - x);
        if (used == 0) {
            break;
        }
        x += used;
        ++shown;
        painted.push_back(alarm);
    }
    rememberPainted(painted);
    QStringList more;
    const auto shelved = static_cast<std::size_t>(
        std::count_if(all.entries().begin(), all.entries().end(),
                      [&](const AlarmEntry& e) { return AlarmList::is_shelved(e, desk_.shownUs()); }));
    if (shown + shelved < all.entries().size()) {
        const auto rest = static_cast<int>(all.entries().size() - shown - shelved);
        more << (desk_.isStale() ? tr("%1 earlier alarms put away").arg(rest) : tr("+%1 Shift+F8").arg(rest));
    }
    if (shelved != 0) {
        more << tr("%1 shelved").arg(shelved);
    }
    if (const std::int64_t left = desk_.audioPausedUntilUs() - desk_.localUs(); left > 0) {
        more << tr("audio paused %1").arg(qs(elapsed_text(left)));
    }
    more_left_ = x;
    paint_text(p, QRectF(x + 2, 0, button_left_ - x - 8, height()), Qt::AlignVCenter, more.join(QStringLiteral(" · ")),
               metrics::kBodyPx, Weight::normal, theme.color(Token::text_2));
}

void AlarmBar::mousePressEvent(QMouseEvent* event) {
    if (event->pos().x() >= button_left_) {
        acknowledgeFirst();
    } else if (event->pos().x() >= more_left_) {
        emit listWanted();
    }
}

StatusStrip::StatusStrip(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("statusStrip"));
    setAccessibleName(tr("Links and clock"));
    setFixedHeight(metrics::kStatusStripHeight);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

void StatusStrip::setPart(const QString& name, const QString& value) {
    if (value.isEmpty()) {
        parts_.erase(name);
    } else {
        parts_[name] = value;
    }
    update();
}

void StatusStrip::setParts(std::vector<PartMark> marks, int degraded) {
    marks_ = std::move(marks);
    degraded_ = degraded;
    update();
}

void StatusStrip::mousePressEvent(QMouseEvent* event) {
    if (degraded_box_.contains(event->pos())) {
        emit partsWanted();
    }
}

int StatusStrip::paintDegraded(QPainter& p, int left) {
    degraded_box_ = {};
    if (degraded_ == 0) {
        return 0;
    }
    const Theme& theme = desk_.theme();
    const QString text = tr("%1 degraded").arg(degraded_) + QStringLiteral(" · Shift+F1");
    const int wide = text_width(text, metrics::kDensePx, Weight::bold) + 18;
    degraded_box_ = QRect{left, 4, wide, height() - 8};
    const QColor ink = theme.color(desk_.isStale() ? Token::st_ink : Token::text_1);
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen{ink, 1});
    p.setBrush(Qt::NoBrush);
    p.drawRect(degraded_box_);
    paint_text(p, QRectF{degraded_box_}, Qt::AlignCenter, text, metrics::kDensePx, Weight::bold, ink, Elide::none);
    return wide + 16;
}

int StatusStrip::paintPart(QPainter& p, int left, const QString& name, const QString& value, const QColor& ink) const {
    p.fillRect(QRect{left, height() / 2 - 4, 8, 8}, ink);
    const int name_width = text_width(name, metrics::kDensePx);
    const int value_width = text_width(value, metrics::kDensePx);
    paint_text(p, QRectF(left + 14, 0, name_width + 2, height()), Qt::AlignVCenter, name, metrics::kDensePx,
               Weight::normal, ink, Elide::none);
    const QColor second = desk_.isStale() ? ink : desk_.theme().color(Token::text_3);
    paint_text(p, QRectF(left + 20 + name_width, 0, value_width + 2, height()), Qt::AlignVCenter, value,
               metrics::kDensePx, Weight::normal, second, Elide::none);
    return 14 + name_width + 6 + value_width + 20;
}

double StatusStrip::paintClock(QPainter& p) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QColor ink = theme.color(stale ? Token::st_ink : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_ink : Token::text_2);
    const std::int64_t now = desk_.isLive() ? desk_.state().server_us(desk_.localUs()) : desk_.localUs();
    double right = width() - metrics::kMargin;
    const auto put = [&](const QString& text, int px, Weight weight, const QColor& color) {
        const double w = text_width(text, px, weight) + 2;
        paint_text(p, {right - w, 0, w, static_cast<double>(height())}, Qt::AlignVCenter | Qt::AlignRight, text, px,
                   weight, color, Elide::none);
        right -= w + 10;
    };
    put(desk_.isLive() ? tr("server clock") : tr("this machine's clock · not checked"), metrics::kDensePx,
        Weight::normal, second);
    put(qs(clock_text(now)), metrics::kTimerPx, Weight::bold, ink);
    put(qs(date_text(now)) + QStringLiteral(" ") + Words::weekdayName(weekday(now)), metrics::kDensePx, Weight::normal,
        second);
    const QString mode = theme.mode() == ThemeMode::night ? tr("night theme") : tr("day theme");
    put(mode + QStringLiteral(" · ") + (theme.isByHand() ? tr("by hand") : tr("automatic")), metrics::kDensePx, Weight::normal,
        second);
    const QString note = qs(desk_.state().login().network_note());
    if (!note.isEmpty()) {
        put(note, metrics::kDensePx, Weight::bold, ink);
    }
    if (desk_.state().time_scale() != 1.0) {
        put(tr("simulated time x %1").arg(desk_.state().time_scale()), metrics::kDensePx, Weight::bold, ink);
    }
    return right;
}

void StatusStrip::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    const auto& state = desk_.state();
    const bool stale = desk_.isStale();
    p.fillRect(rect(), theme.color(stale ? Token::st_bg : Token::bg_raise));
    const QColor ink = theme.color(stale ? Token::st_ink : Token::text_2);
    const double clock = paintClock(p);
    int x = metrics::kMargin;
    x += paintDegraded(p, x);
    if (!desk_.isLive()) {
        const QString text = stale ? tr("× Dispatch server disconnected %1")
                                         .arg(qs(elapsed_text(desk_.localUs() - state.lost_since_us())))
                                   : tr("Connecting to the dispatch server");
        const int w = text_width(text, metrics::kDensePx, Weight::bold);
        paint_text(p, QRectF(x, 0, w + 2, height()), Qt::AlignVCenter, text, metrics::kDensePx, Weight::bold,
                   theme.color(stale ? Token::st_ink : Token::text_1), Elide::none);
        x += w + 20;
        const QString direct = Words::direct(state.direct());
        const QString detail = direct.isEmpty() ? qs(state.link().detail) : direct;
        paint_text(p, QRectF(x, 0, 560, height()), Qt::AlignVCenter, detail, metrics::kDensePx,
                   direct.isEmpty() ? Weight::normal : Weight::bold, ink);
    } else {
        for (const auto& [name, value] : parts_) {
            x += paintPart(p, x, name, value, ink);
        }
        paint_part_marks(p, QRectF(x, 0, clock - x - metrics::kMargin, height()), marks_,
                         {metrics::kDensePx, ink, theme.color(Token::text_3)});
    }
}

} // namespace ems::console
