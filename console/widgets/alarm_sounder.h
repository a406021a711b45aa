// Lets the alarms of this desk be heard: the highest grade that asks for it, burst by burst, while the audio is not paused.
// What is on the screen never depends on it. GUI thread only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "console/model/alarm_sound.h"
#include "console/widgets/desk.h"

#include <QObject>

namespace ems::console {

// Where bursts are played: a loudspeaker, or a test that listens.
class SoundOut {
  public:
    virtual ~SoundOut() = default;
    // Mono, kSoundRateHz. Takes the place of what is still played. False: there is no device.
    virtual bool play(std::span<const std::int16_t> samples) = 0;
    virtual void stop() = 0;
};

class AlarmSounder : public QObject {
    Q_OBJECT
  public:
    // `out` must outlive it.
    AlarmSounder(Desk& desk, SoundOut& out, QObject* parent = nullptr);
    void setOwner(Owner owner) { owner_ = owner; }
    // False once a burst could not be played: shown in the status strip.
    [[nodiscard]] bool hasDevice() const { return has_device_; }

  signals:
    void deviceChanged(bool has_device);

  private:
    void look();

    Desk& desk_;
    SoundOut& out_;
    Owner owner_{Owner::dispatcher};
    std::array<std::vector<std::int16_t>, 3> bursts_;
    std::optional<Grade> sounding_;
    double next_s_{0}; // monotonic, when the burst is repeated
    bool has_device_{true};
};

} // namespace ems::console
