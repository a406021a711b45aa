#include "console/widgets/replay_bar.h"

#include "console/model/stages.h"
#include "console/theme/alarm_words.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/controls.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

namespace ems::console {
namespace {

constexpr double kLineLeft = 600;
constexpr double kLineRight = 40;
constexpr double kLineY = 52;
constexpr int kRow = 22;
constexpr std::int64_t kStepUs = 10'000'000;

const Stage* stage_of(const std::string& event) {
    static const auto kStages = [] {
        std::array<Stage, kStageCount> out{};
        for (std::size_t i = 0; i < kStageCount; ++i) {
            out.at(i) = static_cast<Stage>(i);
        }
        return out;
    }();
    const auto it = std::find_if(kStages.begin(), kStages.end(), [&](Stage s) { return stage_event(s) == event; });
    return it == kStages.end() ? nullptr : &*it;
}

// What the centre writes into its log: those that a replay shows often. Others stand as they are.
QString action_text(const std::string& action) {
    static const std::array<std::pair<std::string_view, const char*>, 33> kActions{
        {{"new_call", QT_TRANSLATE_NOOP("replay", "call taken")},
         {"update_incident", QT_TRANSLATE_NOOP("replay", "case changed")},
         {"assign", QT_TRANSLATE_NOOP("replay", "unit ordered")},
         {"cancel_assignment", QT_TRANSLATE_NOOP("replay", "order called back")},
         {"set_destination", QT_TRANSLATE_NOOP("replay", "hospital set")},
         {"close_incident", QT_TRANSLATE_NOOP("replay", "case closed")},
         {"swap_unit", QT_TRANSLATE_NOOP("replay", "unit exchanged")},
         {"divert_unit", QT_TRANSLATE_NOOP("replay", "unit diverted")},
         {"correct_stamp", QT_TRANSLATE_NOOP("replay", "time put right")},
         {"watch_video", QT_TRANSLATE_NOOP("replay", "video looked at")},
         {"open_voice", QT_TRANSLATE_NOOP("replay", "intercom joined")},
         {"snapshot", QT_TRANSLATE_NOOP("replay", "picture stored")},
         {"replay", QT_TRANSLATE_NOOP("replay", "case replayed")},
         {"read_recording", QT_TRANSLATE_NOOP("replay", "recording read")},
         {"order_delivered", QT_TRANSLATE_NOOP("replay", "order is on the vehicle")},
         {"crew_accepted", QT_TRANSLATE_NOOP("replay", "crew accepted")},
         {"crew_refused", QT_TRANSLATE_NOOP("replay", "crew refused")},
         {"crew_refused_late", QT_TRANSLATE_NOOP("replay", "crew refused after accepting")},
         {"unit_state", QT_TRANSLATE_NOOP("replay", "crew reported its state")},
         {"order_timed_out", QT_TRANSLATE_NOOP("replay", "order never reached the vehicle")},
         {"refuse_assignment", QT_TRANSLATE_NOOP("replay", "refusal entered")},
         {"order_posting", QT_TRANSLATE_NOOP("replay", "unit posted")},
         {"neighbour", QT_TRANSLATE_NOOP("replay", "neighbour asked or answered")},
         {"merge_incident", QT_TRANSLATE_NOOP("replay", "calls merged")},
         {"told_by_voice", QT_TRANSLATE_NOOP("replay", "crew told by voice")},
         {"proposal_dismissed", QT_TRANSLATE_NOOP("replay", "proposal dismissed")},
         {"mark_alarm", QT_TRANSLATE_NOOP("replay", "alarm acknowledged or put away")},
         {"watch_video_end", QT_TRANSLATE_NOOP("replay", "video left")},
         {"open_voice_end", QT_TRANSLATE_NOOP("replay", "intercom left")},
         {"reveal_identity", QT_TRANSLATE_NOOP("replay", "identity shown")},
         {"unit_facts", QT_TRANSLATE_NOOP("replay", "facts of the unit changed")},
         {"close_road", QT_TRANSLATE_NOOP("replay", "road closed")},
         {"reopen_road", QT_TRANSLATE_NOOP("replay", "road opened")}}};
    for (const auto& [known, text] : kActions) {
        if (known == action) {
            return QCoreApplication::translate("replay", text);
        }
    }
    return qs(action);
}

} // namespace

QString replay_entry_text(const ReplayEntry& entry, const Desk& desk) {
    const auto* unit = desk.state().unit(entry.unit_id);
    const QString who = unit == nullptr ? QString{} : qs(unit->name()) + QStringLiteral(" ");
    switch (entry.kind) {
    case ReplayEntry::Kind::stage: {
        const Stage* stage = stage_of(entry.what);
        return who + (stage == nullptr ? qs(entry.what) : Words::stage(*stage));
    }
    case ReplayEntry::Kind::audit:
        return action_text(entry.what) + QStringLiteral(" · ") + qs(entry.detail);
    case ReplayEntry::Kind::alarm:
        return who + Words::alarm(entry.what) + QStringLiteral(" ") +
               (entry.detail.empty() ? QCoreApplication::translate("replay", "ended") : qs(entry.detail));
    case ReplayEntry::Kind::speech:
        return who + QCoreApplication::translate("replay", "speech:") + QStringLiteral(" ") +
               (entry.what == "crew" ? QCoreApplication::translate("replay", "crew") : qs(entry.what)) + QStringLiteral(" ") +
               qs(elapsed_text(entry.to_us - entry.at_us));
    case ReplayEntry::Kind::picture:
        return who + QCoreApplication::translate("replay", "picture stored") + QStringLiteral(" · ") + camera_text(entry.what) +
               QStringLiteral(" · ") + qs(entry.detail);
    case ReplayEntry::Kind::note:
        return QCoreApplication::translate("replay", "note:") + QStringLiteral(" ") + qs(entry.what) + QStringLiteral(" · ") +
               qs(entry.detail);
    case ReplayEntry::Kind::gap:
        break;
    }
    return who + QCoreApplication::translate("replay", "gap") + QStringLiteral(" ") +
           (entry.what == "vitals" ? QCoreApplication::translate("replay", "vital signs") : camera_text(entry.what)) +
           QStringLiteral(" ") + qs(elapsed_text(entry.to_us - entry.at_us));
}

// ------------------------------------------------------------------------------------------------ bar

ReplayBar::ReplayBar(ReplayPlayer& player, QWidget* parent) : QWidget(parent), player_(player) {
    setObjectName(QStringLiteral("replayBar"));
    setAccessibleName(tr("Replay"));
    setFixedHeight(104);
    const Theme& theme = player_.desk().theme();
    const auto button = [&](const QString& text, const QString& key, auto act) {
        auto* made = new KeyButton(theme, text, key, ButtonKind::plain, this);
        made->setFocusPolicy(Qt::NoFocus);
        connect(made, &KeyButton::clicked, this, act);
        buttons_.push_back(made);
        return made;
    };
    button(tr("before"), tr("PgUp"), [this] { player_.seekEntry(-1); });
    button(QStringLiteral("−10 s"), QStringLiteral("←"), [this] { player_.seek(player_.atUs() - kStepUs); });
    play_ = button(tr("Play"), tr("Space"), [this] { player_.toggle(); });
    button(QStringLiteral("+10 s"), QStringLiteral("→"), [this] { player_.seek(player_.atUs() + kStepUs); });
    button(tr("next"), tr("PgDn"), [this] { player_.seekEntry(1); });
    speed_ = button(QStringLiteral("×1"), QStringLiteral("+ −"), [this] {
        player_.setSpeed(player_.speed() == ReplaySpeed::x16 ? ReplaySpeed::x1 : faster(player_.speed()));
    });
    connect(&player_, &ReplayPlayer::moved, this, &ReplayBar::refresh);
    connect(&player_.loader(), &ReplayLoader::changed, this, &ReplayBar::refresh);
    connect(&player_.desk().theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void ReplayBar::refresh() {
    play_->setLabel(player_.isPlaying() ? tr("Pause") : tr("Play"));
    speed_->setLabel(QStringLiteral("×%1").arg(static_cast<int>(player_.speed())));
    update();
}

void ReplayBar::resizeEvent(QResizeEvent* event) {
    double x = 190;
    int row = 0;
    for (KeyButton* button : buttons_) {
        const int w = 112;
        button->setGeometry(static_cast<int>(x), 12 + row * 42, w, 34);
        x += w + 6;
        if (x + w > kLineLeft - 10) {
            x = 190;
            ++row;
        }
    }
    QWidget::resizeEvent(event);
}

double ReplayBar::xOf(std::int64_t us) const {
    const ReplayCase& past = player_.past();
    const double share = static_cast<double>(us - past.from_us()) / static_cast<double>(past.to_us() - past.from_us());
    return kLineLeft + std::clamp(share, 0.0, 1.0) * (width() - kLineLeft - kLineRight);
}

std::int64_t ReplayBar::momentAt(double x) const {
    const ReplayCase& past = player_.past();
    const double share = std::clamp((x - kLineLeft) / (width() - kLineLeft - kLineRight), 0.0, 1.0);
    return past.from_us() + static_cast<std::int64_t>(share * static_cast<double>(past.to_us() - past.from_us()));
}

void ReplayBar::mousePressEvent(QMouseEvent* event) {
    if (event->position().x() >= kLineLeft - 12) {
        player_.seek(momentAt(event->position().x()));
    }
}

void ReplayBar::mouseMoveEvent(QMouseEvent* event) {
    if ((event->buttons() & Qt::LeftButton) != 0 && event->position().x() >= kLineLeft - 12) {
        player_.seek(momentAt(event->position().x()));
    }
}

void ReplayBar::paintLine(QPainter& p) const {
    const Theme& theme = player_.desk().theme();
    const ReplayCase& past = player_.past();
    const double right = width() - kLineRight;
    const double now_x = xOf(player_.atUs());
    p.fillRect(QRectF{kLineLeft, kLineY - 2, right - kLineLeft, 4}, theme.color(Token::line_strong));
    for (const api::Recording& r : past.recordings()) { // what there is to see and to hear
        const double from = xOf(r.first_us());
        const double to = std::max(from + 1.5, xOf(r.last_us()));
        if (r.kind() == api::Recording::VIDEO) {
            p.fillRect(QRectF{from, kLineY + 6, to - from, 3}, theme.color(Token::text_3));
        } else if (r.kind() == api::Recording::VOICE) {
            p.fillRect(QRectF{from, kLineY + 11, to - from, 3}, theme.color(Token::text_2));
        }
    }
    p.fillRect(QRectF{kLineLeft, kLineY - 3, now_x - kLineLeft, 6}, theme.color(Token::rp));
    double above_free = kLineLeft - 40;
    double below_free = kLineLeft - 40;
    bool above = true;
    for (const ReplayEntry& entry : past.entries()) {
        const double x = xOf(entry.at_us);
        if (entry.kind == ReplayEntry::Kind::gap) {
            QPen dashed{theme.color(Token::text_2), 1};
            dashed.setDashPattern({3, 3});
            p.setPen(dashed);
            p.setBrush(theme.color(Token::bg_panel));
            p.drawRect(QRectF{x, kLineY - 5, std::max(3.0, xOf(entry.to_us) - x), 10});
            continue;
        }
        if (entry.kind == ReplayEntry::Kind::alarm && !entry.detail.empty()) {
            p.fillRect(QRectF{x - 1, kLineY - 8, 2, 5}, theme.color(Token::text_1));
            continue;
        }
        const Stage* stage = entry.kind == ReplayEntry::Kind::stage ? stage_of(entry.what) : nullptr;
        if (stage == nullptr) {
            continue;
        }
        p.fillRect(QRectF{x - 1, kLineY - 9, 2, 18}, theme.color(Token::text_1));
        const QString text = Words::stage(*stage);
        const double half = std::max(text_width(text, metrics::kCaptionPx), 56) / 2.0 + 3;
        double& free = above ? above_free : below_free;
        double& other = above ? below_free : above_free;
        if (x - half < free && x - half >= other) {
            above = !above;
        }
        double& taken = above ? above_free : below_free;
        if (x - half < taken) {
            continue; // its mark stands; the list names it
        }
        taken = x + half;
        const double top = above ? kLineY - 42 : kLineY + 16;
        const QRectF box{x - half, top, 2 * half, 16};
        paint_text(p, box, Qt::AlignCenter, text, metrics::kCaptionPx, Weight::normal, theme.color(Token::text_1),
                   Elide::none);
        paint_text(p, box.translated(0, 15), Qt::AlignCenter, qs(clock_text(entry.at_us)), metrics::kCaptionPx,
                   Weight::normal, theme.color(Token::text_3), Elide::none);
        above = !above;
    }
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen{theme.color(Token::rp_ink), 2});
    p.setBrush(theme.color(Token::rp));
    p.drawEllipse(QPointF{now_x, kLineY}, 8, 8);
    p.setRenderHint(QPainter::Antialiasing, false);
}

void ReplayBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = player_.desk().theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const std::int64_t at = player_.atUs();
    paint_text(p, {14, 8, 170, 16}, Qt::AlignVCenter, tr("replayed moment"), metrics::kCaptionPx, Weight::normal,
               theme.color(Token::text_2));
    paint_text(p, {14, 26, 170, 36}, Qt::AlignVCenter, qs(clock_text(at)), 32, Weight::bold, theme.color(Token::rp));
    const auto gaps = std::count_if(player_.past().entries().begin(), player_.past().entries().end(),
                                    [](const ReplayEntry& e) { return e.kind == ReplayEntry::Kind::gap; });
    QString under = qs(date_text(at));
    under += QStringLiteral("　") + (gaps == 0 ? tr("no gaps") : tr("gaps: %1").arg(gaps));
    paint_text(p, {14, 64, 170, 16}, Qt::AlignVCenter, under, metrics::kCaptionPx, Weight::normal,
               theme.color(Token::text_2));
    const QString state = player_.isWaiting()                                       ? tr("waits for the waves")
                          : player_.isPlaying() && player_.speed() != ReplaySpeed::x1 ? tr("without speech above ×1")
                          : player_.loader().isBusy()                                ? tr("fetching")
                                                                                     : QString{};
    paint_text(p, {14, 82, 170, 16}, Qt::AlignVCenter, state, metrics::kCaptionPx, Weight::bold, theme.color(Token::text_1));
    paintLine(p);
}

// ------------------------------------------------------------------------------------------------ entries

ReplayEntries::ReplayEntries(ReplayPlayer& player, QWidget* parent) : QWidget(parent), player_(player) {
    setObjectName(QStringLiteral("replayEntries"));
    setAccessibleName(tr("What happened"));
    setMinimumSize(240, 4 * kRow);
    setFocusPolicy(Qt::StrongFocus);
    connect(&player_, &ReplayPlayer::moved, this, &ReplayEntries::follow);
    connect(&player_.desk().theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    follow();
}

int ReplayEntries::rowsShown() const {
    return std::max(1, height() / kRow);
}

void ReplayEntries::keepInSight(int row) {
    if (row < top_) {
        top_ = row;
    } else if (row >= top_ + rowsShown()) {
        top_ = row - rowsShown() + 1;
    }
    top_ = std::max(0, top_);
}

void ReplayEntries::follow() {
    const auto& entries = player_.past().entries();
    const std::int64_t at = player_.atUs();
    const auto it = std::upper_bound(entries.begin(), entries.end(), at,
                                     [](std::int64_t us, const ReplayEntry& e) { return us < e.at_us; });
    const int now = static_cast<int>(it - entries.begin()) - 1;
    if (now == now_) {
        return;
    }
    now_ = now;
    if (chosen_ < 0) {
        keepInSight(std::max(0, now_));
    }
    update();
}

void ReplayEntries::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = player_.desk().theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const auto& entries = player_.past().entries();
    for (int line = 0; line <= rowsShown() && top_ + line < static_cast<int>(entries.size()); ++line) {
        const int index = top_ + line;
        const ReplayEntry& entry = entries.at(static_cast<std::size_t>(index));
        const QRectF box(0, line * kRow, width(), kRow);
        const bool later = index > now_;
        if (index == now_) {
            p.fillRect(box, theme.color(Token::bg_sel));
            p.fillRect(QRectF{0, box.top(), 3, box.height()}, theme.color(Token::rp));
        }
        const QColor ink = theme.color(later ? Token::text_3 : Token::text_1);
        paint_text(p, {10, box.top(), 62, kRow}, Qt::AlignVCenter, qs(clock_text(entry.at_us)), metrics::kCaptionPx,
                   Weight::normal, theme.color(later ? Token::text_3 : Token::text_2));
        const int later_width = later ? text_width(tr("later"), metrics::kCaptionPx) + 12 : 4;
        paint_text(p, {74, box.top(), box.width() - 78 - later_width, kRow}, Qt::AlignVCenter,
                   replay_entry_text(entry, player_.desk()), metrics::kDensePx,
                   entry.kind == ReplayEntry::Kind::stage ? Weight::bold : Weight::normal, ink);
        if (later) {
            paint_text(p, {box.right() - later_width, box.top(), later_width - 6.0, kRow}, Qt::AlignVCenter | Qt::AlignRight,
                       tr("later"), metrics::kCaptionPx, Weight::normal, theme.color(Token::text_3));
        }
        if (index == chosen_ && hasFocus()) {
            p.setPen(QPen{theme.color(Token::focus), 2});
            p.setBrush(Qt::NoBrush);
            p.drawRect(box.adjusted(1, 1, -1, -1));
        }
    }
}

int ReplayEntries::spokenCount() {
    return static_cast<int>(player_.past().entries().size());
}

SpokenPart ReplayEntries::spokenPart(int index) {
    const ReplayEntry& entry = player_.past().entries().at(static_cast<std::size_t>(index));
    const QString text = qs(clock_text(entry.at_us)) + QStringLiteral(" ") + replay_entry_text(entry, player_.desk());
    return {index > now_ ? text + QStringLiteral(" ") + tr("later") : text, QRect{0, (index - top_) * kRow, width(), kRow}};
}

void ReplayEntries::pressSpoken(int index) {
    if (index >= 0 && index < spokenCount()) {
        chosen_ = index;
        player_.seek(player_.past().entries().at(static_cast<std::size_t>(index)).at_us);
        update();
    }
}

void ReplayEntries::mousePressEvent(QMouseEvent* event) {
    pressSpoken(top_ + static_cast<int>(event->position().y()) / kRow);
}

void ReplayEntries::wheelEvent(QWheelEvent* event) {
    const int last = static_cast<int>(player_.past().entries().size()) - rowsShown();
    top_ = std::clamp(top_ - event->angleDelta().y() / 40, 0, std::max(0, last));
    update();
}

void ReplayEntries::keyPressEvent(QKeyEvent* event) {
    const int last = static_cast<int>(player_.past().entries().size()) - 1;
    if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) {
        const int from = chosen_ < 0 ? now_ : chosen_;
        chosen_ = std::clamp(from + (event->key() == Qt::Key_Down ? 1 : -1), 0, std::max(0, last));
        keepInSight(chosen_);
        tell_spoken_focus(*this, chosen_);
        update();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && chosen_ >= 0 && chosen_ <= last) {
        player_.seek(player_.past().entries().at(static_cast<std::size_t>(chosen_)).at_us);
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace ems::console
