#include "vehicle/terminal/patient_aboard.h"

#include <algorithm>

#include "telemetry/signal/scores/from_findings.h"
#include "telemetry/signal/scores/from_vitals.h"

namespace ems::terminal {
namespace {

using signal::AgeGroup;

std::optional<int> ordered_years(const vehicle::PatientAboard& patient) {
    return signal::stated_years(patient.age_years(), patient.has_age_months()
                                                         ? std::optional{patient.age_months()}
                                                         : std::nullopt);
}

// The age that the crew entered stands above all else; that of the order holds where it is of the group in force.
bool is_too_young(const vehicle::Status& status) {
    constexpr int kMonthsOfYear = 12;
    if (status.chart().findings().has_age_months()) {
        const auto months = static_cast<int>(status.chart().findings().age_months());
        return months < signal::kNews2AgeYearsMin * kMonthsOfYear;
    }
    const auto years = ordered_years(status.patient());
    const AgeGroup group = watched_as(status).value_or(signal::age_group(years));
    const bool holds = years && signal::age_group(years) == group;
    return group != AgeGroup::adult || (holds && *years < signal::kNews2AgeYearsMin);
}

bool is_about(const signal::AlarmRow& row, signal::VitalKind kind) {
    if (row.kind == signal::AlarmKind::technical || row.wording == signal::Wording::advisory) {
        return false;
    }
    if (!row.limit) {
        return kind == signal::VitalKind::hr && row.sensor == signal::Sensor::ecg;
    }
    return row.limit->vital == kind || (signal::of_cuff(row.limit->vital) && signal::of_cuff(kind));
}

} // namespace

const vehicle::StandingAlarm* alarm_about(const vehicle::Status& status, signal::VitalKind kind) {
    const auto& alarms = status.alarms();
    const auto found = std::find_if(alarms.begin(), alarms.end(), [kind](const vehicle::StandingAlarm& one) {
        const signal::AlarmRow* row = signal::find_alarm(one.alarm().code());
        return row != nullptr && is_about(*row, kind);
    });
    return found == alarms.end() ? nullptr : &*found;
}

std::optional<AgeGroup> watched_as(const vehicle::Status& status) {
    switch (status.limits_of()) {
    case vehicle::ADULT:
        return AgeGroup::adult;
    case vehicle::CHILD:
        return AgeGroup::child;
    case vehicle::INFANT:
        return AgeGroup::infant;
    default: // of an older vehicle, or of a later one
        return std::nullopt;
    }
}

News2Aboard news2_aboard(const vehicle::Status& status, const signal::VitalBoard& board,
                         std::int64_t board_us, std::int64_t utc_us) {
    News2Aboard out;
    if (is_too_young(status)) {
        out.state = News2Aboard::State::too_young;
        return out;
    }
    signal::News2Input input = signal::news2_input(board, board_us);
    signal::add_findings(input, status.chart(), utc_us);
    out.news2 = signal::news2(input);
    const signal::Score& score = out.news2.score;
    const bool is_empty = score.missing().size() == score.items.size();
    out.state = is_empty ? News2Aboard::State::no_data : News2Aboard::State::scored;
    return out;
}

} // namespace ems::terminal
