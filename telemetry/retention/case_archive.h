// The case archive: what the vehicles of a closed case measured, from the order to the end of the
// task and five minutes around it, copied out of the daily partitions so that these may go. Records
// are copied as they came, key and bytes; waves are not joined to longer rows (README: measured).
// Each slice of a minute is one transaction that also moves the copy's mark, so a kill at any
// instant loses nothing and repeats nothing. Records that come late, from a spool that was in a
// dead zone, are found by comparing counts and copied by a further pass.
//
// What a vehicle with a wrong clock measured stands elsewhere: by an error that the centre has seen
// (telemetry.clock_error) at shifted times, and received since the window began; without a
// believable time at 1970-01-01, and received in the window. Both are copied with the rest.
//
// Errors are those of pg::Connection; after one the same call again goes on where it stopped.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

namespace ems::retention {

// How long a case waits for records that its vehicle has made and not delivered.
inline constexpr std::chrono::hours kPatienceDefault{14 * 24};

// One vehicle's task of a closed case (archive.case_copy).
struct CaseCopy {
    AssignmentId assignment;
    std::string vid;
    ServerTime from;
    ServerTime to;
    ServerTime closed;
    ServerTime copied_to;
    std::string state;
    // Where the same time stands by the vehicle's clock when that was seen to be wrong; equal when
    // it was right.
    ServerTime shifted_from{};
    ServerTime shifted_to{};
};

// What became of a case after one look.
enum class CaseOutcome {
    waiting,  // all that is here is copied; the vehicle owes more, or has not been heard since
    gave_up,  // settled: what is owed will not come
    verified, // settled: nothing is owed, every record equals its original
    differs,  // a copy is not its original: stays open, and a person has to look
};

// Tasks of newly closed cases enter the archive, at most 100 a call; gives their number. Repeat
// until 0.
boost::asio::awaitable<Result<std::int64_t>> find_closed_cases(pg::Connection& db);

// The task that was looked at longest ago among those that are due: one being copied after a
// minute, one that waits for records after ten. Marks it as looked at.
boost::asio::awaitable<Result<std::optional<CaseCopy>>> next_case(pg::Connection& db,
                                                                  ServerTime now);

// Copies the next slice; true when the pass has reached the end of the window.
boost::asio::awaitable<Result<bool>> copy_slice(pg::Connection& db, CaseCopy& copy);

// Everything for one task that next_case() gave: a further pass when records came late, the slices
// that are left, and the verdict.
boost::asio::awaitable<Result<CaseOutcome>> keep_case(pg::Connection& db, CaseCopy copy,
                                                      ServerTime now, std::chrono::hours patience);

} // namespace ems::retention
