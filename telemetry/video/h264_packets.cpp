#include "telemetry/video/h264_packets.h"

#include <algorithm>
#include <cstring>

namespace ems::video {
namespace {

// RFC 6184 section 5.4 and table 7-1 of H.264.
constexpr std::uint8_t kTypeMask = 0x1f;
constexpr std::uint8_t kIdr = 5;
constexpr std::uint8_t kSequenceSet = 7;
constexpr std::uint8_t kPictureSet = 8;
constexpr std::uint8_t kFragment = 28;
constexpr std::uint8_t kFragmentStart = 0x80;
constexpr std::uint8_t kFragmentEnd = 0x40;
constexpr std::size_t kFragmentHeader = 2;
constexpr std::size_t kPayloadMax = H264Packets::kPacketSize - kRtpHeaderSize;

std::uint8_t type_of(std::string_view unit) {
    return static_cast<std::uint8_t>(unit.front()) & kTypeMask;
}

} // namespace

std::vector<std::string_view> nal_units(std::string_view byte_stream) {
    constexpr std::string_view kStart{"\0\0\1", 3};
    std::vector<std::string_view> out;
    std::size_t at = byte_stream.find(kStart);
    while (at != std::string_view::npos) {
        const std::size_t begin = at + kStart.size();
        at = byte_stream.find(kStart, begin);
        std::string_view unit = byte_stream.substr(
            begin, at == std::string_view::npos ? std::string_view::npos : at - begin);
        while (!unit.empty() && unit.back() == '\0') {
            unit.remove_suffix(1);
        }
        if (!unit.empty()) {
            out.push_back(unit);
        }
    }
    return out;
}

std::span<std::uint8_t> H264Packets::begin(std::uint32_t timestamp, bool marker,
                                           std::size_t payload) {
    const std::span<std::uint8_t> packet = std::span{packet_}.first(kRtpHeaderSize + payload);
    packet[0] = 0x80;
    packet[1] = static_cast<std::uint8_t>((marker ? 0x80U : 0U) | kPayloadTypeH264);
    set_seq(packet, next_seq_++);
    set_timestamp(packet, timestamp);
    set_ssrc(packet, 0);
    return packet;
}

void H264Packets::send(std::string_view unit, std::uint32_t timestamp, bool last, const Out& out) {
    if (unit.size() <= kPayloadMax) {
        const std::span<std::uint8_t> packet = begin(timestamp, last, unit.size());
        std::memcpy(&packet[kRtpHeaderSize], unit.data(), unit.size());
        out(packet);
        return;
    }
    const auto head = static_cast<std::uint8_t>(unit.front());
    std::uint8_t flag = kFragmentStart;
    for (std::string_view rest = unit.substr(1); !rest.empty();) {
        const std::size_t size = std::min(rest.size(), kPayloadMax - kFragmentHeader);
        if (size == rest.size()) {
            flag |= kFragmentEnd;
        }
        const std::span<std::uint8_t> packet =
            begin(timestamp, last && size == rest.size(), kFragmentHeader + size);
        packet[kRtpHeaderSize] = static_cast<std::uint8_t>((head & 0xe0U) | kFragment);
        packet[kRtpHeaderSize + 1] = static_cast<std::uint8_t>(flag | (head & kTypeMask));
        std::memcpy(&packet[kRtpHeaderSize + kFragmentHeader], rest.data(), size);
        out(packet);
        rest.remove_prefix(size);
        flag = 0;
    }
}

bool H264Packets::push(std::string_view picture, std::uint32_t timestamp, const Out& out) {
    const std::vector<std::string_view> units = nal_units(picture);
    const auto has = [&units](std::uint8_t type) {
        return std::any_of(units.begin(), units.end(),
                           [type](std::string_view unit) { return type_of(unit) == type; });
    };
    if (has(kIdr) && !has(kSequenceSet) && !sequence_set_.empty() && !picture_set_.empty()) {
        send(sequence_set_, timestamp, false, out);
        send(picture_set_, timestamp, false, out);
    }
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i].size() <= kPayloadMax && type_of(units[i]) == kSequenceSet) {
            sequence_set_ = units[i];
        } else if (units[i].size() <= kPayloadMax && type_of(units[i]) == kPictureSet) {
            picture_set_ = units[i];
        }
        send(units[i], timestamp, i + 1 == units.size(), out);
    }
    return !units.empty();
}

} // namespace ems::video
