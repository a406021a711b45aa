// What any desk has marked of an alarm: who has seen it, and until when it is put away. The names under which desks and
// server speak of the same alarm. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "console/theme/alarm_burst.h"
#include "dispatch/contract/api.pb.h"

namespace ems::console {

// Each half counts for an alarm that began no later than it was made and has not risen above its grade since.
struct AlarmMark {
    std::int64_t acknowledged_us{0}; // server time; 0: nobody has seen it
    std::string acknowledged_by;
    Grade acknowledged_grade{Grade::low};
    std::int64_t shelved_us{0};       // when it was put away or taken back
    std::int64_t shelved_until_us{0}; // 0: it is not put away
    std::string shelved_by;
    std::string shelved_reason;
    Grade shelved_grade{Grade::low};
    std::int64_t spent_us{0}; // what was made until then was about one that has ended
};

enum class MarkDeed { acknowledge, shelve, take_back };

// "u12:spo2_low", "a3:crew_silent", "i7:dispatch_overdue", "p2:crew_not_reached": of a unit, an assignment, an incident, a
// posting. Any other key is an alarm of this desk alone.
std::string alarm_key(char about, std::int64_t id, std::string_view code);
// Of a mark the server tells; empty: about something this desk has no name for.
std::string alarm_key(const api::AlarmMark& mark);
AlarmMark mark_of(const api::AlarmMark& mark);
[[nodiscard]] bool is_shared_alarm(std::string_view key);
// What tells the other desks; nothing for an alarm of this desk alone. Minutes and reason are those of putting it away.
std::optional<api::MarkAlarm> mark_request(MarkDeed deed, std::string_view key, Grade grade);

} // namespace ems::console
