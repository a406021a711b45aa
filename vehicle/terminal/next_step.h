// What the one big button does next, and what else the crew may press now. Pure values of the
// vehicle's Status; the same order of states as the centre's table (dispatch/README.md, "unit").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vehicle/contract/crew.pb.h"

namespace ems::terminal {

enum class Step : std::uint8_t {
    accept, // an order waits for its answer
    en_route,
    at_scene,
    at_patient,
    transporting,
    at_hospital,
    handover,
    clearing,
    returning,
    available,
    out_of_service,
};

// The state that a step reports; nothing for accept, which answers the order.
[[nodiscard]] std::optional<wire::UnitState> state_of(Step step);

// The step that follows the state; nothing while the unit stands by without an order.
[[nodiscard]] std::optional<Step> next_step(const vehicle::Status& status);

// Rarer ways out of the state, in the order in which they are offered: nobody to carry, breakdown.
[[nodiscard]] std::vector<Step> other_steps(const vehicle::Status& status);

// The order waits for the crew's answer.
[[nodiscard]] bool order_waits(const vehicle::Status& status);

} // namespace ems::terminal
