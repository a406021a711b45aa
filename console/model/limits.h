// Vital signs against the limits of the vehicles' alarm table (telemetry/signal/alarm), which stand beside
// each number. A value outside raises an alarm here even when the vehicle raises none, so that no number
// stands out of its limits unmarked; without a delay, since the mark is on what is shown. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/contract/api.pb.h"
#include "telemetry/signal/alarm/alarm_table.h"
#include "telemetry/signal/vitals/vital_board.h"

namespace ems::console {

struct LimitBreach {
    signal::AlarmId id{};
    std::string code;       // "spo2_low"
    std::string value;      // "88 < 90"
    std::int64_t age_us{0}; // of the number
};
// Numbers that are current break limits; a cuff reading of long ago says nothing about now. The heart
// rate is taken from the pulse when the ECG gives none. Of one cause only the cause, as on the vehicle.
std::vector<LimitBreach> limit_breaches(const signal::VitalBoard& board, signal::AgeGroup group, std::int64_t now_us);

// Whether a current number of the board says that this limit is kept or broken.
bool is_watched(const signal::VitalBoard& board, std::string_view code, std::int64_t now_us);

// Whole years, 0 of an infant whose months are known; nothing: unknown.
std::optional<int> age_years_of(const api::Incident& incident);
// Whose limits hold for the patient of an incident, as far as its age tells.
signal::AgeGroup age_group_of(const api::Incident& incident);

// The patient as limits and scores take him: by the group that the vehicle has in force (the crew's
// word stands above the age of the call), where its newest message says one.
struct PatientAge {
    signal::AgeGroup group{signal::AgeGroup::adult};
    // Of the incident, where they are of that group; whole, years where no months are known.
    std::optional<int> years;
    std::optional<int> months;
};
// Both may be null.
PatientAge patient_age(const api::Incident* incident, const ems::wire::Vitals* newest);

// As scores and criteria of the ECG take him: the age that the crew entered stands above all else, whatever limits the vehicle
// has in force. Each may be null.
PatientAge score_age(const api::Incident* incident, const ems::wire::Vitals* newest, const ems::wire::PatientChart* found);

// Whether `cause` is told in the place of `consequence`.
bool hides(const signal::AlarmRow& cause, signal::AlarmId consequence);

} // namespace ems::console
