#include "console/model/limits.h"

#include <fmt/format.h>

namespace ems::console {
namespace {

std::string number(Limited what, std::int32_t value) {
    return what == Limited::temp ? fmt::format("{:.1f}", value / 100.0) : fmt::format("{}", value);
}

} // namespace

std::optional<std::int32_t> limited_value(Limited what, const ems::wire::Vitals& v) {
    const auto when = [&](bool present, std::int32_t value, unsigned bit) -> std::optional<std::int32_t> {
        const bool valid = (v.invalid_mask() & (1U << bit)) == 0;
        return present && valid ? std::optional{value} : std::nullopt;
    };
    switch (what) {
    case Limited::hr: {
        const auto heart = when(v.has_hr_bpm(), v.hr_bpm(), 0);
        return heart ? heart : when(v.has_pr_bpm(), v.pr_bpm(), 1);
    }
    case Limited::spo2:
        return when(v.has_spo2_pct(), v.spo2_pct(), 2);
    case Limited::rr:
        return when(v.has_rr_bpm(), v.rr_bpm(), 3);
    case Limited::nibp_sys:
        return when(v.has_nibp_sys_mmhg(), v.nibp_sys_mmhg(), 4);
    case Limited::etco2:
        return when(v.has_etco2_mmhg(), v.etco2_mmhg(), 7);
    case Limited::temp:
        return when(v.has_temp_cdeg(), v.temp_cdeg(), 8);
    }
    return std::nullopt;
}

std::vector<LimitBreach> limit_breaches(const ems::wire::Vitals& vitals, CuffReading cuff) {
    std::vector<LimitBreach> breaches;
    for (const LimitRow& row : kLimits) {
        if (row.what == Limited::nibp_sys && cuff == CuffReading::expired) {
            continue;
        }
        const auto value = limited_value(row.what, vitals);
        if (value && *value < row.low) {
            breaches.push_back({fmt::format("{}_low", row.code),
                                fmt::format("{} < {}", number(row.what, *value), number(row.what, row.low))});
        } else if (value && *value > row.high) {
            breaches.push_back({fmt::format("{}_high", row.code),
                                fmt::format("{} > {}", number(row.what, *value), number(row.what, row.high))});
        }
    }
    return breaches;
}

} // namespace ems::console
