// What the relay's fan-out costs, in CPU time of its thread per packet sent, against a bare
// sendmmsg in the same run. On loopback, sinks not drained.
#pragma once

#include <chrono>
#include <cstddef>

namespace ems::bench {

inline constexpr std::size_t kFanoutPacket = 1200;

enum class Pace { saturated, paced_1500 };
enum class Fanout { plain, plain_segmented, full };

// Nanoseconds per packet of a loop that only sends to `viewers` addresses.
double raw_send_ns(std::size_t viewers, Pace pace, std::chrono::milliseconds time);
// The same of the relay: receiving, copying or (full) the hub with all it does, and sending.
double relay_ns(std::size_t viewers, Fanout fanout, Pace pace, std::chrono::milliseconds time);

struct FleetCost {
    double core_percent{0};
    double memory_per_camera_kb{0}; // packets kept
    double dropped{0};
};
// Bytes that one more viewer of a camera takes, all told.
double viewer_bytes();
// Cameras of 1 Mbit/s with viewers each.
FleetCost fleet_cost(std::size_t cameras, std::size_t viewers, std::chrono::milliseconds time);

} // namespace ems::bench
