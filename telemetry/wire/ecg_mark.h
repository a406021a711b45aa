// A stretch of the ECG that a crew sent to the physician: what it has to say, and when it ends. Pure.
#pragma once

#include <cstdint>

#include "telemetry/base/result.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::wire {

inline constexpr std::uint32_t kEcgMarkMsMax = 60'000;

// Errors: invalid_argument names the field.
[[nodiscard]] Result<void> check_ecg_mark(const EcgMark& mark);

// By the vehicle's clock; of a checked mark.
[[nodiscard]] std::int64_t ecg_mark_end_us(const EcgMark& mark);

} // namespace ems::wire
