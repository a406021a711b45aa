// What is done to the system during a chaos run, and when: drawn from a seed before anything runs,
// printed, and the same for a seed. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ems::soak {

enum class Deed {
    kill_broker,
    kill_ingest,   // ems-telemetryd
    kill_database, // postmaster and all its processes
    kill_vehicle,
    black_hole, // half-open link: both sides think it is up
    hold,       // a tunnel: everything comes, late
    refuse,     // connections are reset and new ones refused
    corrupt,    // bits flip, TLS has to notice
    slow,       // 8 to 64 kB/s, delay and jitter
    cut,        // every connection ends after some bytes
    replay,     // messages seen before come again, out of order
};

struct Step {
    std::chrono::milliseconds at{0};
    Deed deed{Deed::kill_broker};
    std::size_t vehicle{0};             // of kill_vehicle and of what is done to a link
    std::chrono::milliseconds lasts{0}; // a killed process stays down, a link bad, for so long
    std::uint64_t value{0}; // slow: bytes a second; cut: bytes; corrupt: per mille of blocks
};

struct PlanOptions {
    std::uint64_t seed{1};
    std::chrono::seconds length{600};
    std::size_t vehicles{4};
    std::chrono::milliseconds outage_max{60'000};
};

// By rising time; the last ends before `length`. No two steps have the same target at one time.
std::vector<Step> make_plan(const PlanOptions& options);

// Beginning or end of a step.
struct Moment {
    std::chrono::milliseconds at{0};
    bool begins{false};
    std::size_t step{0}; // in the plan
};
// Of all steps in the order of time; a step that lasts no time begins before it ends all the same.
std::vector<Moment> moments_of(const std::vector<Step>& plan);

// "  12.3 s  black_hole vehicle 2 for 41.0 s".
std::string to_line(const Step& step);

} // namespace ems::soak
