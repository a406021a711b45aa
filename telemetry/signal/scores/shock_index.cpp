#include "telemetry/signal/scores/shock_index.h"

#include <cstdlib>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr int kAdultYears = 17;
constexpr int kAgeIndexBound = 50;

// num / den against hundredths / 100, exactly.
bool at_least(std::int64_t num, std::int64_t den, std::int64_t hundredths) {
    return 100 * num >= hundredths * den;
}

ShockBand band_of(int hr, int sbp) {
    return at_least(hr, sbp, 140)   ? ShockBand::massive_haemorrhage
           : at_least(hr, sbp, 100) ? ShockBand::shock_likely
           : at_least(hr, sbp, 90)  ? ShockBand::abnormal
           : 100 * hr > 70 * sbp    ? ShockBand::raised
           : at_least(hr, sbp, 50)  ? ShockBand::normal
                                    : ShockBand::below_normal;
}

// Hundredths above which the paediatric index is abnormal; nothing outside 4 to 16 years.
std::optional<int> sipa_bound(int age_years) {
    if (age_years < 4 || age_years > 16) {
        return std::nullopt;
    }
    return age_years <= 6 ? 122 : age_years <= 12 ? 100 : 90;
}

Finding when(bool abnormal) {
    return abnormal ? Finding::abnormal : Finding::normal;
}

// Three times the mean pressure, so that it stays a whole number.
std::optional<int> map_thrice(const ShockInput& in, int sbp) {
    if (is_given(in.map_mmhg)) {
        return 3 * whole(in.map_mmhg->value);
    }
    if (is_given(in.dbp_mmhg)) {
        return 2 * whole(in.dbp_mmhg->value) + sbp;
    }
    return std::nullopt;
}

} // namespace

std::string_view band_name(ShockBand band) {
    switch (band) {
    case ShockBand::below_normal:
        return "below normal";
    case ShockBand::normal:
        return "normal";
    case ShockBand::raised:
        return "raised";
    case ShockBand::abnormal:
        return "abnormal";
    case ShockBand::shock_likely:
        return "shock likely";
    case ShockBand::massive_haemorrhage:
        return "massive haemorrhage";
    }
    EMS_ASSERT(false);
    return "";
}

ShockIndex shock_index(const ShockInput& in) {
    ShockIndex out;
    if (!is_given(in.hr_per_min) || whole(in.hr_per_min->value) < 0) {
        out.missing.emplace_back("HR");
    }
    if (!is_given(in.sbp_mmhg) || whole(in.sbp_mmhg->value) <= 0) {
        out.missing.emplace_back("SBP");
    }
    if (out.missing.empty() &&
        std::abs(in.hr_per_min->age_us - in.sbp_mmhg->age_us) > kShockApartUsMax) {
        out.missing.emplace_back("HR and SBP within 2 min");
    }
    if (!out.missing.empty()) {
        return out;
    }
    const int hr = whole(in.hr_per_min->value);
    const int sbp = whole(in.sbp_mmhg->value);
    out.index = static_cast<double>(hr) / sbp;
    if (!in.age_years || *in.age_years >= kAdultYears) {
        out.band = band_of(hr, sbp);
    }
    if (const auto map3 = map_thrice(in, sbp); map3 && *map3 > 0) {
        out.modified = 3.0 * hr / *map3;
        const bool below = !at_least(3 * std::int64_t{hr}, *map3, 70);
        out.modified_range = when(below || 300 * std::int64_t{hr} > 130 * std::int64_t{*map3});
    }
    if (in.age_years && *in.age_years >= kAdultYears) {
        out.age_index = *in.age_years * *out.index;
        out.age_range =
            when(std::int64_t{*in.age_years} * hr >= kAgeIndexBound * std::int64_t{sbp});
    }
    if (const auto bound = in.age_years ? sipa_bound(*in.age_years) : std::nullopt) {
        out.sipa = when(100 * std::int64_t{hr} > *bound * std::int64_t{sbp});
    }
    return out;
}

} // namespace ems::signal
