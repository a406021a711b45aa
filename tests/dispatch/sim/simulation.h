// Two servers, ten units, some desks and one database in a simulated world. What decides is the
// product's own: the decisions and their tables (dispatch/core/decide, states), the leader's seat,
// the order of steps around an idempotency key, the schedule of the outbox, the meaning of events
// of the inbox, the alarms of a desk. Models are the store (held against PostgreSQL by a test), the
// network, the vehicles, the crews and the dispatchers.
//
// A run has two phases. While faults happen, safety is checked after each commit, each answer to a
// desk and each execution by a vehicle. Then everything heals, desks ask nothing new, and within
// bounded time everything asked is answered, everything ordered is held or has expired, everything
// reported is consumed, and one server leads whose world is the store's.
//
// One seed is one run, bit for bit, under any compiler. What it drew is printed; a failing run is
// shrunk to the faults and the acts without which it does not fail.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/dispatch/sim/bug.h"
#include "tests/dispatch/sim/dials.h"

namespace ems::dispatch::sim {

enum class Fault : std::uint8_t {
    drop,
    duplicate,
    late,
    unknown_commit,
    server_crash,
    server_pause,
    server_partition,
    database_restart,
    vehicle_outage,
    vehicle_crash,
    ingest_crash,
    not_replicated,
    standby_away,
};
const char* name_of(Fault fault);

struct FaultTaken {
    std::uint32_t number{0}; // among those that the dials hit
    Fault fault{Fault::drop};
    std::int64_t at_us{0}; // since the beginning
};

struct Outcome {
    std::string violation;       // empty: everything held
    std::int64_t violated_us{0}; // since the beginning
    std::uint64_t events{0};     // without ticks of clocks
    std::uint64_t steps{0};
    std::uint64_t commits{0};
    std::uint32_t acts{0}; // of desks
    std::uint64_t terms{0};
    std::uint64_t executed{0}; // commands, by vehicles
    std::int64_t simulated_us{0};
    std::uint64_t trace{0xCBF29CE484222325ULL}; // FNV-1a over every event; equal for equal runs
    std::vector<FaultTaken> faults;
};

Outcome simulate(const Scenario& scenario, Bug bug = Bug::none);

// The smallest scenario found that breaks the same promise: halves of the faults are left out, then
// single ones, then acts of desks. `runs_max` bounds the tries.
Scenario shrink(const Scenario& failing, Bug bug, std::uint32_t runs_max = 400);

} // namespace ems::dispatch::sim
