// ems.wire.Vitals from a board and to one. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/vitals/vital_board.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::signal {

// Present and valid, or nothing; of the field, whatever its age.
[[nodiscard]] std::optional<std::int32_t> wire_value(VitalKind kind, const wire::Vitals& vitals);
// Present, or marked invalid.
[[nodiscard]] bool wire_has(VitalKind kind, const wire::Vitals& vitals);
void set_wire_value(VitalKind kind, std::int32_t value, wire::Vitals& vitals);

// What a vehicle tells at `now_us`; nothing when there is nothing. Numbers older than their period
// say how old they are. Past its limit a continuous number is not told at all; a cuff reading is,
// as the history it is, with its device time in nibp_t_us.
[[nodiscard]] std::optional<wire::Vitals> to_wire(const VitalBoard& board, std::int64_t now_us);

// A message that the vehicle stamped `device_us`, which is `at_us` by the board's clock. What it
// does not name is measured no longer.
void take_wire(VitalBoard& board, const wire::Vitals& vitals, std::int64_t device_us,
               std::int64_t at_us);

} // namespace ems::signal
