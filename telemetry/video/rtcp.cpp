#include "telemetry/video/rtcp.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

using std::chrono::microseconds;

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kApplication = 204;
constexpr std::uint8_t kTransportFeedback = 205;
constexpr std::uint8_t kPayloadFeedback = 206;
constexpr std::uint8_t kExtendedReport = 207;
constexpr std::uint8_t kFormatNack = 1;
constexpr std::uint8_t kFormatPli = 1;
constexpr std::uint8_t kFormatFir = 4;
constexpr std::uint8_t kBlockReferenceTime = 4;
constexpr std::uint8_t kBlockTimeEcho = 5;
constexpr std::uint32_t kEncodingName = 0x454D'5345; // "EMSE"
constexpr std::size_t kEncodingPacketSize = 12 + kEncodingNameMax;
constexpr std::uint32_t kRecordingName = 0x454D'5352; // "EMSR"
constexpr std::size_t kRecordingPacketSize = 12 + 4;
constexpr std::size_t kReportBlockSize = 24;
constexpr std::uint16_t kNackSpan = 16; // numbers that follow the first of an entry
constexpr std::int64_t kRoundTripMaxUs = 60'000'000;

// Offset of the packet's header.
std::size_t put_header(std::vector<std::uint8_t>& out, std::uint8_t count, std::uint8_t type,
                       std::size_t words) {
    const std::size_t at = out.size();
    out.resize(at + 4 + 4U * words);
    out[at] = static_cast<std::uint8_t>(0x80 | count);
    out[at + 1] = type;
    write_u16(out, at + 2, static_cast<std::uint16_t>(words));
    return at;
}

void put_report(std::vector<std::uint8_t>& out, const Feedback& feedback) {
    const std::optional<ReceptionReport>& report = feedback.report;
    const std::size_t at = put_header(out, report ? 1 : 0, kReceiverReport, report ? 7 : 1);
    write_u32(out, at + 4, feedback.sender_ssrc);
    if (report) {
        write_u32(out, at + 8, report->ssrc);
        write_u32(out, at + 12, std::min<std::uint32_t>(report->lost, 0x7F'FFFF));
        out[at + 12] = report->fraction_lost;
        write_u32(out, at + 16, report->highest_seq);
        write_u32(out, at + 20, report->jitter);
    }
}

void put_times(std::vector<std::uint8_t>& out, const Feedback& feedback) {
    const std::size_t words = 1U + (feedback.reference ? 3U : 0U) + (feedback.echo ? 4U : 0U);
    if (words == 1) {
        return;
    }
    std::size_t at = put_header(out, 0, kExtendedReport, words);
    write_u32(out, at + 4, feedback.sender_ssrc);
    at += 8;
    if (feedback.reference) {
        out[at] = kBlockReferenceTime;
        write_u16(out, at + 2, 2);
        write_u32(out, at + 4, *feedback.reference >> 16);
        write_u32(out, at + 8, *feedback.reference << 16);
        at += 12;
    }
    if (feedback.echo) {
        out[at] = kBlockTimeEcho;
        write_u16(out, at + 2, 3);
        write_u32(out, at + 4, feedback.echo->ssrc);
        write_u32(out, at + 8, feedback.echo->reference);
        write_u32(out, at + 12, feedback.echo->delay);
    }
}

void put_missing(std::vector<std::uint8_t>& out, const Feedback& feedback) {
    const std::span<const std::uint16_t> missing = feedback.missing;
    EMS_ASSERT(missing.size() <= kMissingMax);
    if (missing.empty()) {
        return;
    }
    const std::size_t begin = put_header(out, kFormatNack, kTransportFeedback, 2);
    write_u32(out, begin + 4, feedback.sender_ssrc);
    write_u32(out, begin + 8, feedback.media_ssrc);
    for (std::size_t i = 0; i < missing.size();) {
        const std::uint16_t first = missing[i++];
        std::uint16_t bits = 0;
        for (; i < missing.size(); ++i) {
            const std::int32_t ahead = seq_distance(missing[i], first);
            if (ahead < 1 || ahead > kNackSpan) {
                break;
            }
            bits = static_cast<std::uint16_t>(bits | (1U << (ahead - 1)));
        }
        const std::size_t at = out.size();
        out.resize(at + 4);
        write_u16(out, at, first);
        write_u16(out, at + 2, bits);
    }
    write_u16(out, begin + 2, static_cast<std::uint16_t>((out.size() - begin) / 4 - 1));
}

void put_refused_encoding(std::vector<std::uint8_t>& out, const Feedback& feedback) {
    const std::string_view name = feedback.refused_encoding;
    EMS_ASSERT(name.size() <= kEncodingNameMax);
    if (name.empty()) {
        return;
    }
    const std::size_t at = put_header(out, 0, kApplication, kEncodingPacketSize / 4 - 1);
    write_u32(out, at + 4, feedback.sender_ssrc);
    write_u32(out, at + 8, kEncodingName);
    std::copy(name.begin(), name.end(), out.begin() + static_cast<std::ptrdiff_t>(at + 12));
}

std::string read_refused_encoding(std::span<const std::uint8_t> packet) {
    if (packet[1] != kApplication || packet.size() != kEncodingPacketSize ||
        read_u32(packet, 8) != kEncodingName) {
        return {};
    }
    std::string name;
    for (const std::uint8_t byte : packet.subspan(12)) {
        if (byte == 0) {
            break;
        }
        if (byte < 0x20 || byte > 0x7E) {
            return {};
        }
        name += static_cast<char>(byte);
    }
    return name;
}

void put_recording(std::vector<std::uint8_t>& out, const Feedback& feedback) {
    if (feedback.recording == RecordingState::unknown) {
        return;
    }
    const std::size_t at = put_header(out, 0, kApplication, kRecordingPacketSize / 4 - 1);
    write_u32(out, at + 4, feedback.sender_ssrc);
    write_u32(out, at + 8, kRecordingName);
    out[at + 12] = static_cast<std::uint8_t>(feedback.recording);
}

RecordingState read_recording(std::span<const std::uint8_t> packet) {
    const bool is_one = packet[1] == kApplication && packet.size() == kRecordingPacketSize &&
                        read_u32(packet, 8) == kRecordingName;
    return is_one && packet[12] <= static_cast<std::uint8_t>(RecordingState::off)
               ? static_cast<RecordingState>(packet[12])
               : RecordingState::unknown;
}

ReceptionReport read_report(std::span<const std::uint8_t> block) {
    ReceptionReport report;
    report.ssrc = read_u32(block, 0);
    report.fraction_lost = block[4];
    report.lost = read_u32(block, 4) & 0x00FF'FFFF;
    report.highest_seq = read_u32(block, 8);
    report.jitter = read_u32(block, 12);
    return report;
}

void read_missing(std::span<const std::uint8_t> entries, std::vector<std::uint16_t>& missing) {
    for (; entries.size() >= 4; entries = entries.subspan(4)) {
        const std::uint16_t first = read_u16(entries, 0);
        const std::uint32_t bits = (std::uint32_t{read_u16(entries, 2)} << 1) | 1U;
        for (std::uint16_t i = 0; i <= kNackSpan; ++i) {
            if (((bits >> i) & 1U) != 0 && missing.size() < kMissingMax) {
                missing.push_back(static_cast<std::uint16_t>(first + i));
            }
        }
    }
}

void read_times(std::span<const std::uint8_t> blocks, RtcpContent& content) {
    while (blocks.size() >= 4) {
        const std::size_t size = 4 + 4U * read_u16(blocks, 2);
        if (size > blocks.size()) {
            return;
        }
        if (blocks[0] == kBlockReferenceTime && size == 12) {
            content.reference = (read_u32(blocks, 4) << 16) | (read_u32(blocks, 8) >> 16);
        } else if (blocks[0] == kBlockTimeEcho && size >= 16) {
            content.echo = TimeEcho{read_u32(blocks, 4), read_u32(blocks, 8), read_u32(blocks, 12)};
        }
        blocks = blocks.subspan(size);
    }
}

void read_packet(std::span<const std::uint8_t> packet, RtcpContent& content) {
    const std::uint8_t count = packet[0] & 0x1F;
    const std::uint8_t type = packet[1];
    if (type == kPayloadFeedback && (count == kFormatPli || count == kFormatFir)) {
        content.key_frame_wanted = true;
    }
    if (type == kGoodbye) {
        content.goodbye = true;
    }
    if (type == kTransportFeedback && count == kFormatNack && packet.size() > 12) {
        read_missing(packet.subspan(12), content.missing);
    }
    if (type == kExtendedReport && packet.size() > 8) {
        read_times(packet.subspan(8), content);
    }
    if (auto link = parse_link_report(packet)) {
        content.link = *link;
    }
    if (auto name = read_refused_encoding(packet); !name.empty()) {
        content.refused_encoding = std::move(name);
    }
    if (const auto state = read_recording(packet); state != RecordingState::unknown) {
        content.recording = state;
    }
    const std::size_t blocks_at = type == kSenderReport ? 28 : 8;
    const bool reports = type == kSenderReport || type == kReceiverReport;
    if (reports && count > 0 && packet.size() >= blocks_at + kReportBlockSize) {
        content.report = read_report(packet.subspan(blocks_at, kReportBlockSize));
    }
}

} // namespace

CompactTime compact_time(Ticks at) {
    const std::int64_t us = std::chrono::duration_cast<microseconds>(at.time_since_epoch()).count();
    const std::int64_t seconds = us / 1'000'000;
    return static_cast<CompactTime>((seconds << 16) + (us % 1'000'000) * 65'536 / 1'000'000);
}

std::optional<microseconds> TimeEcho::round_trip(Ticks now) const {
    const auto trip = static_cast<std::int32_t>(compact_time(now) - reference - delay);
    // One unit of rounding on either side may make a trip on loopback negative.
    if (trip < -2) {
        return std::nullopt;
    }
    const std::int64_t us = std::max<std::int64_t>(trip, 0) * 1'000'000 / 65'536;
    return us <= kRoundTripMaxUs ? std::optional{microseconds{us}} : std::nullopt;
}

std::vector<std::uint8_t> make_feedback(const Feedback& feedback) {
    std::vector<std::uint8_t> out;
    out.reserve(128);
    put_report(out, feedback);
    put_times(out, feedback);
    if (feedback.link) {
        const auto link = make_link_report(feedback.sender_ssrc, *feedback.link);
        out.insert(out.end(), link.begin(), link.end());
    }
    if (feedback.key_frame_wanted) {
        const std::size_t at = put_header(out, kFormatPli, kPayloadFeedback, 2);
        write_u32(out, at + 4, feedback.sender_ssrc);
        write_u32(out, at + 8, feedback.media_ssrc);
    }
    put_refused_encoding(out, feedback);
    put_recording(out, feedback);
    put_missing(out, feedback);
    return out;
}

std::vector<std::uint8_t> make_receiver_report(std::uint32_t sender_ssrc,
                                               const std::optional<ReceptionReport>& report) {
    Feedback feedback;
    feedback.sender_ssrc = sender_ssrc;
    feedback.report = report;
    return make_feedback(feedback);
}

std::vector<std::uint8_t> make_picture_loss(std::uint32_t sender_ssrc, std::uint32_t media_ssrc) {
    Feedback feedback;
    feedback.sender_ssrc = sender_ssrc;
    feedback.media_ssrc = media_ssrc;
    feedback.key_frame_wanted = true;
    return make_feedback(feedback);
}

std::optional<RtcpContent> parse_rtcp(std::span<const std::uint8_t> compound) {
    if (compound.size() < 8 || compound.size() > kPacketSizeMax || !looks_like_rtcp(compound)) {
        return std::nullopt;
    }
    RtcpContent content;
    content.sender_ssrc = read_u32(compound, 4);
    while (!compound.empty()) {
        if (compound.size() < 4 || (compound[0] >> 6) != 2) {
            return std::nullopt;
        }
        const std::size_t size = 4 + 4U * read_u16(compound, 2);
        if (size > compound.size()) {
            return std::nullopt;
        }
        read_packet(compound.first(size), content);
        compound = compound.subspan(size);
    }
    return content;
}

} // namespace ems::video
