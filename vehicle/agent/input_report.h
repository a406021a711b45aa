// When a change of the vehicle's own inputs is worth an event: at once when a switch turns or
// becomes known or unknown, and when the tank changed by kFuelStepPct, or kFuelLowStepPct below kFuelLowPct. The speedometer goes along
// and is never a reason. Events of stream A are never shed, so a loose contact must not fill it:
// kInputReportsBurst changes may follow each other, then one each kInputReportEvery; what is told
// in the end is always the last. Pure.
#pragma once

#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/device/inputs.h"

namespace ems::vehicle {

class InputReport {
  public:
    // What is known now, when it is to be told. Once a second.
    std::optional<wire::VehicleInputs> change(const VehicleInputs& inputs, Ticks now);

  private:
    wire::VehicleInputs told_;
    int left_{0};
    std::optional<Ticks> refilled_at_;
};

} // namespace ems::vehicle
