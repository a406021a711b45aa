// The intercom with one crew, that of the watched unit or of the line that was joined: talk key (F12 anywhere in the window, space
// while it has the focus, or the mouse), open line, who speaks and why not this desk, level meters, and the crew's call. The key is
// let go whenever it cannot be seen to be held: another window in front, the widget hidden, another unit. Held before the line
// stands, it speaks as soon as it does. A grant under which the server is not heard is asked for anew.
#pragma once

#include <cstdint>
#include <string>

#include "console/model/grant_patience.h"
#include "console/widgets/controls.h"
#include "console/widgets/desk.h"
#include "telemetry/video/voice_endpoint.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QVBoxLayout;

namespace ems::console {

// Where speech goes and comes from: an endpoint of telemetry/video, or a test's. GUI thread only, and none of it waits.
class IntercomLine {
  public:
    virtual ~IntercomLine() = default;
    // Takes part under a new grant from now on, ending the one before.
    virtual void open(const api::VoiceGrant& grant) = 0;
    virtual void close() = 0;
    virtual void press(video::Talk talk) = 0;
    virtual void wish(video::LineWish line) = 0;
    [[nodiscard]] virtual video::VoiceStatus status() const = 0;
};

// The unit of a call for the dispatcher that stands; 0: it is no such alarm.
[[nodiscard]] std::int64_t calling_unit(const AlarmEntry& alarm);

class Intercom : public QWidget {
    Q_OBJECT
  public:
    // A panel beside the patient, or one line that says with whom.
    enum class Form { panel, strip };
    static constexpr int kStripHeight = 40;
    // `line` may be null (no sound at this desk) and must outlive the widget.
    Intercom(Desk& desk, IntercomLine* line, QWidget* parent = nullptr);
    void setForm(Form form);
    // F12 went down where this widget has not seen it; it is let go here.
    void holdTalkKey();
    // Whatever is held cannot be seen any more.
    void letGo();
    [[nodiscard]] QSize sizeHint() const override;
    // One sentence on who is heard, as painted.
    [[nodiscard]] QString lineText() const;
    // Unit and case of the line, and whether another case is chosen.
    [[nodiscard]] QString crewText() const;
    // Whether its crew waits for an answer: on the panel the physician's, on the strip the dispatcher's.
    [[nodiscard]] bool isCalled() const;
    // Another than that of the strip, whose call for the dispatcher nobody has acknowledged, the longest; null: none.
    [[nodiscard]] const api::Unit* otherCaller() const;
    [[nodiscard]] bool isPressed() const { return pressed_; }

  signals:
    // By its button; the key is the window's.
    void leaveWanted();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    enum class Held { nothing, talk_key, space, button };
    void regrant();
    void refresh();
    void hold(Held by);
    void press();
    void release();
    void lookAfterGrant();
    [[nodiscard]] bool canTalk() const;
    [[nodiscard]] const api::Unit* crew() const;
    // What stands before everything else while nobody speaks here; empty: no call waits.
    [[nodiscard]] QString callText() const;
    void paintLine(QPainter& p, const QRectF& box) const;
    void paintStrip(QPainter& p) const;
    void paintMeter(QPainter& p, const QRectF& box, const QString& name, const video::Loudness& loudness) const;

    Desk& desk_;
    IntercomLine* line_;
    KeyButton* talk_;
    KeyButton* open_;
    KeyButton* leave_;
    QVBoxLayout* box_;
    QHBoxLayout* row_;
    Form form_{Form::panel};
    QTimer poll_;
    video::VoiceStatus status_;
    std::string grant_id_;
    GrantPatience patience_;
    QWidget* filtered_{nullptr};
    Held held_{Held::nothing};
    std::int64_t held_for_{0}; // unit
    bool pressed_{false};      // and on the line
};

} // namespace ems::console
