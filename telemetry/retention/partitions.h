// Days that are old enough leave the telemetry tables: one partition at a time is detached, and
// dropped after a grace. What may go is decided by the database (archive.detach_day, migration
// 0041): never the default or untimed partition, nothing younger than a week, and no day that a
// case still needs. Each step is a transaction of its own, so a kill between two leaves nothing
// half done; the next round goes on. Errors are those of pg::Connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

namespace ems::retention {

// Whole days a record is kept beside the case archive; 0: for ever.
struct RetentionDays {
    std::int64_t position{0};
    std::int64_t vitals{0};
    std::int64_t wave{0};
};

struct Retired {
    std::int64_t detached{0};
    std::int64_t dropped{0};
    std::int64_t needed{0}; // old enough, and a case not yet in the archive needs them
    std::int64_t busy{0};   // could not be had at once; next time
    std::string first_need; // e.g. "wave_20260318 assignment 17"
};

// `now` decides what is old.
boost::asio::awaitable<Result<Retired>> retire_partitions(pg::Connection& db, RetentionDays days,
                                                          ServerTime now,
                                                          std::chrono::seconds grace);

// Tables whose default partition holds rows ("position, wave"), or empty. Those rows are kept, but
// no partition was made for their days: a clock or this program has stood still.
boost::asio::awaitable<Result<std::string>> tables_without_day(pg::Connection& db);

} // namespace ems::retention
