// Who has seen an alarm, who has put it away, and of which parameter of a patient the alarms are
// off (dispatch.alarm_mark). Written under the leader's
// term with the key and the audit of the request, in one transaction; never changed. Each function
// takes an open connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/store/store.h"

namespace ems::dispatch {

enum class AlarmAbout : std::uint8_t { unit, assignment, incident, posting };
enum class MarkKind : std::uint8_t { acknowledged, shelved, taken_back, off, on };

std::string_view name(AlarmAbout about);
std::string_view name(MarkKind kind);
std::optional<AlarmAbout> alarm_about_of(std::string_view name);
std::optional<MarkKind> mark_kind_of(std::string_view name);

struct AlarmMarkRow {
    std::int64_t id{0};
    AlarmAbout about{AlarmAbout::unit};
    std::int64_t about_id{0};
    std::string code; // off and on: a parameter
    MarkKind kind{MarkKind::acknowledged};
    std::uint32_t grade{0};   // that it had for who marked it: 1 high, 2 medium, 3 low
    std::uint32_t minutes{0}; // shelved: 1 to 60
    std::string reason;       // of shelving and switching off
    std::int64_t at_us{0};
    std::string by;      // the user's name
    std::string display; // and how screens call him
};

// Of each alarm the newest mark of each sort (seen; put away or taken back; off or on), of the
// last week, at most the newest 4096, oldest first.
Task<std::vector<AlarmMarkRow>> alarm_marks(pg::Connection& db, std::string region);
// Gives the row as it is stored. `request` holds the key and the audit. Errors: term_stale,
// repeated (the key was used before), those of telemetry/pg.
Task<AlarmMarkRow> add_alarm_mark(pg::Connection& db, std::uint64_t term, WriteSet request,
                                  std::string region, AlarmMarkRow row);

} // namespace ems::dispatch
