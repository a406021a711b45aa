#include "console/widgets/intercom.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace ems::console {
namespace {

constexpr int kPollMs = 50;
constexpr double kMeterFloorDbfs = -60;
constexpr int kTextHeight = 24;
constexpr int kMeterHeight = 18;
constexpr int kPanelWidth = 316;
constexpr int kPanelHeight = 132;
constexpr int kLeastWidth = 240;
constexpr int kStripMeterWidth = 190;
constexpr int kLowStripHeight = 24; // of a low window: the meters side by side
constexpr int kStripEdge = 1;
constexpr int kTalkKey = Qt::Key_F12;
constexpr std::string_view kDispatcherCall = "dispatcher_call";

} // namespace

std::int64_t calling_unit(const AlarmEntry& alarm) {
    std::int64_t id = 0;
    const std::string& group = alarm.group; // "u4"
    if (alarm.code == kDispatcherCall && alarm.state != AlarmState::returned && group.starts_with('u')) {
        std::from_chars(group.data() + 1, group.data() + group.size(), id);
    }
    return id;
}

Intercom::Intercom(Desk& desk, IntercomLine* line, QWidget* parent)
    : QWidget(parent), desk_(desk), line_(line),
      talk_(new KeyButton(desk.theme(), tr("Talk to the crew"), QStringLiteral("F12"), ButtonKind::main)),
      open_(new KeyButton(desk.theme(), tr("Open line"), {}, ButtonKind::toggle)),
      leave_(new KeyButton(desk.theme(), tr("Leave"), QStringLiteral("Shift+F12"), ButtonKind::plain)), box_(new QVBoxLayout(this)),
      row_(new QHBoxLayout) {
    setObjectName(QStringLiteral("intercom"));
    setAccessibleName(tr("Intercom"));
    setFocusPolicy(Qt::StrongFocus);
    row_->setSpacing(6);
    row_->addStretch();
    row_->addWidget(talk_, 1);
    row_->addWidget(open_);
    row_->addWidget(leave_);
    box_->addLayout(row_);
    setForm(Form::panel);
    talk_->setFocusPolicy(Qt::NoFocus); // space is this widget's
    leave_->setFocusPolicy(Qt::NoFocus); // nothing takes it from what is being typed
    connect(leave_, &QAbstractButton::clicked, this, &Intercom::leaveWanted);
    connect(talk_, &QAbstractButton::pressed, this, [this] { hold(Held::button); });
    connect(talk_, &QAbstractButton::released, this, &Intercom::release);
    connect(open_, &QAbstractButton::clicked, this, [this](bool checked) {
        if (line_ != nullptr) {
            line_->wish(checked ? video::LineWish::open : video::LineWish::closed);
        }
    });
    poll_.setInterval(kPollMs);
    connect(&poll_, &QTimer::timeout, this, &Intercom::refresh);
    connect(&desk_, &Desk::voiceGrantChanged, this, &Intercom::regrant);
    connect(&desk_, &Desk::stateChanged, this, qOverload<>(&QWidget::update));
    refresh();
}

void Intercom::setForm(Form form) {
    form_ = form;
    const bool strip = form == Form::strip;
    leave_->setVisible(strip);
    talk_->setLabel(strip ? tr("Talk") : tr("Talk to the crew"));
    talk_->setMaximumHeight(strip ? metrics::kButtonHeight : QWIDGETSIZE_MAX);
    leave_->setMaximumHeight(metrics::kButtonHeight);
    row_->setStretch(0, strip ? 1 : 0); // the strip's text has the room
    row_->setStretch(1, strip ? 0 : 1);
    const int above = strip ? kStripEdge : kTextHeight + 2 * kMeterHeight + 10;
    box_->setContentsMargins(metrics::kMargin, above, metrics::kMargin, strip ? kStripEdge : 6);
    setMinimumSize(kLeastWidth, strip ? kLowStripHeight : kPanelHeight - metrics::kMargin);
    setMaximumHeight(strip ? kStripHeight : QWIDGETSIZE_MAX);
    updateGeometry();
    update();
}

QSize Intercom::sizeHint() const {
    return {kPanelWidth, form_ == Form::strip ? kStripHeight : kPanelHeight};
}

void Intercom::holdTalkKey() {
    hold(Held::talk_key);
}

void Intercom::letGo() {
    release();
}

void Intercom::regrant() {
    if (line_ == nullptr) {
        return;
    }
    const auto grant = desk_.voiceGrant();
    if (!grant) {
        release(); // the key was held for another crew
        if (!grant_id_.empty()) {
            line_->close();
        }
        grant_id_.clear();
    } else if (grant->grant_id() != grant_id_) {
        grant_id_ = grant->grant_id();
        patience_.begin(desk_.localUs());
        line_->open(*grant);
    }
    refresh();
}

bool Intercom::canTalk() const {
    return line_ != nullptr && !grant_id_.empty() && status_.connected;
}

void Intercom::hold(Held by) {
    if (held_ != Held::nothing) {
        return;
    }
    held_ = by;
    held_for_ = desk_.lineUnit();
    qApp->installEventFilter(this); // a field that is written in lets nobody else see the key go up
    if (!desk_.lineRefusal().isEmpty() && desk_.joinedUnit() != 0) {
        desk_.joinLine(desk_.joinedUnit()); // a refusal of before is not waited out
    }
    refresh();
}

// What is held speaks, once the line stands, with nobody but the crew it was meant for.
void Intercom::press() {
    if (held_ != Held::nothing && !pressed_ && canTalk() && held_for_ == desk_.lineUnit()) {
        pressed_ = true;
        line_->press(video::Talk::normal);
    }
}

void Intercom::release() {
    held_ = Held::nothing;
    qApp->removeEventFilter(this);
    if (pressed_) {
        pressed_ = false;
        line_->press(video::Talk::none);
        refresh();
    }
}

bool Intercom::eventFilter(QObject* watched, QEvent* event) {
    const auto type = event->type();
    if (type == QEvent::WindowDeactivate && watched == filtered_) {
        release();
    } else if (type == QEvent::KeyPress || type == QEvent::KeyRelease) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == kTalkKey && isVisible()) {
            if (type == QEvent::KeyRelease && !key->isAutoRepeat()) {
                release();
            } else if (watched == filtered_ && !key->isAutoRepeat() && key->modifiers() == Qt::NoModifier) {
                hold(Held::talk_key);
            }
            return watched == filtered_;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void Intercom::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space) {
        if (!event->isAutoRepeat()) {
            hold(Held::space);
        }
        return;
    }
    QWidget::keyPressEvent(event);
}

void Intercom::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space) {
        if (!event->isAutoRepeat()) {
            release();
        }
        return;
    }
    QWidget::keyReleaseEvent(event);
}

void Intercom::focusOutEvent(QFocusEvent* event) {
    if (held_ == Held::space) { // F12 is seen wherever in the window the focus goes
        release();
    }
    QWidget::focusOutEvent(event);
}

void Intercom::showEvent(QShowEvent* event) {
    poll_.start();
    if (filtered_ != window()) { // a dock may float
        if (filtered_ != nullptr) {
            filtered_->removeEventFilter(this);
        }
        filtered_ = window();
        filtered_->installEventFilter(this);
    }
    refresh();
    QWidget::showEvent(event);
}

void Intercom::hideEvent(QHideEvent* event) {
    release();
    poll_.stop();
    QWidget::hideEvent(event);
}

void Intercom::refresh() {
    status_ = line_ == nullptr ? video::VoiceStatus{} : line_->status();
    lookAfterGrant();
    const QString refusal = line_ == nullptr       ? tr("no sound at this desk")
                            : grant_id_.empty()    ? tr("no crew on the line")
                            : !status_.connected   ? tr("connecting")
                                                   : QString{};
    talk_->setRefusal(refusal);
    open_->setRefusal(refusal); // without a crew a terminal's microphone may be heard
    if (refusal.isEmpty()) {
        press();
    } else if (pressed_ || held_ == Held::button) { // a button that is refused is not seen to be held
        release();
    }
    open_->setChecked(status_.connected && status_.line.mode == video::FloorMode::open_line &&
                      status_.line.speaker_is_you);
    update();
}

void Intercom::lookAfterGrant() {
    const auto grant = desk_.voiceGrant();
    if (status_.connected) {
        patience_.heard(desk_.localUs());
    } else if (line_ != nullptr && grant && desk_.isLive() && desk_.lineUnit() == grant->unit_id() && patience_.silent(desk_.localUs())) {
        api::ClientFrame voice; // the answer is the desk's, as to its own asking
        voice.mutable_open_voice()->set_unit_id(grant->unit_id());
        desk_.askBehind(std::move(voice));
    }
}

QString Intercom::lineText() const {
    using video::FloorReason;
    using video::FloorVerdict;
    if (const QString call = callText(); !call.isEmpty()) {
        return call;
    }
    const video::LineState& line = status_.line;
    if (!status_.problem.empty()) {
        return tr("Sound fails at this desk");
    }
    if (!status_.connected) {
        return line_ == nullptr                  ? tr("No sound at this desk")
               : !desk_.lineRefusal().isEmpty() ? tr("Not on the line: %1").arg(desk_.lineRefusal())
               : desk_.joinedUnit() != 0 && desk_.isLive() ? tr("Joining the line…")
                                                           : tr("Not on the line");
    }
    if (line.mode == video::FloorMode::open_line) {
        return !line.crew_present    ? tr("Open line, no crew: sound of the cabin")
               : line.speaker_is_you ? tr("Open line: the crew hears everything here")
                                     : tr("Open line with %1").arg(QString::fromStdString(line.name));
    }
    if (pressed_ && (line.yours.verdict == FloorVerdict::denied || line.yours.verdict == FloorVerdict::revoked)) {
        return line.yours.reason == FloorReason::timed_out ? tr("Not heard: spoke too long, press again")
               : line.yours.reason == FloorReason::silent  ? tr("Not heard: no sound, press again")
                                                           : tr("Not heard: somebody else speaks");
    }
    switch (line.speaker) {
    case video::Speaker::crew:
        return line.urgency == video::Urgency::emergency ? tr("Crew speaks: EMERGENCY") : tr("Crew speaks");
    case video::Speaker::console:
        return line.speaker_is_you ? tr("You speak, %1 s left").arg(line.left_ms / 1'000)
                                   : tr("%1 speaks").arg(QString::fromStdString(line.name));
    case video::Speaker::nobody:
        break;
    }
    return line.crew_present ? tr("Line free") : tr("Crew not on the line");
}

const api::Unit* Intercom::crew() const {
    return form_ == Form::strip ? desk_.state().unit(desk_.lineUnit()) : desk_.patientUnit();
}

QString Intercom::crewText() const {
    const api::Unit* unit = crew();
    if (unit == nullptr) {
        return {};
    }
    const api::Incident* incident = desk_.state().incident(unit->incident_id());
    const QString name = incident == nullptr ? qs(unit->name()) : qs(unit->name()) + QStringLiteral(" · ") + qs(incident->number());
    const std::int64_t chosen = desk_.state().selected_incident();
    return chosen == 0 || chosen == unit->incident_id() ? name : name + tr(" (another case is chosen)");
}

bool Intercom::isCalled() const {
    const api::Unit* unit = crew();
    if (unit == nullptr) {
        return false;
    }
    const std::string key = fmt::format("u{}:{}", unit->id(), form_ == Form::strip ? kDispatcherCall : "physician_call");
    const auto& entries = desk_.state().alarms().entries();
    return std::any_of(entries.begin(), entries.end(), [&](const AlarmEntry& entry) {
        return entry.key == key && entry.state != AlarmState::returned;
    });
}

const api::Unit* Intercom::otherCaller() const {
    if (form_ != Form::strip) {
        return nullptr;
    }
    const auto& state = desk_.state();
    const api::Unit* longest = nullptr;
    std::int64_t since_us = 0;
    for (const AlarmEntry& alarm : state.alarms().entries()) {
        const std::int64_t id = calling_unit(alarm);
        if (id == 0 || id == desk_.lineUnit() || alarm.state == AlarmState::acknowledged ||
            AlarmList::is_held(alarm, desk_.shownUs())) {
            continue;
        }
        const api::Unit* unit = state.unit(id);
        if (unit != nullptr && (longest == nullptr || alarm.received_us < since_us)) {
            longest = unit;
            since_us = alarm.received_us;
        }
    }
    return longest;
}

// The crew of the line has been reached: another one that calls comes before it.
QString Intercom::callText() const {
    const bool emergency = status_.connected && status_.line.urgency == video::Urgency::emergency;
    if (emergency || pressed_) {
        return {};
    }
    if (const api::Unit* other = otherCaller()) {
        return tr("▲ %1 calls: Shift+F12, then F12").arg(qs(other->name()));
    }
    return !isCalled()            ? QString{}
           : form_ == Form::strip ? tr("▲ Crew calls for the dispatcher")
                                  : tr("▲ Crew calls for the physician");
}

void Intercom::paintMeter(QPainter& p, const QRectF& box, const QString& name,
                          const video::Loudness& loudness) const {
    const Theme& theme = desk_.theme();
    constexpr double kNameWidth = 56;
    paint_text(p, QRectF{box.left(), box.top(), kNameWidth, box.height()}, Qt::AlignVCenter | Qt::AlignLeft, name,
               metrics::kCaptionPx, Weight::normal, theme.color(Token::text_3));
    const QRectF bar{box.left() + kNameWidth, box.top() + 5, box.width() - kNameWidth, box.height() - 10};
    p.fillRect(bar, theme.color(Token::bg_field));
    const auto share = [](double dbfs) { return std::clamp(1 - dbfs / kMeterFloorDbfs, 0.0, 1.0); };
    p.fillRect(QRectF{bar.left(), bar.top(), bar.width() * share(loudness.rms_dbfs), bar.height()},
               theme.color(Token::text_2));
    const double peak = bar.left() + bar.width() * share(loudness.peak_dbfs);
    if (peak > bar.left()) {
        p.fillRect(QRectF{peak - 2, bar.top(), 2, bar.height()}, theme.color(Token::text_1));
    }
}

void Intercom::paintLine(QPainter& p, const QRectF& box) const {
    const Theme& theme = desk_.theme();
    const bool emergency = status_.connected && status_.line.urgency == video::Urgency::emergency;
    const bool marked = emergency || isCalled() || otherCaller() != nullptr;
    if (marked) {
        p.fillRect(box, theme.color(emergency ? Token::al_high : Token::al_med));
    }
    paint_text(p, box.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0), Qt::AlignVCenter | Qt::AlignLeft, lineText(),
               metrics::kBodyPx, marked ? Weight::bold : Weight::normal, theme.color(marked ? Token::al_ink : Token::text_1));
}

// With whom, who speaks, and how loud, before the buttons.
void Intercom::paintStrip(QPainter& p) const {
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_raise));
    p.fillRect(QRect{0, height() - 1, width(), 1}, theme.color(Token::line));
    const bool low = height() < kStripHeight;
    const double meters_left = talk_->x() - kStripMeterWidth - metrics::kMargin - (low ? kStripMeterWidth : 0);
    const QRectF meter{meters_left, low ? (height() - kMeterHeight) / 2.0 : 2.0, kStripMeterWidth - metrics::kMargin / 2.0, kMeterHeight};
    paintMeter(p, meter, tr("Here"), status_.spoken);
    paintMeter(p, low ? meter.translated(kStripMeterWidth, 0) : meter.translated(0, kMeterHeight), tr("Crew"), status_.heard);
    const QString who = tr("On the line: %1").arg(crewText());
    const double room = meters_left - 2.0 * metrics::kMargin;
    const double who_width = std::min<double>(text_width(who, metrics::kBodyPx, Weight::bold) + 2, room * 0.6);
    paint_text(p, {metrics::kMargin, 0, who_width, static_cast<double>(height())}, Qt::AlignVCenter | Qt::AlignLeft, who,
               metrics::kBodyPx, Weight::bold, theme.color(Token::text_1));
    const double left = metrics::kMargin + who_width + metrics::kMargin;
    paintLine(p, {left, low ? 1.0 : 5.0, meters_left - metrics::kMargin - left, height() - (low ? 3.0 : 11.0)});
}

void Intercom::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    if (form_ == Form::strip) {
        paintStrip(p);
    } else {
        paintLine(p, {0, 2, static_cast<double>(width()), kTextHeight});
        const QRectF meter{metrics::kMargin, kTextHeight + 4.0, width() - 2.0 * metrics::kMargin, kMeterHeight};
        paintMeter(p, meter, tr("Here"), status_.spoken);
        paintMeter(p, meter.translated(0, kMeterHeight), tr("Crew"), status_.heard);
    }
    if (hasFocus()) {
        p.setPen(QPen{theme.color(Token::focus), 2});
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

} // namespace ems::console
