// What a seed means: how often each fault comes and how large the world is. Drawn with whole
// numbers alone, so that a seed is the same run under every compiler; each kind of fault is off in
// a third of the seeds, because one can hide behind another.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <set>
#include <string>

namespace ems::dispatch::sim {

// Shares are per mille: of messages, of commits, or of seconds.
struct Dials {
    std::uint32_t units{10};
    std::uint32_t voice_units{2}; // of these: without a vehicle
    std::uint32_t desks{3};
    std::uint32_t events_min{500};         // of the fault phase; clock ticks do not count
    std::int64_t network_delay_us{20'000}; // of a message, 1 to this
    std::int64_t database_delay_us{3'000}; // of each way to the database, 1 to this
    std::int64_t late_us{2'000'000};       // of a message that is held up
    std::uint32_t drop{0};                 // of messages of vehicles and desks
    std::uint32_t duplicate{0};
    std::uint32_t late{0};
    std::uint32_t unknown_commit{0}; // answers of the database that are lost
    std::uint32_t not_replicated{0}; // commits that the standby does not hold
    std::uint32_t standby_away{0};   // a second: for a while, or for longer than anybody waits for it
    std::uint32_t server_crash{0};   // a second, each
    std::uint32_t server_pause{0};
    std::uint32_t server_partition{0}; // from the database
    std::uint32_t database_restart{0};
    std::uint32_t vehicle_outage{0};
    std::uint32_t vehicle_crash{0};
    std::uint32_t ingest_crash{0};
    std::uint32_t poison{0};        // of refusals by crews: a text that the store does not take
    std::int64_t server_skew_us{0}; // of a server's own clock, half of it to both sides
    std::int64_t device_skew_us{0}; // of a vehicle's
    std::int64_t order_life_us{30'000'000};
    std::int64_t shown_for_us{86'400'000'000}; // an ended incident stays in memory
    std::uint32_t shown_max{500};              // and at most so many
    std::uint32_t refuses{50}; // of orders, by crews
    std::uint32_t silent{30};  // of orders: nobody answers
    std::uint32_t cancels{60}; // of a desk's acts
    std::uint32_t desk_orders{200}; // of a desk's acts: swap, divert, refusal, posting, proposal, correction
    std::uint32_t proposes{200};    // of a crew's buttons: its fence suggests it first
    std::uint32_t merges{0};        // of a desk's acts: a second call is merged, or told apart
    std::uint32_t seen_before{0};   // the number that vehicles have executed when the run begins, as after the database was
                                    // restored from a backup; they have seen terms to a fiftieth of it

    [[nodiscard]] std::string to_line() const;
};
Dials draw_dials(std::uint64_t seed);

// A run: its seed, and of the faults that the dials hit those that happen (by number; all when
// absent). Shrinking makes the set small.
struct Scenario {
    std::uint64_t seed{1};
    std::optional<std::set<std::uint32_t>> faults{};
    std::optional<std::uint32_t> acts_max{}; // of all desks together; absent: as many as come
    std::FILE* story{
        nullptr}; // is told what happens to requests, the lead and vehicles; no part of the line

    // "seed=17 acts=4 faults=3,9"
    [[nodiscard]] std::string to_line() const;
    static std::optional<Scenario> parse(const std::string& line);
};

} // namespace ems::dispatch::sim
