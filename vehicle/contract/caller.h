// How long the caller's number of an order stays: whoever has handed the patient over has no more use for it. The vehicle forgets it
// when it stores the press, the crew's terminal hides it as soon as the finger is off the button. Pure.
#pragma once

#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {

[[nodiscard]] constexpr bool needs_caller(wire::UnitState state) {
    switch (state) {
    case wire::UNIT_ASSIGNED:
    case wire::UNIT_ACKNOWLEDGED:
    case wire::UNIT_EN_ROUTE:
    case wire::UNIT_AT_SCENE:
    case wire::UNIT_AT_PATIENT:
    case wire::UNIT_TRANSPORTING:
    case wire::UNIT_AT_HOSPITAL:
        return true;
    default:
        return false;
    }
}

} // namespace ems::vehicle
