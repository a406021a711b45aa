// Pictures of H.264 as RTP packets (RFC 6184, packetization mode 1): NAL units that fit stand
// alone, longer ones go in fragments (FU-A). For cameras whose pictures reach the relay whole and
// not as packets. Numbers run from packet to packet; SSRC 0. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/video/rtp.h"

namespace ems::video {

// NAL units of a byte stream (ISO/IEC 14496-10 annex B), without their start codes and the zeros
// behind them; empty ones are left out. Views of what was given. What stands before the first start
// code is none.
std::vector<std::string_view> nal_units(std::string_view byte_stream);

class H264Packets {
  public:
    // Header and payload; with SRTP and RTX they fit any path of 1280 bytes.
    static constexpr std::size_t kPacketSize = 1200;
    // A valid packet; its bytes may be changed and are gone after the call.
    using Out = std::function<void(std::span<std::uint8_t> packet)>;

    // One picture as annex B; its last packet bears the marker. A picture that a decoder can begin
    // at, but that comes without parameter sets, gets the ones last seen before it, so that who
    // comes later can begin there, too. False when there is no NAL unit in it.
    bool push(std::string_view picture, std::uint32_t timestamp, const Out& out);

  private:
    void send(std::string_view unit, std::uint32_t timestamp, bool last, const Out& out);
    std::span<std::uint8_t> begin(std::uint32_t timestamp, bool marker, std::size_t payload);

    std::uint16_t next_seq_{0};
    std::string sequence_set_; // the last of each; at most kPacketSize
    std::string picture_set_;
    std::vector<std::uint8_t> packet_ = std::vector<std::uint8_t>(kPacketSize);
};

} // namespace ems::video
