#include "console/model/alarm_sound.h"

#include <algorithm>

namespace ems::console {
namespace {

bool asks_for_sound(const AlarmEntry& entry, Owner desk, std::int64_t now_us) {
    return entry.state == AlarmState::active && !entry.is_consequence && !AlarmList::is_held(entry, now_us) &&
           is_owed(entry, desk);
}

} // namespace

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
        if (asks_for_sound(entry, desk, now_us) && (!highest || entry.grade < *highest)) {
            highest = entry.grade;
        }
    }
    return highest;
}

std::uint64_t newest_onset(const AlarmList& alarms, Owner desk, Grade grade, std::int64_t now_us) {
    std::uint64_t newest = 0;
    for (const AlarmEntry& entry : alarms.entries()) {
        if (entry.grade == grade && asks_for_sound(entry, desk, now_us)) {
            newest = std::max(newest, entry.onset);
        }
    }
    return newest;
}

} // namespace ems::console
