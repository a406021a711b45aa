#include "vehicle/agent/input_report.h"

#include <algorithm>

#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

wire::VehicleInputs known(const VehicleInputs& inputs, Ticks now) {
    wire::VehicleInputs out;
    if (const auto ignition = inputs.get(Input::ignition, now)) {
        out.set_ignition_on(ignition->value != 0);
    }
    if (const auto door = inputs.get(Input::door, now)) {
        out.set_door_open(door->value != 0);
    }
    if (const auto siren = inputs.get(Input::siren, now)) {
        out.set_siren_on(siren->value != 0);
    }
    if (const auto beacon = inputs.get(Input::beacon, now)) {
        out.set_beacon_on(beacon->value != 0);
    }
    if (const auto fuel = inputs.get(Input::fuel_pct, now)) {
        out.set_fuel_pct(fuel->value);
    }
    if (const auto speed = inputs.get(Input::speed_kmh, now)) {
        out.set_speed_kmh(speed->value);
    }
    return out;
}

std::uint32_t distance(std::uint32_t a, std::uint32_t b) {
    return std::max(a, b) - std::min(a, b);
}

bool fuel_moved(std::uint32_t was, std::uint32_t is) {
    return distance(was, is) >= (is < kFuelLowPct ? kFuelLowStepPct : kFuelStepPct);
}

bool worth_telling(const wire::VehicleInputs& was, const wire::VehicleInputs& is) {
    return was.has_ignition_on() != is.has_ignition_on() || was.ignition_on() != is.ignition_on() ||
           was.has_door_open() != is.has_door_open() || was.door_open() != is.door_open() ||
           was.has_siren_on() != is.has_siren_on() || was.siren_on() != is.siren_on() ||
           was.has_beacon_on() != is.has_beacon_on() || was.beacon_on() != is.beacon_on() ||
           was.has_fuel_pct() != is.has_fuel_pct() ||
           fuel_moved(was.fuel_pct(), is.fuel_pct());
}

} // namespace

std::optional<wire::VehicleInputs> InputReport::change(const VehicleInputs& inputs, Ticks now) {
    if (!refilled_at_) {
        refilled_at_ = now;
        left_ = kInputReportsBurst;
    }
    while (left_ < kInputReportsBurst && now - *refilled_at_ >= kInputReportEvery) {
        *refilled_at_ += kInputReportEvery;
        ++left_;
    }
    wire::VehicleInputs is = known(inputs, now);
    if (left_ == 0 || !worth_telling(told_, is)) {
        return std::nullopt;
    }
    if (left_-- == kInputReportsBurst) {
        refilled_at_ = now; // a full bucket gained nothing while it waited
    }
    told_ = is;
    return is;
}

} // namespace ems::vehicle
