// What a press makes of the suggestions of the vehicle's fence: the vehicle does it when it stores the press, the crew's
// terminal as soon as the finger is off the button. Pure.
#pragma once

#include "vehicle/contract/crew.pb.h"

namespace ems::vehicle {

// Takes away what was suggested of `said` and of the states before it on the way through a task; standing by and out of
// service end the task, and everything with it.
void drop_overtaken(Status& status, wire::UnitState said);

// Since when the fence holds the state for true, by the vehicle's clock; 0: it does not.
[[nodiscard]] std::int64_t proposed_us(const Status& status, wire::UnitState state);

} // namespace ems::vehicle
