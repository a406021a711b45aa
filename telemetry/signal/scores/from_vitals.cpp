#include "telemetry/signal/scores/from_vitals.h"

namespace ems::signal {
namespace {

Input of_sign(const std::optional<VitalSign>& sign) {
    if (!sign) {
        return std::nullopt;
    }
    return Measured{in_unit(sign->kind, *sign->value), sign->device_us, sign->age_us};
}

} // namespace

Input score_input(const VitalBoard& board, VitalKind kind, std::int64_t now_us) {
    return of_sign(board.read_for_score(kind, now_us));
}

News2Input news2_input(const VitalBoard& board, std::int64_t now_us) {
    News2Input input;
    input.rr_per_min = score_input(board, VitalKind::rr, now_us);
    input.spo2_pct = score_input(board, VitalKind::spo2, now_us);
    input.sbp_mmhg = score_input(board, VitalKind::nibp_sys, now_us);
    input.pulse_per_min = of_sign(board.read_rate_for_score(now_us));
    input.temp_c = score_input(board, VitalKind::temp, now_us);
    return input;
}

PewsInput pews_input(const VitalBoard& board, std::int64_t now_us) {
    PewsInput input;
    input.hr_per_min = of_sign(board.read_rate_for_score(now_us));
    input.sbp_mmhg = score_input(board, VitalKind::nibp_sys, now_us);
    input.rr_per_min = score_input(board, VitalKind::rr, now_us);
    input.spo2_pct = score_input(board, VitalKind::spo2, now_us);
    return input;
}

MewsInput mews_input(const VitalBoard& board, std::int64_t now_us) {
    MewsInput input;
    input.sbp_mmhg = score_input(board, VitalKind::nibp_sys, now_us);
    input.hr_per_min = of_sign(board.read_rate_for_score(now_us));
    input.rr_per_min = score_input(board, VitalKind::rr, now_us);
    input.temp_c = score_input(board, VitalKind::temp, now_us);
    return input;
}

QsofaInput qsofa_input(const VitalBoard& board, std::int64_t now_us) {
    QsofaInput input;
    input.rr_per_min = score_input(board, VitalKind::rr, now_us);
    input.sbp_mmhg = score_input(board, VitalKind::nibp_sys, now_us);
    return input;
}

ShockInput shock_input(const VitalBoard& board, std::optional<int> age_years,
                       std::int64_t now_us) {
    ShockInput input;
    input.hr_per_min = of_sign(board.read_rate_for_score(now_us));
    input.sbp_mmhg = score_input(board, VitalKind::nibp_sys, now_us);
    input.dbp_mmhg = score_input(board, VitalKind::nibp_dia, now_us);
    input.map_mmhg = score_input(board, VitalKind::nibp_mean, now_us);
    input.age_years = age_years;
    return input;
}

} // namespace ems::signal
