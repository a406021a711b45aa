#include "console/model/limits.h"

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

using signal::VitalKind;
using signal::VitalSign;

VitalSign limited(Limited what, const signal::VitalBoard& board, std::int64_t now_us) {
    switch (what) {
    case Limited::hr:
        return board.read_rate(now_us);
    case Limited::spo2:
        return board.read(VitalKind::spo2, now_us);
    case Limited::rr:
        return board.read(VitalKind::rr, now_us);
    case Limited::nibp_sys:
        return board.read(VitalKind::nibp_sys, now_us);
    case Limited::etco2:
        return board.read(VitalKind::etco2, now_us);
    case Limited::temp:
        return board.read(VitalKind::temp, now_us);
    }
    EMS_ASSERT(false);
    return {};
}

} // namespace

std::vector<LimitBreach> limit_breaches(const signal::VitalBoard& board, std::int64_t now_us) {
    std::vector<LimitBreach> breaches;
    for (const LimitRow& row : kLimits) {
        const VitalSign sign = limited(row.what, board, now_us);
        if (!sign.value) {
            continue;
        }
        const std::int32_t shown = signal::as_shown(sign.kind, *sign.value);
        const auto text = [&](std::int32_t value) { return signal::vital_text(sign.kind, value); };
        if (shown < row.low) {
            breaches.push_back({fmt::format("{}_low", row.code),
                                fmt::format("{} < {}", text(shown), text(row.low)), sign.age_us});
        } else if (shown > row.high) {
            breaches.push_back({fmt::format("{}_high", row.code),
                                fmt::format("{} > {}", text(shown), text(row.high)), sign.age_us});
        }
    }
    return breaches;
}

} // namespace ems::console
