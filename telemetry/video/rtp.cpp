#include "telemetry/video/rtp.h"

#include "telemetry/base/assert.h"

namespace ems::video {
namespace {

constexpr std::uint8_t kNalIdr = 5;
constexpr std::uint8_t kNalSps = 7;
constexpr std::uint8_t kNalStapA = 24;
constexpr std::uint8_t kNalFuA = 28;

bool begins_sequence(std::uint8_t nal_type) {
    return nal_type == kNalIdr || nal_type == kNalSps;
}

bool aggregate_starts_key_frame(std::span<const std::uint8_t> units) {
    while (units.size() > 2) {
        const std::size_t size = read_u16(units, 0);
        if (size == 0 || size > units.size() - 2) {
            return false;
        }
        if (begins_sequence(units[2] & 0x1F)) {
            return true;
        }
        units = units.subspan(2 + size);
    }
    return false;
}

} // namespace

std::uint16_t read_u16(std::span<const std::uint8_t> bytes, std::size_t at) {
    EMS_ASSERT(bytes.size() >= at + 2);
    return static_cast<std::uint16_t>((bytes[at] << 8) | bytes[at + 1]);
}

std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
    return (static_cast<std::uint32_t>(read_u16(bytes, at)) << 16) | read_u16(bytes, at + 2);
}

void write_u16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
    EMS_ASSERT(bytes.size() >= at + 2);
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value & 0xFF);
}

void write_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
    write_u16(bytes, at, static_cast<std::uint16_t>(value >> 16));
    write_u16(bytes, at + 2, static_cast<std::uint16_t>(value & 0xFFFF));
}

bool looks_like_rtcp(std::span<const std::uint8_t> packet) {
    return packet.size() >= 2 && packet[1] >= 192 && packet[1] <= 223;
}

std::optional<std::uint32_t> packet_ssrc(std::span<const std::uint8_t> packet) {
    const bool rtcp = looks_like_rtcp(packet);
    if (packet.size() < (rtcp ? 8U : kRtpHeaderSize) || (packet[0] >> 6) != 2) {
        return std::nullopt;
    }
    return read_u32(packet, rtcp ? 4 : 8);
}

std::optional<RtpView> parse_rtp(std::span<const std::uint8_t> packet) {
    if (packet.size() < kRtpHeaderSize || packet.size() > kPacketSizeMax || (packet[0] >> 6) != 2 ||
        looks_like_rtcp(packet)) {
        return std::nullopt;
    }
    std::size_t begin = kRtpHeaderSize + 4U * (packet[0] & 0x0FU);
    if ((packet[0] & 0x10) != 0) { // header extension: profile, length in words, words
        if (packet.size() < begin + 4) {
            return std::nullopt;
        }
        begin += 4 + 4U * read_u16(packet, begin + 2);
    }
    if (packet.size() < begin) {
        return std::nullopt;
    }
    std::size_t end = packet.size();
    if ((packet[0] & 0x20) != 0) { // the last byte counts the padding, itself included
        const std::size_t padding = packet[end - 1];
        if (padding == 0 || padding > end - begin) {
            return std::nullopt;
        }
        end -= padding;
    }
    RtpView view;
    view.payload_type = packet[1] & 0x7F;
    view.marker = (packet[1] & 0x80) != 0;
    view.seq = read_u16(packet, 2);
    view.timestamp = read_u32(packet, 4);
    view.ssrc = read_u32(packet, 8);
    view.payload = packet.subspan(begin, end - begin);
    return view;
}

void set_seq(std::span<std::uint8_t> packet, std::uint16_t seq) {
    EMS_ASSERT(packet.size() >= kRtpHeaderSize);
    write_u16(packet, 2, seq);
}

void set_timestamp(std::span<std::uint8_t> packet, std::uint32_t timestamp) {
    EMS_ASSERT(packet.size() >= kRtpHeaderSize);
    write_u32(packet, 4, timestamp);
}

void set_ssrc(std::span<std::uint8_t> packet, std::uint32_t ssrc) {
    EMS_ASSERT(packet.size() >= kRtpHeaderSize);
    write_u32(packet, 8, ssrc);
}

bool starts_key_frame(std::span<const std::uint8_t> h264_payload) {
    if (h264_payload.empty()) {
        return false;
    }
    const std::uint8_t type = h264_payload[0] & 0x1F;
    if (type == kNalStapA) {
        return aggregate_starts_key_frame(h264_payload.subspan(1));
    }
    if (type == kNalFuA) {
        const bool start = h264_payload.size() >= 2 && (h264_payload[1] & 0x80) != 0;
        return start && begins_sequence(h264_payload[1] & 0x1F);
    }
    return begins_sequence(type);
}

} // namespace ems::video
