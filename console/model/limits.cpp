#include "console/model/limits.h"

#include <algorithm>

#include <fmt/format.h>

namespace ems::console {

bool hides(const signal::AlarmRow& cause, signal::AlarmId consequence) {
    return std::find(cause.hides.begin(), cause.hides.end(), consequence) != cause.hides.end();
}

std::optional<int> age_years_of(const api::Incident& incident) {
    return signal::stated_years(incident.age_years(), incident.has_age_months()
                                                          ? std::optional{incident.age_months()}
                                                          : std::nullopt);
}

signal::AgeGroup age_group_of(const api::Incident& incident) {
    return signal::age_group(age_years_of(incident));
}

PatientAge patient_age(const api::Incident* incident, const ems::wire::Vitals* newest) {
    constexpr int kMonthsOfYear = 12;
    PatientAge out;
    const auto years = incident == nullptr ? std::nullopt : age_years_of(*incident);
    switch (newest == nullptr ? ems::wire::PATIENT_GROUP_UNSPECIFIED : newest->limits_of()) {
    case ems::wire::PATIENT_ADULT:
        out.group = signal::AgeGroup::adult;
        break;
    case ems::wire::PATIENT_CHILD:
        out.group = signal::AgeGroup::child;
        break;
    case ems::wire::PATIENT_INFANT:
        out.group = signal::AgeGroup::infant;
        break;
    default: // of an older vehicle, or of a later one
        out.group = signal::age_group(years);
        break;
    }
    if (years && signal::age_group(years) == out.group) {
        out.years = years;
        out.months = incident->has_age_months() ? static_cast<int>(incident->age_months()) : *years * kMonthsOfYear;
    }
    return out;
}

PatientAge score_age(const api::Incident* incident, const ems::wire::Vitals* newest, const ems::wire::PatientChart* found) {
    constexpr int kMonthsOfYear = 12;
    if (found == nullptr || !found->findings().has_age_months()) {
        return patient_age(incident, newest);
    }
    PatientAge out;
    out.months = static_cast<int>(found->findings().age_months());
    out.years = *out.months / kMonthsOfYear;
    out.group = signal::age_group(out.years);
    return out;
}

bool is_watched(const signal::VitalBoard& board, std::string_view code, std::int64_t now_us) {
    const signal::AlarmRow* row = signal::find_alarm(code);
    if (row == nullptr || !row->limit) {
        return false;
    }
    const signal::VitalKind vital = row->limit->vital;
    return (vital == signal::VitalKind::hr ? board.read_rate(now_us) : board.read(vital, now_us)).value.has_value();
}

std::vector<LimitBreach> limit_breaches(const signal::VitalBoard& board, signal::AgeGroup group, std::int64_t now_us) {
    std::vector<LimitBreach> breaches;
    for (const signal::AlarmRow& row : signal::alarm_rows()) {
        // What is lethal is the vehicle's to tell: it has the delay that keeps a flicker from being one.
        if (!row.limit || row.priority != signal::AlarmPriority::medium) {
            continue;
        }
        const auto threshold = row.limit->threshold.at(static_cast<std::size_t>(group));
        const signal::VitalKind vital = row.limit->vital;
        const signal::VitalSign sign =
            vital == signal::VitalKind::hr ? board.read_rate(now_us) : board.read(vital, now_us);
        if (threshold && sign.value && signal::breaks(*row.limit, *threshold, *sign.value)) {
            breaches.push_back({row.id, std::string{row.code},
                                fmt::format("{} {} {}", signal::vital_text(vital, *sign.value),
                                            row.limit->side == signal::LimitSide::low ? "<" : ">",
                                            signal::vital_text(vital, *threshold)),
                                sign.age_us});
        }
    }
    const auto all = breaches;
    std::erase_if(breaches, [&](const LimitBreach& one) {
        return std::any_of(all.begin(), all.end(), [&](const LimitBreach& cause) {
            return hides(signal::alarm_row(cause.id), one.id);
        });
    });
    return breaches;
}

} // namespace ems::console
