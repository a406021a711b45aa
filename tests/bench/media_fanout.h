// What the relay's fan-out costs, in CPU time of its thread per packet sent, against a bare
// sendmmsg in the same run. On loopback, sinks not drained.
#pragma once

#include <chrono>
#include <cstddef>

namespace ems::bench {

inline constexpr std::size_t kFanoutPacket = 1200;

// Medians of rounds in which each is measured in turn, so that what else the machine does meets all.
struct FanoutCost {
    // A loop that only sends; the relay that receives, copies and sends; the same with UDP_SEGMENT.
    double raw_ns{0};
    double plain_ns{0};
    double segmented_ns{0};
    // Packets per CPU second against the loop's of the same round.
    double plain_ratio{0};
    double segmented_ratio{0};
};
// Saturated.
FanoutCost fanout_cost(std::size_t viewers, std::size_t rounds, std::chrono::milliseconds window);

struct FullCost {
    double raw_ns{0};
    double full_ns{0}; // with the hub and all it does
    double ratio{0};   // median over the rounds
};
// At 1,500 packets a second.
FullCost full_cost(std::size_t viewers, std::size_t rounds, std::chrono::milliseconds window);

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
