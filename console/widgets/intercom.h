// The intercom with the crew of the watched unit: talk key (F12 anywhere in the window, space while it has the focus, or
// the mouse), open line, who speaks and why not this desk, level meters, and the crew's call. The key is let go whenever
// it cannot be seen to be held: another window in front, the widget hidden, another unit. A grant under which the server
// is not heard is asked for anew.
#pragma once

#include <string>

#include "console/model/grant_patience.h"
#include "console/widgets/controls.h"
#include "console/widgets/desk.h"
#include "telemetry/video/voice_endpoint.h"

#include <QTimer>
#include <QWidget>

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

class Intercom : public QWidget {
    Q_OBJECT
  public:
    // `line` may be null (no sound at this desk) and must outlive the widget.
    Intercom(Desk& desk, IntercomLine* line, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {316, 132}; }
    // One sentence on who is heard, as painted.
    [[nodiscard]] QString lineText() const;
    // Whether the crew of the watched unit waits for an answer.
    [[nodiscard]] bool isCalled() const;
    [[nodiscard]] bool isPressed() const { return pressed_; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void regrant();
    void refresh();
    void press();
    void release();
    void lookAfterGrant();
    [[nodiscard]] bool canTalk() const;
    void paintMeter(QPainter& p, const QRectF& box, const QString& name, const video::Loudness& loudness) const;

    Desk& desk_;
    IntercomLine* line_;
    KeyButton* talk_;
    KeyButton* open_;
    QTimer poll_;
    video::VoiceStatus status_;
    std::string grant_id_;
    GrantPatience patience_;
    QWidget* filtered_{nullptr};
    bool pressed_{false};
};

} // namespace ems::console
