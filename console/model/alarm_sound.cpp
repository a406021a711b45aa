#include "console/model/alarm_sound.h"

namespace ems::console {

Owner owner_of(const AlarmEntry& entry) {
    const AlarmReason* row = entry.reason != nullptr ? entry.reason : find_reason(entry.code);
    return row != nullptr ? row->owner : entry.technical ? Owner::dispatcher : Owner::physician;
}

Owner owner_of_role(std::string_view role) {
    return role == "dispatcher" ? Owner::dispatcher : role == "physician" ? Owner::physician : Owner::both;
}

bool is_owed(const AlarmEntry& entry, Owner desk) {
    const Owner owner = owner_of(entry);
    return owner == desk || owner == Owner::both || desk == Owner::both;
}

std::optional<Grade> to_sound(const AlarmList& alarms, Owner desk, std::int64_t paused_until_us, std::int64_t now_us) {
    if (now_us < paused_until_us) {
        return std::nullopt;
    }
    std::optional<Grade> highest;
    for (const AlarmEntry& entry : alarms.entries()) {
        const bool asks =
            entry.state == AlarmState::active && !entry.is_consequence && !AlarmList::is_shelved(entry, now_us);
        if (asks && is_owed(entry, desk) && (!highest || entry.grade < *highest)) {
            highest = entry.grade;
        }
    }
    return highest;
}

} // namespace ems::console
