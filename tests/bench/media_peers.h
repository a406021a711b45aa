// What others make of the same pictures behind the same proxy: plain RTP without retransmission
// (what an RTSP server over UDP forwards), and SRT. One hop, from camera to screen.
#pragma once

#include <chrono>
#include <cstdint>

namespace ems::bench {

enum class Peer { plain_rtp, srt };

// Percent of pictures never shown intact; 100 when none came.
double peer_bad_percent(Peer peer, double loss, std::chrono::milliseconds buffer,
                        std::uint64_t seed, std::chrono::milliseconds time);

} // namespace ems::bench
