// How long an order waits for a synchronous standby that is away. Pure, told the time; the service asks it before each turn
// of the outbox, and so does the simulation.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "telemetry/base/clock.h"

namespace ems::dispatch {

// From the first order that no standby holds. A standby that is away for longer has been given up: an order that waits for it
// helps nobody, and nobody would know when to stop.
inline constexpr std::chrono::seconds kStandbyWaitMost{5};

class StandbyWait {
  public:
    // Of `withheld` (Seat::withheld, of `term`) what is not to be sent yet: all of it until kStandbyWaitMost has passed since
    // something was first withheld, and then nothing until a commit is replicated again, which empties it; what comes meanwhile
    // does not wait anew. Another term begins anew. `term` 0: nobody leads here.
    [[nodiscard]] const std::set<std::string>& waiting(std::uint64_t term, const std::set<std::string>& withheld, Ticks now);
    // As of the last `waiting`: the time has passed, and orders go out that this database alone holds.
    [[nodiscard]] bool gave_up() const { return gave_up_; }

  private:
    std::uint64_t term_{0};
    std::optional<Ticks> since_;
    bool gave_up_{false};
};

} // namespace ems::dispatch
