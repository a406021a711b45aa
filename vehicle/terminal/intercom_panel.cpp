#include "vehicle/terminal/intercom_panel.h"

#include "console/theme/symbols.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>
#include <chrono>

#include <QHBoxLayout>
#include <QPainter>
#include <QPalette>
#include <QSizePolicy>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace ems::terminal {

using console::Theme;
using console::Token;
using console::Weight;
using vehicle::TalkKey;
using vehicle::VoiceLine;

namespace {
constexpr int kGap = 8;
constexpr int kRowHeight = 72;
constexpr int kMeterHeight = 18;
constexpr int kNamePx = 16;
constexpr int kNoLinePx = 20;
constexpr double kMeterFloorDbfs = -60;
constexpr std::uint32_t kLeftSaidMs = 15'000; // of the speaker's time, from when on it is said
// What is pressed that soon after the key appeared was meant for the one that lay there before.
constexpr std::int64_t kEndTakenAfterMs = 700;
} // namespace

// Two bars, ours and the desk's.
class LevelMeter : public QWidget {
  public:
    LevelMeter(const Theme& theme, QString ours, QString theirs, QWidget* parent)
        : QWidget(parent), theme_(theme), ours_(std::move(ours)), theirs_(std::move(theirs)) {
        setFixedHeight(kMeterHeight);
    }
    void show_levels(double spoken_dbfs, double heard_dbfs) {
        if (spoken_dbfs != spoken_dbfs_ || heard_dbfs != heard_dbfs_) {
            spoken_dbfs_ = spoken_dbfs;
            heard_dbfs_ = heard_dbfs;
            update();
        }
    }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter p{this};
        const double half = width() / 2.0;
        paint_bar(p, {0, 0, half - kGap / 2.0, static_cast<double>(height())}, ours_, spoken_dbfs_);
        paint_bar(p, {half + kGap / 2.0, 0, half - kGap / 2.0, static_cast<double>(height())},
                  theirs_, heard_dbfs_);
    }

  private:
    void paint_bar(QPainter& p, const QRectF& box, const QString& name, double dbfs) const {
        constexpr double kNameWidth = 58;
        paint_sized(*this, p, {box.left(), box.top(), kNameWidth, box.height()},
                    Qt::AlignVCenter | Qt::AlignLeft, name, kNamePx, Weight::normal,
                    theme_.color(Token::text_2));
        const QRectF bar = box.adjusted(kNameWidth, 4, 0, -4);
        p.fillRect(bar, theme_.color(Token::bg_field));
        const double share = std::clamp(1 - dbfs / kMeterFloorDbfs, 0.0, 1.0);
        p.fillRect(QRectF{bar.left(), bar.top(), bar.width() * share, bar.height()},
                   theme_.color(Token::text_1));
    }

    const Theme& theme_;
    const QString ours_;
    const QString theirs_;
    double spoken_dbfs_{-96};
    double heard_dbfs_{-96};
};

// The microphone is open although nobody of the crew holds a key.
class LiveMark : public QWidget {
  public:
    LiveMark(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
        setFixedHeight(kRowHeight);
    }
    void say(const QString& text, const QString& note) {
        if (text != text_ || note != note_) {
            text_ = text;
            note_ = note;
            setAccessibleName(text + QStringLiteral(". ") + note);
            update();
        }
    }
    [[nodiscard]] QString text() const { return text_ + QStringLiteral(" ") + note_; }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter p{this};
        p.setRenderHint(QPainter::Antialiasing);
        p.fillRect(rect(), theme_.color(Token::inv_bg));
        const QColor ink = theme_.color(Token::inv_fg);
        constexpr double kDot = 28;
        p.setPen(Qt::NoPen);
        p.setBrush(ink);
        p.drawEllipse(QRectF{18, (height() - kDot) / 2, kDot, kDot});
        const double left = 18 + kDot + 16;
        paint_sized(*this, p, {left, 4, width() - left - 8, 36}, Qt::AlignVCenter | Qt::AlignLeft, text_,
                    26, Weight::bold, ink);
        paint_sized(*this, p, {left, 40, width() - left - 8, 28}, Qt::AlignVCenter | Qt::AlignLeft, note_,
                    20, Weight::normal, ink);
    }

  private:
    const Theme& theme_;
    QString text_;
    QString note_;
};

namespace {

// One of two, in one place; the place stays when neither is offered.
QStackedLayout* add_place(QWidget* parent, QWidget* usual, QWidget* of_open_line) {
    auto* place = new QWidget{parent};
    place->setFixedHeight(kRowHeight);
    QSizePolicy policy{QSizePolicy::Ignored, QSizePolicy::Fixed};
    policy.setRetainSizeWhenHidden(true);
    place->setSizePolicy(policy);
    auto* stack = new QStackedLayout{place};
    stack->addWidget(usual);
    stack->addWidget(of_open_line);
    return stack;
}

} // namespace

IntercomPanel::IntercomPanel(const Theme& theme, VehicleSocket& vehicle, const Clock& clock,
                             QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), clock_(clock),
      dispatcher_(new BigButton{theme, Look::plain, 22, this}),
      call_(new BigButton{theme, Look::plain, 22, this}),
      talk_(new BigButton{theme, Look::plain, 24, this}),
      emergency_(new BigButton{theme, Look::plain, 22, this}),
      end_(new BigButton{theme, Look::plain, 22, this}), live_(new LiveMark{theme, this}),
      meter_(new LevelMeter{theme, tr("Here"), tr("Centre"), this}), no_line_(new QLabel{this}) {
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGap);
    for (BigButton* button : {dispatcher_, call_}) {
        QSizePolicy policy{QSizePolicy::Ignored, QSizePolicy::Fixed}; // thirds, whatever they say
        policy.setRetainSizeWhenHidden(true);
        button->setSizePolicy(policy);
        button->setFixedHeight(kRowHeight);
        row->addWidget(button, 1);
    }
    emergency_place_ = add_place(this, emergency_, end_);
    row->addWidget(emergency_place_->parentWidget(), 1);
    column->addLayout(row);
    talk_place_ = add_place(this, talk_, live_);
    no_line_->setWordWrap(true);
    no_line_->setAlignment(Qt::AlignCenter);
    talk_place_->addWidget(no_line_);
    inkNoLine();
    connect(&theme_, &Theme::changed, this, &IntercomPanel::inkNoLine);
    column->addWidget(talk_place_->parentWidget());
    column->addWidget(meter_);
    QSizePolicy kept = meter_->sizePolicy();
    kept.setRetainSizeWhenHidden(true);
    meter_->setSizePolicy(kept);
    talk_->setText(tr("Hold to talk"));
    emergency_->setText(tr("Emergency"));
    end_->setText(tr("End the line"));
    connect(dispatcher_, &BigButton::pressedWhole, this,
            [this] { vehicle_.callDispatcher(vehicle_.status().dispatcher_called()); });
    connect(call_, &BigButton::pressedWhole, this, [this] { vehicle_.callPhysician(); });
    connect(talk_, &QAbstractButton::pressed, this, [this] { hold(Held::talk); });
    connect(talk_, &QAbstractButton::released, this, &IntercomPanel::letGo);
    emergency_due_.setSingleShot(true);
    emergency_due_.setInterval(kEmergencyHoldMs);
    connect(&emergency_due_, &QTimer::timeout, this, [this] { hold(Held::emergency); });
    connect(emergency_, &QAbstractButton::pressed, this, [this] {
        emergency_due_.start();
        emergency_->setNote(tr("keep holding"));
    });
    connect(emergency_, &QAbstractButton::released, this, &IntercomPanel::letGo);
    connect(end_, &BigButton::pressedWhole, this, [this] {
        if (open_since_ms_ >= 0 && nowMs() - open_since_ms_ >= kEndTakenAfterMs) {
            vehicle_.endOpenLine();
        }
    });
    connect(&vehicle_, &VehicleSocket::levelsChanged, this, &IntercomPanel::showLevels);
}

// From the theme itself: the program's palette may come later, or not at all.
void IntercomPanel::inkNoLine() {
    QPalette palette = no_line_->palette();
    palette.setColor(QPalette::WindowText, theme_.color(Token::text_1));
    no_line_->setPalette(palette);
}

std::int64_t IntercomPanel::nowMs() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.ticks().time_since_epoch())
        .count();
}

void IntercomPanel::hold(Held key) {
    held_ = key;
    held_since_ms_ = nowMs();
    vehicle_.talk(key == Held::emergency ? TalkKey::EMERGENCY : TalkKey::PRESSED);
    refresh(vehicle_.pressedStatus());
}

void IntercomPanel::letGo() {
    const bool shown = emergency_due_.isActive() || held_ != Held::none;
    emergency_due_.stop();
    if (held_ != Held::none) {
        held_ = Held::none;
        vehicle_.talk(TalkKey::RELEASED);
    }
    if (shown) {
        refresh(vehicle_.pressedStatus());
    }
}

void IntercomPanel::hideEvent(QHideEvent* event) {
    letGo();
    QWidget::hideEvent(event);
}

QString IntercomPanel::liveText() const {
    return live_->isVisibleTo(this) ? live_->text() : QString{};
}

QString IntercomPanel::noLineText() const {
    return no_line_->isVisibleTo(this) ? no_line_->text() : QString{};
}

QString IntercomPanel::whyNotHeard(const VoiceLine& line) const {
    if (held_ == Held::none || line.speaker() == VoiceLine::CREW) {
        return {};
    }
    const QString who = TerminalWords::console(line);
    switch (line.verdict()) {
    case VoiceLine::DENIED:
        return line.speaker() == VoiceLine::CONSOLE ? tr("%1 speaks").arg(who)
                                                    : tr("the line is taken");
    case VoiceLine::REVOKED:
        return line.reason() == "timed_out"           ? tr("a minute is over")
               : line.reason() == "silent"            ? tr("no sound came")
               : line.speaker() == VoiceLine::CONSOLE ? tr("%1 speaks").arg(who)
                                                      : tr("the line was taken");
    default:
        return nowMs() - held_since_ms_ >= kNoAnswerMs ? tr("no answer") : QString{};
    }
}

void IntercomPanel::showKeys(const VoiceLine& line) {
    not_heard_ = whyNotHeard(line);
    BigButton* key = held_ == Held::emergency ? emergency_ : talk_;
    BigButton* other = held_ == Held::emergency ? talk_ : emergency_;
    other->setLook(Look::plain);
    key->setLook(not_heard_.isEmpty() ? Look::plain : Look::warning);
    talk_->setText(not_heard_.isEmpty() || key != talk_ ? tr("Hold to talk")
                                                        : tr("NOT HEARD: press again"));
    emergency_->setText(not_heard_.isEmpty() || key != emergency_ ? tr("Emergency")
                                                                  : tr("NOT HEARD"));
    const QString who = TerminalWords::console(line);
    QString note;
    if (!not_heard_.isEmpty()) {
        note = not_heard_;
    } else if (line.speaker() == VoiceLine::CREW) {
        note = line.emergency() ? tr("you are heard over everybody")
               : line.left_ms() > 0 && line.left_ms() <= kLeftSaidMs
                   ? tr("you are heard, %1 s left").arg((line.left_ms() + 999) / 1'000)
                   : tr("you are heard");
    } else if (line.no_loudspeaker()) {
        note = tr("loudspeaker fails: you hear nobody");
    } else if (line.speaker() == VoiceLine::CONSOLE) {
        note = tr("%1 speaks").arg(who);
    } else if (line.consoles() == 0) {
        note = tr("nobody listens yet");
    } else {
        note = tr("%1 listen").arg(line.consoles());
    }
    const bool warned_elsewhere = !not_heard_.isEmpty() && key != talk_;
    talk_->setNote(warned_elsewhere ? QString{} : note);
    if (!emergency_due_.isActive()) {
        emergency_->setNote(held_ == Held::emergency ? note : tr("hold 1 s"));
    }
}

void IntercomPanel::showOpenLine(const VoiceLine& line) {
    const bool open = line.connected() && line.open_line();
    if (open != (open_since_ms_ >= 0)) {
        open_since_ms_ = open ? nowMs() : -1;
    }
    if (open) {
        live_->say(line.no_microphone() ? tr("Open line, no microphone") : tr("MICROPHONE OPEN"),
                   line.no_microphone() ? tr("it fails: nobody hears you")
                   : line.no_loudspeaker()
                       ? tr("loudspeaker fails: you hear nobody")
                       : tr("%1 hears all that is said here").arg(TerminalWords::console(line)));
    }
    if (open) {
        letGo(); // the keys are away, and with them the finger
    }
    talk_place_->setCurrentIndex(open ? 1 : 0);
    emergency_place_->setCurrentIndex(open ? 1 : 0);
}

void IntercomPanel::showLevels() {
    const VoiceLine& line = vehicle_.status().voice();
    meter_->show_levels(line.connected() ? line.spoken_dbfs() : -96,
                        line.connected() ? line.heard_dbfs() : -96);
}

void IntercomPanel::showDispatcher(const vehicle::Status& status) {
    dispatcher_->setVisible(vehicle_.everHeard());
    dispatcher_->setText(status.dispatcher_called() ? tr("End the call")
                                                    : tr("Call the dispatcher"));
    dispatcher_->setNote(!status.dispatcher_called() ? QString{}
                         : status.link_up()          ? tr("the dispatcher will ring back")
                                                     : tr("waits for the link"));
}

QString IntercomPanel::physicianNote(const vehicle::Status& status) const {
    const VoiceLine& line = status.voice();
    if (!physician_called(status)) {
        return {};
    }
    if (vehicle_.isSilent() || !status.link_up()) {
        return tr("waits for the link");
    }
    if (!physician_told_) {
        return tr("on its way");
    }
    return line.connected() && !line.no_microphone() ? tr("the desk knows") : tr("will ring back");
}

void IntercomPanel::showPhysician(const vehicle::Status& status) {
    const auto& streams = status.streams();
    const bool all_there = std::none_of(streams.begin(), streams.end(), [](const wire::StreamCount& one) {
        return one.stream() == wire::STREAM_A && one.unacked() > 0;
    });
    const bool arrives = all_there && status.link_up() && !vehicle_.isSilent() && !vehicle_.callWaits();
    physician_told_ = physician_called(status) && (physician_told_ || arrives);
    call_->setVisible(vehicle_.everHeard());
    call_->setText(physician_called(status) ? tr("End the call") : tr("Call physician"));
    call_->setNote(physicianNote(status));
}

void IntercomPanel::showNoLine(const vehicle::Status& status) {
    const bool silent = vehicle_.isSilent();
    QString said = silent ? tr("No intercom while the vehicle computer is silent") : tr("No intercom on board");
    if (physician_called(status)) {
        said = physician_told_ ? tr("The physician was told and will ring back: there is no intercom")
                               : tr("The call for the physician is kept and goes out by itself: there is no intercom");
    }
    no_line_->setText(said);
    size_label(*no_line_, kNoLinePx, Weight::normal, {width(), kRowHeight});
    talk_place_->setCurrentWidget(no_line_);
}

void IntercomPanel::refresh(const vehicle::Status& status) {
    showDispatcher(status);
    showPhysician(status);
    const bool fitted = status.has_voice() && !vehicle_.isSilent();
    talk_place_->parentWidget()->setVisible(vehicle_.everHeard());
    emergency_place_->parentWidget()->setVisible(fitted);
    meter_->setVisible(fitted);
    if (!fitted) {
        showNoLine(status); // first: letting go comes here again
        letGo();
        return;
    }
    const VoiceLine& line = status.voice();
    // Without a loudspeaker the crew is heard all the same.
    const QString refusal = !line.connected()      ? tr("no voice line")
                            : line.no_microphone() ? tr("microphone fails")
                                                   : QString{};
    if (!refusal.isEmpty() && (held_ != Held::none || emergency_due_.isActive())) {
        letGo(); // a button that is disabled under the finger does not tell of its release
        return;
    }
    talk_->setRefusal(refusal);
    emergency_->setRefusal(refusal);
    showKeys(line);
    showOpenLine(line);
    showLevels();
}

} // namespace ems::terminal
