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
// first; the same one twice changes nothing. What was withdrawn no longer holds and stands beside
// it, be it that the entry comes after its withdrawal.
void add_findings(PatientChart& chart, const PatientFindings& said, std::int64_t t_us);

// When a field was found that holds, by its number; 0: never, or it was withdrawn.
[[nodiscard]] std::int64_t found_us(const PatientChart& chart, int field_number);

// An entry that was withdrawn, and since which nothing was entered: when it was found, and when it
// was withdrawn. 0, 0: none.
struct Withdrawal {
    std::int64_t found_us{0};
    std::int64_t withdrawn_us{0};
};
[[nodiscard]] Withdrawal withdrawal(const PatientChart& chart, int field_number);

// When the patient was last seen well, of an entry that was made then; 0: it says nothing of it.
[[nodiscard]] std::int64_t last_seen_well_us(const PatientFindings& found,
                                             std::int64_t entered_us);

} // namespace ems::wire
