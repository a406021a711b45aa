// The pure parts of the way from spool to archive under a simulated world: the vehicle's uplink,
// and the centre's ledger, event order, marks and pledges, between them a link that drops, doubles,
// delays and reorders, and beside them crashes, full queues and commits of unknown outcome. One
// thread, one queue of events ordered by time, one generator of random numbers: a seed is a run,
// bit for bit. Hours cost seconds because nothing waits.
//
// The vehicle's store and the database are models of a few lines, which may be wrong in no
// interesting way; all policy is the product's own code. After each event holds (safety):
//   - an acknowledgement names only what the database has committed or a gap has given up;
//   - a vehicle deletes only that;
//   - no record stands in the database twice or with another content than was written;
//   - events of one spool enter the inbox in their order, unless the order says it went on without
//     one;
//   - a delivery (JT/T 808) is answered only when all of it is committed.
// After healing, everything is archived and every vehicle is empty within bounded time (liveness).
//
// Bug plants a fault in the models around the product's code, so that it can be seen that a run
// which finds nothing could have.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ems::soak {

enum class Bug : std::uint8_t {
    none,
    ack_before_commit,  // settled on arrival
    ack_with_hole,      // acknowledges up to the highest that arrived
    delete_beyond_ack,  // the vehicle takes "up to" for one more
    dedupe_off,         // the database takes a repeat as a new row
    unknown_is_success, // a commit without an answer counts as done
    seq_reused,         // a restarted vehicle counts on from what it still holds
    queue_forgets,      // a full queue drops a record that stays "pending"
    order_ignored,      // events are stored as they come
    marks_outside,      // marks are written although the rows' transaction failed
    gap_not_kept,       // a vehicle drops waves over quota and tells nobody
};
inline constexpr std::size_t kBugs = 11;
const char* name_of(Bug bug);

// Drawn from a seed, and printed.
struct Dials {
    std::size_t vehicles{1};
    double loss{0};            // share of messages
    double duplicate{0};       // share of messages that come twice
    std::int64_t delay_ms{50}; // of a message, 1 to this: what reorders
    std::int64_t outage_every_s{300};
    std::int64_t outage_max_s{60};
    std::int64_t vehicle_crash_every_s{900};
    std::int64_t server_crash_every_s{900};
    std::int64_t commit_ms{20}; // of a transaction, 1 to this
    double commit_fails{0};     // share; half of these had been committed: outcome unknown
    std::int64_t database_away_every_s{1'200};
    std::int64_t event_every_s{40};
    std::int64_t quota_drop_every_s{1'800};
    double wave_share{1}; // of seconds
    std::size_t queue_capacity{512};
    std::uint64_t backlog_bytes_per_s{65'536};

    [[nodiscard]] std::string to_line() const;
};
Dials draw_dials(std::uint64_t seed);

struct SimOutcome {
    std::string violation; // empty: everything held
    std::int64_t simulated_ms{0};
    std::uint64_t steps{0};
    std::uint64_t records{0};
    std::uint64_t trace{0}; // a hash of every event, equal for equal runs
};

// `length`: of the fault phase of the simulated world; healing comes on top.
SimOutcome simulate(std::uint64_t seed, std::chrono::minutes length, Bug bug = Bug::none);

} // namespace ems::soak
