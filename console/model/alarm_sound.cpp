#include "console/model/alarm_sound.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ems::console {
namespace {

// What the desk raises itself, of links, orders and targets, is the dispatcher's; of a vehicle's devices and patients the
// physician's, but for what happens to the vehicle.
constexpr std::array<std::string_view, 13> kDispatchers{"server_lost",      "no_leader",   "dispatch_overdue", "short_of_units", "units_overdue",
                                                       "unit_lost",        "crew_silent", "crew_not_reached", "tell_by_voice", "crew_unanswered",
                                                       "vehicle_sos",      "vehicle_collision", "vehicle_rollover"};

} // namespace

Owner owner_of(const AlarmEntry& entry) {
    const bool ours = std::find(kDispatchers.begin(), kDispatchers.end(), entry.code) != kDispatchers.end() || entry.technical;
    return ours ? Owner::dispatcher : Owner::physician;
}

std::optional<Grade> to_sound(const AlarmList& alarms, Owner desk, std::int64_t paused_until_us, std::int64_t now_us) {
    if (now_us < paused_until_us) {
        return std::nullopt;
    }
    std::optional<Grade> highest;
    for (const AlarmEntry& entry : alarms.entries()) {
        const bool asks = entry.state == AlarmState::active && !AlarmList::is_shelved(entry, now_us);
        if (asks && owner_of(entry) == desk && (!highest || entry.grade < *highest)) {
            highest = entry.grade;
        }
    }
    return highest;
}

} // namespace ems::console
