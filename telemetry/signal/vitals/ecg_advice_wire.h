// ems.wire.EcgAdvisory from what the running measurement says, and to it. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/ecg12/ecg_advisor.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::signal {

// Since the end of the stretch that was measured.
struct EcgAdviceAges {
    std::int64_t st_us{0};
    std::int64_t af_us{0};
};
// Nothing when nothing is known.
[[nodiscard]] std::optional<wire::EcgAdvisory> to_wire(const EcgAdvice& advice,
                                                       const EcgAdviceAges& ages);

// Nothing: not known. What a later version says beyond this one's words is left out: a verdict or a
// finding it does not know is not known.
[[nodiscard]] std::optional<StAdvisory> st_of_wire(const wire::EcgAdvisory& advisory);
[[nodiscard]] std::optional<AfFinding> af_of_wire(const wire::EcgAdvisory& advisory);

} // namespace ems::signal
