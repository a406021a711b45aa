// When the cuff measured, of a Vitals in an envelope stamped `t_us`. New writers say how long ago in
// whole milliseconds of the device's clock, which is five bytes shorter than the time; each repeat of
// one measurement gives the same time. 0: none yet.
#pragma once

#include <cstdint>
#include <limits>

#include "telemetry/wire/ems.pb.h"

namespace ems::wire {

[[nodiscard]] inline std::int64_t cuff_t_us(const Vitals& vitals, std::int64_t t_us) {
    return vitals.has_nibp_age_ms()
               ? (t_us / 1'000 - std::int64_t{vitals.nibp_age_ms()}) * 1'000
               : vitals.nibp_t_us();
}

inline void set_cuff_t_us(Vitals& vitals, std::int64_t cuff_us, std::int64_t t_us) {
    const std::int64_t age_ms = t_us / 1'000 - cuff_us / 1'000;
    vitals.clear_nibp_age_ms();
    vitals.clear_nibp_t_us();
    if (cuff_us == 0) {
        return;
    }
    if (age_ms < 0 || age_ms > std::numeric_limits<std::uint32_t>::max()) {
        vitals.set_nibp_t_us(cuff_us); // the clock was set in between
    } else {
        vitals.set_nibp_age_ms(static_cast<std::uint32_t>(age_ms));
    }
}

} // namespace ems::wire
