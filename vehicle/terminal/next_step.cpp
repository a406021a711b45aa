#include "vehicle/terminal/next_step.h"

#include <array>

#include "vehicle/contract/proposals.h"

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
    case Step::accept_posting:
    case Step::at_post:
        return std::nullopt;
    }
    return std::nullopt;
}

bool patient_in_care(const vehicle::Status& status) {
    switch (status.state()) {
    case wire::UNIT_AT_PATIENT:
    case wire::UNIT_TRANSPORTING:
    case wire::UNIT_AT_HOSPITAL:
    case wire::UNIT_HANDOVER:
        return true;
    default:
        return false;
    }
}

bool order_waits(const vehicle::Status& status) {
    return status.has_order() && !status.order_command_id().empty() && !status.order_accepted();
}

bool physician_called(const vehicle::Status& status) {
    return status.physician_called() || status.voice().calling();
}

bool posting_waits(const vehicle::Status& status) {
    return status.has_posting() && !status.posting().command_id().empty() &&
           !status.posting().accepted();
}

bool changes_wait(const vehicle::Status& status) {
    return status.after_outage().changes_size() > 0;
}

bool goes_to_post(const vehicle::Status& status) {
    return status.has_posting() && status.posting().accepted() && !status.posting().arrived();
}

std::int64_t fence_us(const vehicle::Status& status, Step step) {
    if (step == Step::at_post) {
        return status.posting().fence_us();
    }
    const auto state = state_of(step);
    return state ? vehicle::proposed_us(status, *state) : 0;
}

namespace {

std::optional<Step> usual_step(wire::UnitState state) {
    switch (state) {
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

// What a fence can suggest, in the order of the task.
constexpr std::array kFenceSteps{Step::en_route,    Step::at_scene, Step::transporting,
                                 Step::at_hospital, Step::clearing, Step::available};

std::optional<Step> suggested_step(const vehicle::Status& status) {
    for (const Step step : kFenceSteps) {
        if (fence_us(status, step) != 0) {
            return step;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<Step> next_step(const vehicle::Status& status) {
    if (order_waits(status)) {
        return Step::accept;
    }
    if (posting_waits(status)) {
        return Step::accept_posting;
    }
    if (const auto suggested = suggested_step(status)) {
        return suggested;
    }
    const auto usual = usual_step(status.state());
    const bool there = status.posting().fence_us() != 0;
    return goes_to_post(status) && (there || !usual) ? Step::at_post : usual;
}

std::vector<Step> other_steps(const vehicle::Status& status) {
    if (order_waits(status)) {
        return {}; // the order is answered first
    }
    std::vector<Step> out;
    const auto next = next_step(status);
    const auto usual = usual_step(status.state());
    if (usual && next != usual) {
        out.push_back(*usual);
    }
    switch (status.state()) {
    case wire::UNIT_AT_SCENE:
    case wire::UNIT_AT_PATIENT:
        out.push_back(Step::returning); // nobody is carried
        break;
    case wire::UNIT_CLEARING:
    case wire::UNIT_RETURNING:
        if (goes_to_post(status) && next != Step::at_post) {
            out.push_back(Step::at_post);
        }
        break;
    default:
        break;
    }
    if (status.state() != wire::UNIT_OUT_OF_SERVICE) {
        out.push_back(Step::out_of_service);
    }
    return out;
}

std::size_t place_of(const vehicle::Status& status, Step other) {
    return other == Step::out_of_service           ? kOutOfServicePlace
           : other == usual_step(status.state())   ? kUsualPlace
                                                   : kInsteadPlace;
}

} // namespace ems::terminal
