#include "console/model/alarm_sound.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace ems::console {
namespace {

// What the desk raises itself, of links, orders and targets, is the dispatcher's; of a vehicle's devices and patients the
// physician's, but for what happens to the vehicle.
constexpr std::array<std::string_view, 11> kDispatchers{
    "dispatch_overdue", "short_of_units", "units_overdue", "unit_lost",         "crew_silent",     "crew_not_reached",
    "tell_by_voice",    "crew_unanswered", "vehicle_sos",  "vehicle_collision", "vehicle_rollover"};
// Of this desk's own line: at each desk another one.
constexpr std::array<std::string_view, 2> kOfTheDesk{"server_lost", "no_leader"};

bool has(std::span<const std::string_view> codes, std::string_view code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

} // namespace

Owner owner_of(const AlarmEntry& entry) {
    if (has(kOfTheDesk, entry.code)) {
        return Owner::both;
    }
    return entry.technical || has(kDispatchers, entry.code) ? Owner::dispatcher : Owner::physician;
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
        const bool asks = entry.state == AlarmState::active && !AlarmList::is_shelved(entry, now_us);
        if (asks && is_owed(entry, desk) && (!highest || entry.grade < *highest)) {
            highest = entry.grade;
        }
    }
    return highest;
}

} // namespace ems::console
