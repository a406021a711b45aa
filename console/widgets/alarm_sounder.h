// Lets the alarms of this desk be heard: the highest grade that asks for it of those that are whoever's who is logged in,
// burst by burst, while the audio is not paused.
// What is on the screen never depends on it. GUI thread only.
#pragma once

#include "console/model/alarm_sound.h"
#include "console/widgets/desk.h"

#include <QObject>

namespace ems::console {

class AlarmSounder : public QObject {
    Q_OBJECT
  public:
    // `out` must outlive it.
    AlarmSounder(Desk& desk, SoundOut& out, QObject* parent = nullptr);
    // False once a burst could not be played: shown in the status strip.
    [[nodiscard]] bool hasDevice() const { return player_.has_device(); }

  signals:
    void deviceChanged(bool has_device);

  private:
    void look();
    [[nodiscard]] Owner owner() const { return owner_of_role(desk_.state().login().role()); }
    // The physician hears that a crew sent its ECG.
    void inform();
    void tellDevice();

    Desk& desk_;
    BurstPlayer player_;
    bool had_device_{true}; // as it was told last
};

} // namespace ems::console
