// RTP (RFC 3550) as this product uses it: one fixed header, bounded CSRC list and extension, H.264
// payload (RFC 6184). Bytes from the network become an RtpView here and nowhere else. Pure; from
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ems::video {

inline constexpr std::size_t kRtpHeaderSize = 12;
// Largest datagram this product sends or accepts: rtph264pay mtu 1150 + SRTP tag 16, with room for
// foreign encoders.
inline constexpr std::size_t kPacketSizeMax = 1500;
inline constexpr std::uint32_t kVideoClockHz = 90'000;
inline constexpr std::uint8_t kPayloadTypeH264 = 96;

struct RtpView {
    std::uint8_t payload_type{0};
    bool marker{false}; // last packet of an access unit (one picture)
    std::uint16_t seq{0};
    std::uint32_t timestamp{0}; // 90 kHz
    std::uint32_t ssrc{0};
    std::span<const std::uint8_t> payload; // without padding
};

// True when the second byte says RTCP (RFC 5761 section 4: 192 to 223), false for RTP or for less
// than two bytes.
bool looks_like_rtcp(std::span<const std::uint8_t> packet);

// The SSRC of an RTP packet, or of the sender of an RTCP packet; also of one still encrypted (both
// are in clear).
std::optional<std::uint32_t> packet_ssrc(std::span<const std::uint8_t> packet);

// nullopt for anything that is not a well-formed RTP packet of at most kPacketSizeMax bytes.
std::optional<RtpView> parse_rtp(std::span<const std::uint8_t> packet);

// In-place changes; the packet must hold at least kRtpHeaderSize bytes (asserted).
void set_seq(std::span<std::uint8_t> packet, std::uint16_t seq);
void set_timestamp(std::span<std::uint8_t> packet, std::uint32_t timestamp);
void set_ssrc(std::span<std::uint8_t> packet, std::uint32_t ssrc);

// True when a decoder can begin at this packet: it opens a sequence parameter set or an IDR slice.
// Every NAL unit of an aggregate is looked at, since x264 puts an access unit delimiter first.
bool starts_key_frame(std::span<const std::uint8_t> h264_payload);

// Signed distance from b to a on the 16-bit circle: > 0 when a is newer.
constexpr std::int32_t seq_distance(std::uint16_t a, std::uint16_t b) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(a - b));
}

std::uint16_t read_u16(std::span<const std::uint8_t> bytes, std::size_t at);
std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t at);
void write_u16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value);
void write_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value);

} // namespace ems::video
