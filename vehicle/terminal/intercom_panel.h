// How the crew reaches its centre by voice: the calls for the dispatcher and the physician, on every
// vehicle, who ring back where nobody can talk; and where there is an intercom the key that is held
// to talk, the one that talks over everybody once it was held for a second, the mark of a line that
// a desk holds open with the key that ends it, and how loud both ends are. Every key has its place,
// offered or not. A key is let go whenever its finger can no longer be felt: hidden, refused, the
// vehicle's computer away.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <QLabel>
#include <QStackedLayout>
#include <QString>
#include <QTimer>
#include <QWidget>

namespace ems::terminal {

class LevelMeter;
class LiveMark;

// How long a finger has to lie on the emergency key: no bump of the road takes the floor from a
// physician.
inline constexpr int kEmergencyHoldMs = 1'000;
// A press without an answer of the centre for so long is not heard.
inline constexpr std::int64_t kNoAnswerMs = 1'500;

class IntercomPanel : public QWidget {
    Q_OBJECT
  public:
    // All references outlive the panel.
    IntercomPanel(const console::Theme& theme, VehicleSocket& vehicle, const Clock& clock,
                  QWidget* parent = nullptr);
    // Of the vehicle's newest word, as the crew pressed it. Without an intercom the calls alone are shown.
    void refresh(const vehicle::Status& status);
    [[nodiscard]] BigButton& callDispatcherButton() { return *dispatcher_; }
    [[nodiscard]] BigButton& callButton() { return *call_; }
    [[nodiscard]] BigButton& talkButton() { return *talk_; }
    [[nodiscard]] BigButton& emergencyButton() { return *emergency_; }
    [[nodiscard]] BigButton& endButton() { return *end_; }
    // Of the open line, as painted; empty: it is not shown.
    [[nodiscard]] QString liveText() const;
    // Where the talk key would be, of a vehicle without an intercom; empty: it has one.
    [[nodiscard]] QString noLineText() const;
    // "": nobody holds a key, or the crew is heard.
    [[nodiscard]] QString notHeard() const { return not_heard_; }

  protected:
    void hideEvent(QHideEvent* event) override;

  private:
    enum class Held { none, talk, emergency };
    void hold(Held key);
    void letGo();
    void showKeys(const vehicle::VoiceLine& line);
    void showOpenLine(const vehicle::VoiceLine& line);
    void showLevels();
    void showDispatcher(const vehicle::Status& status);
    void showPhysician(const vehicle::Status& status);
    [[nodiscard]] QString physicianNote(const vehicle::Status& status) const;
    void showNoLine(const vehicle::Status& status);
    void inkNoLine();
    [[nodiscard]] std::int64_t nowMs() const;
    [[nodiscard]] QString whyNotHeard(const vehicle::VoiceLine& line) const;

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    const Clock& clock_;
    BigButton* dispatcher_;
    BigButton* call_; // for the physician
    BigButton* talk_;
    BigButton* emergency_;
    BigButton* end_;
    LiveMark* live_;
    LevelMeter* meter_;
    QLabel* no_line_;
    QStackedLayout* talk_place_{nullptr};      // or the mark of an open line, or that there is none
    QStackedLayout* emergency_place_{nullptr}; // or the key that ends it
    QTimer emergency_due_;
    Held held_{Held::none};
    std::int64_t held_since_ms_{0};
    std::int64_t open_since_ms_{-1}; // -1: the line is not open
    bool physician_told_{false};     // the centre has had all that the vehicle said since the call
    QString not_heard_;
};

} // namespace ems::terminal
