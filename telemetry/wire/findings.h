// What a crew found of its patient and no monitor says: the ranges a value has to lie in, and the
// chart that many reports make. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "telemetry/base/result.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::wire {

inline constexpr std::size_t kFindingCodesMax = 16;
inline constexpr std::size_t kFindingCodeBytesMax = 32;

// Says something, each value in the range that ems.proto names. Errors: invalid_argument names the
// field.
[[nodiscard]] Result<void> check_findings(const PatientFindings& said);

// Lays a report over the chart, field by field: of two, the later finger counts, whichever came
// first; the same one twice changes nothing.
void add_findings(PatientChart& chart, const PatientFindings& said, std::int64_t t_us);

// When a field was found, by its number; 0: never.
[[nodiscard]] std::int64_t found_us(const PatientChart& chart, int field_number);

} // namespace ems::wire
