// Which vehicles took part in a case, from when to when, and how far the case archive is with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

namespace ems::replay {

inline constexpr std::size_t kPartsMax = 100;

struct CasePart {
    AssignmentId assignment;
    IncidentId incident;
    UnitId unit;
    std::string vid; // empty: known only by voice
    DeviceTime from;
    std::optional<DeviceTime> to; // none: the task goes on
    std::string archive;          // state of archive.case_copy; empty: not in the archive yet
    std::int64_t owed{0};
    std::int64_t not_kept{0};
};

// In the order of their assignments, at most kPartsMax; empty for a case without any. Errors: those
// of pg::Connection.
boost::asio::awaitable<Result<std::vector<CasePart>>> parts_of(pg::Connection& db,
                                                               IncidentId incident);
// Errors: not_found as well.
boost::asio::awaitable<Result<CasePart>> part_of(pg::Connection& db, AssignmentId assignment);

} // namespace ems::replay
