// The vehicle's own fence: holds each fix against the order's scene, the hospital, the station and the posting that are on
// board (telemetry/signal/fence), and tells the crew's desk what follows. Needs no link. A restart begins every rule anew;
// what was suggested before stands in the desk. One thread; no clock inside.
#pragma once

#include "telemetry/signal/fence/geofence.h"
#include "vehicle/agent/crew_desk.h"

namespace ems::vehicle {

class CrewFence {
  public:
    // `desk` outlives it. `time_scale` of a simulated world.
    CrewFence(CrewDesk& desk, double time_scale) : desk_(desk), time_scale_(time_scale) {}

    // A fix that was just measured. True when the desk's status changed or something was appended to
    // the spool: commit at once, and show it.
    bool fix(const wire::Position& position, const Moment& now);

  private:
    CrewDesk& desk_;
    const double time_scale_;
    signal::FenceWatch watch_;
};

} // namespace ems::vehicle
