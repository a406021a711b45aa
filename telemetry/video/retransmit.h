// Packets sent again: RFC 4588, on an SSRC of their own with its own numbers, because AES-GCM must
// never meet a (key, SSRC, number) twice (srtp.h). The original number stands in front of the
// payload, everything else is the original's. Values only; time is handed in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/base/clock.h"
#include "telemetry/video/rtp.h"

namespace ems::video {

inline constexpr std::uint8_t kPayloadTypeRtx = 97;
inline constexpr std::size_t kRtxOverhead = 2;

// Vehicle to server: the session's SSRC has a low byte of 0, feedback has SSRC + 1.
constexpr std::uint32_t vehicle_rtx_ssrc(std::uint32_t media_ssrc) {
    return media_ssrc + 2;
}
// Server to viewer: the whole low byte is the generation (grants.h), so the highest bit tells.
constexpr std::uint32_t viewer_rtx_ssrc(std::uint32_t media_ssrc) {
    return media_ssrc ^ 0x8000'0000U;
}

// Writes the retransmission of a plain packet into `out` (room for kRtxOverhead bytes more,
// asserted) and returns its size; nullopt when the original is malformed or has no room for two
// bytes more.
std::optional<std::size_t> make_retransmission(std::span<const std::uint8_t> original,
                                               std::uint32_t rtx_ssrc, std::uint16_t rtx_seq,
                                               std::span<std::uint8_t> out);

// The original within a decrypted retransmission, whose bytes are changed; nullopt when malformed.
std::optional<std::span<std::uint8_t>> restore_original(std::span<std::uint8_t> retransmission,
                                                        std::uint32_t media_ssrc,
                                                        std::uint8_t payload_type);

// What one receiver has asked for lately, so that a request that came twice is answered once, one
// that was asked for again is answered with more copies (its first answer was lost, so the way is
// bad), and none is answered for ever.
class RequestLog {
  public:
    static constexpr unsigned kCopiesMax = 3;
    static constexpr unsigned kRequestsMax = 12;
    // Below NackGenerator::kRetryMin, above its kRepeatAfter.
    static constexpr std::chrono::milliseconds kSameRequest{15};

    // Copies to send now: 0 to kCopiesMax. Call only for packets that can be sent.
    unsigned copies_for(std::uint16_t seq, Ticks now);

  private:
    struct Entry {
        Ticks at{};
        std::uint16_t seq{0};
        std::uint8_t requests{0};
    };
    std::array<Entry, 512> entries_{}; // by seq modulo their count; a collision forgets
};

// How many packets one receiver may be sent again, whatever he asks for: a receiver whose way is
// broken, or who lies, must not take the line of those who watch beside him.
class RetransmitBudget {
  public:
    // At once: a key frame of 60 packets three times over, or half a second of 4 Mbit/s once.
    static constexpr unsigned kBurst = 256;
    // Then: a stream of 4 Mbit/s (420 packets/s) of which the way loses a third, each asked for
    // twice and answered with two copies the second time, takes 560.
    static constexpr unsigned kPerSecond = 800;

    // False: not now.
    bool take(Ticks now);

  private:
    double left_{kBurst};
    Ticks at_{};
};

} // namespace ems::video
