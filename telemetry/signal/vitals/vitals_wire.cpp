#include "telemetry/signal/vitals/vitals_wire.h"

#include <algorithm>
#include <array>

#include "telemetry/base/assert.h"
#include "telemetry/wire/cuff_time.h"

namespace ems::signal {
namespace {

constexpr std::int64_t kMillisecondUs = 1'000;

std::optional<std::int32_t> raw_value(VitalKind kind, const wire::Vitals& v) {
    const auto when = [](bool has, std::int32_t value) {
        return has ? std::optional{value} : std::nullopt;
    };
    switch (kind) {
    case VitalKind::hr:
        return when(v.has_hr_bpm(), v.hr_bpm());
    case VitalKind::pr:
        return when(v.has_pr_bpm(), v.pr_bpm());
    case VitalKind::spo2:
        return when(v.has_spo2_pct(), v.spo2_pct());
    case VitalKind::rr:
        return when(v.has_rr_bpm(), v.rr_bpm());
    case VitalKind::nibp_sys:
        return when(v.has_nibp_sys_mmhg(), v.nibp_sys_mmhg());
    case VitalKind::nibp_dia:
        return when(v.has_nibp_dia_mmhg(), v.nibp_dia_mmhg());
    case VitalKind::nibp_mean:
        return when(v.has_nibp_mean_mmhg(), v.nibp_mean_mmhg());
    case VitalKind::etco2:
        return when(v.has_etco2_mmhg(), v.etco2_mmhg());
    case VitalKind::temp:
        return when(v.has_temp_cdeg(), v.temp_cdeg());
    }
    EMS_ASSERT(false);
    return std::nullopt;
}

std::uint32_t bit_of(VitalKind kind) {
    return 1U << static_cast<unsigned>(kind);
}

bool is_invalid(VitalKind kind, const wire::Vitals& v) {
    return (v.invalid_mask() & bit_of(kind)) != 0;
}

// What no monitor can show is invalid here too, whoever sent it.
bool is_plausible(VitalKind kind, std::int32_t value) {
    const VitalRow& row = vital_row(kind);
    return value >= 0 && value <= row.most * row.per_unit;
}

} // namespace

std::optional<std::int32_t> wire_value(VitalKind kind, const wire::Vitals& vitals) {
    const auto raw = raw_value(kind, vitals);
    return raw && !is_invalid(kind, vitals) && is_plausible(kind, *raw) ? raw : std::nullopt;
}

bool wire_has(VitalKind kind, const wire::Vitals& vitals) {
    return raw_value(kind, vitals).has_value() || is_invalid(kind, vitals);
}

void set_wire_value(VitalKind kind, std::int32_t value, wire::Vitals& vitals) {
    switch (kind) {
    case VitalKind::hr:
        vitals.set_hr_bpm(value);
        break;
    case VitalKind::pr:
        vitals.set_pr_bpm(value);
        break;
    case VitalKind::spo2:
        vitals.set_spo2_pct(value);
        break;
    case VitalKind::rr:
        vitals.set_rr_bpm(value);
        break;
    case VitalKind::nibp_sys:
        vitals.set_nibp_sys_mmhg(value);
        break;
    case VitalKind::nibp_dia:
        vitals.set_nibp_dia_mmhg(value);
        break;
    case VitalKind::nibp_mean:
        vitals.set_nibp_mean_mmhg(value);
        break;
    case VitalKind::etco2:
        vitals.set_etco2_mmhg(value);
        break;
    case VitalKind::temp:
        vitals.set_temp_cdeg(value);
        break;
    }
}

std::optional<wire::Vitals> to_wire(const VitalBoard& board, std::int64_t now_us) {
    wire::Vitals vitals;
    bool known = false;
    std::uint32_t invalid = 0;
    for (const VitalRow& row : vital_rows()) {
        const VitalSign sign = board.read(row.kind, now_us);
        const bool cuff = of_cuff(row.kind);
        const bool past =
            sign.age_us >= row.age.limit_ms * kMillisecondUs || sign.state == VitalState::expired;
        if (sign.state == VitalState::absent || (past && !cuff)) {
            continue;
        }
        known = true;
        if (sign.state == VitalState::invalid) {
            invalid |= bit_of(row.kind);
            continue;
        }
        set_wire_value(row.kind, sign.value ? *sign.value : *sign.last, vitals);
        if (cuff) {
            vitals.set_nibp_t_us(std::max(vitals.nibp_t_us(), sign.device_us));
        } else if (sign.freshness != Freshness::fresh) {
            auto& age = *vitals.add_ages();
            age.set_bit(static_cast<std::uint32_t>(row.kind));
            age.set_age_ms(static_cast<std::uint32_t>(sign.age_us / kMillisecondUs));
        }
    }
    if (!known) {
        return std::nullopt;
    }
    vitals.set_invalid_mask(invalid);
    return vitals;
}

void take_wire(VitalBoard& board, const wire::Vitals& vitals, std::int64_t device_us,
               std::int64_t at_us) {
    std::array<std::int64_t, kVitalKinds> ages_us{};
    for (const wire::VitalAge& age : vitals.ages()) {
        if (age.bit() < kVitalKinds) {
            ages_us.at(age.bit()) = std::int64_t{age.age_ms()} * kMillisecondUs;
        }
    }
    const std::int64_t cuff_us = wire::cuff_t_us(vitals, device_us); // both by the same clock
    const std::int64_t cuff_age_us =
        cuff_us == 0 ? 0 : std::max<std::int64_t>(0, device_us - cuff_us);
    for (const VitalRow& row : vital_rows()) {
        if (!wire_has(row.kind, vitals)) {
            board.withdraw(row.kind);
            continue;
        }
        const std::int64_t age_us =
            of_cuff(row.kind) ? cuff_age_us : ages_us.at(static_cast<std::size_t>(row.kind));
        board.take(row.kind, wire_value(row.kind, vitals), device_us - age_us, at_us - age_us);
    }
}

} // namespace ems::signal
