#include "vehicle/terminal/next_step.h"

namespace ems::terminal {

std::optional<wire::UnitState> state_of(Step step) {
    switch (step) {
    case Step::accept:
        return std::nullopt;
    case Step::en_route:
        return wire::UNIT_EN_ROUTE;
    case Step::at_scene:
        return wire::UNIT_AT_SCENE;
    case Step::at_patient:
        return wire::UNIT_AT_PATIENT;
    case Step::transporting:
        return wire::UNIT_TRANSPORTING;
    case Step::at_hospital:
        return wire::UNIT_AT_HOSPITAL;
    case Step::handover:
        return wire::UNIT_HANDOVER;
    case Step::clearing:
        return wire::UNIT_CLEARING;
    case Step::returning:
        return wire::UNIT_RETURNING;
    case Step::available:
        return wire::UNIT_AVAILABLE;
    case Step::out_of_service:
        return wire::UNIT_OUT_OF_SERVICE;
    }
    return std::nullopt;
}

bool order_waits(const vehicle::Status& status) {
    return status.has_order() && !status.order_command_id().empty() && !status.order_accepted();
}

std::optional<Step> next_step(const vehicle::Status& status) {
    if (order_waits(status)) {
        return Step::accept;
    }
    switch (status.state()) {
    case wire::UNIT_ASSIGNED:
    case wire::UNIT_ACKNOWLEDGED:
        return Step::en_route;
    case wire::UNIT_EN_ROUTE:
        return Step::at_scene;
    case wire::UNIT_AT_SCENE:
        return Step::at_patient;
    case wire::UNIT_AT_PATIENT:
        return Step::transporting;
    case wire::UNIT_TRANSPORTING:
        return Step::at_hospital;
    case wire::UNIT_AT_HOSPITAL:
        return Step::handover;
    case wire::UNIT_HANDOVER:
        return Step::clearing;
    case wire::UNIT_CLEARING:
        return Step::returning;
    case wire::UNIT_RETURNING:
    case wire::UNIT_OUT_OF_SERVICE:
        return Step::available;
    default:
        return std::nullopt;
    }
}

std::vector<Step> other_steps(const vehicle::Status& status) {
    if (order_waits(status)) {
        return {}; // the order is answered first
    }
    switch (status.state()) {
    case wire::UNIT_AT_SCENE:
    case wire::UNIT_AT_PATIENT:
        return {Step::returning, Step::out_of_service}; // nobody is carried
    case wire::UNIT_OUT_OF_SERVICE:
        return {};
    default:
        return {Step::out_of_service};
    }
}

} // namespace ems::terminal
