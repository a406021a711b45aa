#include "vehicle/device/mdc.h"

namespace ems::vehicle {
namespace {

constexpr double kMmhgOfKilopascal = 1'000 / 133.322'387'415;

struct Term {
    std::uint32_t term;
    MdcVital vital;
};
constexpr std::array kTerms{
    Term{16'770, {VitalKind::hr, 0}},        // MDC_ECG_HEART_RATE
    Term{18'458, {VitalKind::pr, 0}},        // MDC_PULS_OXIM_PULS_RATE
    Term{18'466, {VitalKind::pr, 1}},        // MDC_PLETH_PULS_RATE
    Term{19'384, {VitalKind::spo2, 0}},      // MDC_PULS_OXIM_SAT_O2
    Term{20'490, {VitalKind::rr, 0}},        // MDC_RESP_RATE
    Term{20'506, {VitalKind::rr, 1}},        // MDC_TTHOR_RESP_RATE
    Term{20'498, {VitalKind::rr, 2}},        // MDC_AWAY_RESP_RATE
    Term{20'522, {VitalKind::rr, 3}},        // MDC_CO2_RESP_RATE
    Term{18'949, {VitalKind::nibp_sys, 0}},  // MDC_PRESS_BLD_NONINV_SYS
    Term{18'950, {VitalKind::nibp_dia, 0}},  // MDC_PRESS_BLD_NONINV_DIA
    Term{18'951, {VitalKind::nibp_mean, 0}}, // MDC_PRESS_BLD_NONINV_MEAN
    Term{19'229, {VitalKind::nibp_sys, 1}},  // MDC_PRESS_CUFF_SYS
    Term{19'230, {VitalKind::nibp_dia, 1}},  // MDC_PRESS_CUFF_DIA
    Term{19'231, {VitalKind::nibp_mean, 1}}, // MDC_PRESS_CUFF_MEAN
    Term{20'636, {VitalKind::etco2, 0}},     // MDC_CONC_AWAY_CO2_ET
    Term{20'656, {VitalKind::etco2, 1}},     // MDC_AWAY_CO2_ET
    Term{19'292, {VitalKind::temp, 0}},      // MDC_TEMP_BODY
    Term{19'272, {VitalKind::temp, 1}},      // MDC_TEMP
};

constexpr std::array kUnits{MdcUnit::percent,      MdcUnit::per_min,     MdcUnit::beat_per_min,
                            MdcUnit::resp_per_min, MdcUnit::kilo_pascal, MdcUnit::mmhg,
                            MdcUnit::fahrenheit,   MdcUnit::celsius};

std::optional<double> pressure_mmhg(MdcUnit unit, double value) {
    if (unit == MdcUnit::kilo_pascal) {
        return value * kMmhgOfKilopascal;
    }
    return unit == MdcUnit::mmhg ? std::optional{value} : std::nullopt;
}

std::optional<double> temperature_c(MdcUnit unit, double value) {
    if (unit == MdcUnit::fahrenheit) {
        return (value - 32) / 1.8;
    }
    return unit == MdcUnit::celsius ? std::optional{value} : std::nullopt;
}

std::optional<double> only(bool fits, double value) {
    return fits ? std::optional{value} : std::nullopt;
}

std::optional<double> in_our_unit(VitalKind kind, MdcUnit unit, double value) {
    switch (kind) {
    case VitalKind::hr:
    case VitalKind::pr:
        return only(unit == MdcUnit::beat_per_min || unit == MdcUnit::per_min, value);
    case VitalKind::rr:
        return only(unit == MdcUnit::resp_per_min || unit == MdcUnit::per_min, value);
    case VitalKind::spo2:
        return only(unit == MdcUnit::percent, value);
    case VitalKind::nibp_sys:
    case VitalKind::nibp_dia:
    case VitalKind::nibp_mean:
    case VitalKind::etco2:
        return pressure_mmhg(unit, value);
    case VitalKind::temp:
        return temperature_c(unit, value);
    }
    return std::nullopt;
}

} // namespace

std::optional<MdcVital> mdc_vital(std::uint32_t term) {
    for (const Term& one : kTerms) {
        if (one.term == term) {
            return one.vital;
        }
    }
    return std::nullopt;
}

std::optional<MdcUnit> mdc_unit(std::uint32_t term) {
    for (const MdcUnit unit : kUnits) {
        if (static_cast<std::uint32_t>(unit) == term) {
            return unit;
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> mdc_value(VitalKind kind, MdcUnit unit, double value) {
    const auto ours = in_our_unit(kind, unit, value);
    return ours ? vital_value(kind, *ours) : std::nullopt;
}

void VitalSelection::add(const MdcVital& vital, VitalValue value) {
    auto& chosen = chosen_.at(static_cast<std::size_t>(vital.kind));
    if (chosen) {
        const bool better = value.value.has_value() != chosen->value.value.has_value()
                                ? value.value.has_value()
                                : vital.rank < chosen->rank;
        if (!better) {
            return;
        }
    }
    chosen = Chosen{vital.rank, std::move(value)};
}

std::vector<VitalValue> VitalSelection::take() {
    std::vector<VitalValue> values;
    for (auto& chosen : chosen_) {
        if (chosen) {
            values.push_back(std::move(chosen->value));
            chosen.reset();
        }
    }
    return values;
}

} // namespace ems::vehicle
