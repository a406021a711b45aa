// Packets of media on a byte stream (RFC 4571): two bytes of length in network order, then the
// packet as it would be a datagram. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"

namespace ems::video {

inline constexpr std::size_t kFrameHeaderSize = 2;
inline constexpr std::size_t kFramedPacketMax = kPacketSizeMax + kSrtpOverhead;

// Appends the packet with its length; at most kFramedPacketMax bytes (asserted by the caller's
// buffers).
inline void append_frame(std::string& out, std::span<const std::uint8_t> packet) {
    out += static_cast<char>(packet.size() >> 8);
    out += static_cast<char>(packet.size() & 0xFF);
    out.append(reinterpret_cast<const char*>(packet.data()), packet.size());
}

class FrameReader {
  public:
    // Calls `sink` with each whole packet, whose bytes it may change. False: a length of 0 or
    // beyond kFramedPacketMax, the stream is of no use any more.
    template <class Sink> bool feed(std::span<const std::uint8_t> bytes, Sink&& sink) {
        while (!bytes.empty()) {
            const std::size_t wanted = have_ < kFrameHeaderSize ? kFrameHeaderSize : size_;
            const std::size_t part = std::min(wanted - have_, bytes.size());
            std::copy_n(bytes.begin(), part, buffer_.begin() + static_cast<std::ptrdiff_t>(have_));
            have_ += part;
            bytes = bytes.subspan(part);
            if (have_ == kFrameHeaderSize) {
                const std::size_t packet = read_u16(buffer_, 0);
                if (packet == 0 || packet > kFramedPacketMax) {
                    return false;
                }
                size_ = kFrameHeaderSize + packet;
            } else if (have_ > kFrameHeaderSize && have_ == size_) {
                sink(std::span{buffer_}.subspan(kFrameHeaderSize, size_ - kFrameHeaderSize));
                have_ = 0;
            }
        }
        return true;
    }

  private:
    std::vector<std::uint8_t> buffer_ =
        std::vector<std::uint8_t>(kFrameHeaderSize + kFramedPacketMax);
    std::size_t have_{0};
    std::size_t size_{0};
};

} // namespace ems::video
