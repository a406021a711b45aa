#include "dispatch/core/correction.h"

#include <string_view>

namespace ems::dispatch {

void correct(IncidentRow& row, const Correction& correction) {
    row.sex = correction.sex.value_or(row.sex);
    if (correction.age) {
        row.age_years = correction.age->years;
        row.age_months = correction.age->months;
    }
    if (correction.caller) {
        row.phone_masked = correction.caller->masked;
        row.caller = correction.caller->hash;
    }
}

IdentityChange identity_of(const Correction& correction) {
    IdentityChange out;
    out.name_sealed = correction.name_sealed;
    if (correction.caller) {
        out.phone_sealed = correction.caller->sealed;
        out.phone_index = correction.caller->index;
    }
    return out;
}

std::string corrected_fields(const IncidentRow& before, const IncidentRow& after, const Correction& correction) {
    std::string out;
    const auto add = [&out](std::string_view field) {
        out += out.empty() ? " corrected=" : ",";
        out += field;
    };
    if (correction.caller) {
        add("caller_phone");
    }
    if (correction.name_sealed) {
        add("patient_name");
    }
    if (before.sex != after.sex) {
        add("sex");
    }
    if (before.age_years != after.age_years || before.age_months != after.age_months) {
        add("age");
    }
    return out;
}

} // namespace ems::dispatch
