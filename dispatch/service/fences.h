// Looks at where the units are and keeps one watch for each: what their places suggest about their states
// (telemetry/signal/fence/geofence.h). In memory alone: after a restart a rule has to hold anew. Single-threaded, no I/O.
#pragma once

#include <map>
#include <vector>

#include "dispatch/core/world.h"
#include "dispatch/service/fleet.h"
#include "dispatch/store/store.h"
#include "telemetry/signal/fence/geofence.h"

namespace ems::dispatch {

class Fences {
  public:
    // What is suggested since the last look, at most one of each unit; about once a second.
    std::vector<ProposalRow> look(const World& world, const Fleet& fleet, const Registry& registry);
    // The proposal was not stored: the next look makes it again if it still holds.
    void tell_again(const ProposalRow& row);

  private:
    struct Watch {
        signal::FenceWatch rules;
        PostingId posted;   // where it was sent when it was looked at last
    };
    std::map<UnitId, Watch> watches_;   // of units of the world
};

} // namespace ems::dispatch
