// Lets the alarms of the vehicle be heard at its terminal: the burst of Status.sounding, which the
// vehicle's alarm engine decides, and a medium one in its place while the vehicle's computer, once
// heard, is away: what stands then is not known. An order which waits for its answer is heard where
// that is more urgent, and so, as a medium one, is a posting which waits for its answer and what the
// centre changed until it is read. GUI thread only.
#pragma once

#include "console/theme/alarm_burst.h"
#include "telemetry/base/clock.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <cstdint>
#include <set>
#include <string>

#include <QObject>
#include <QTimer>

namespace ems::terminal {

class CrewSounder : public QObject {
    Q_OBJECT
  public:
    // All outlive it.
    CrewSounder(const VehicleSocket& vehicle, const Clock& clock, console::SoundOut& out,
                QObject* parent = nullptr);

  signals:
    // With `works` false once a burst could not be played: to be shown.
    void deviceChanged(bool works);

  private:
    void look();
    void noteOnsets();

    const VehicleSocket& vehicle_;
    const Clock& clock_;
    console::BurstPlayer player_;
    std::set<std::string> sounding_; // codes of the alarms that ask for the sound
    std::uint64_t onset_{0};         // counts on when one joins them
    QTimer timer_;
};

} // namespace ems::terminal
