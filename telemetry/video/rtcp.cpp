#include "telemetry/video/rtcp.h"

#include <algorithm>

#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kPayloadFeedback = 206;
constexpr std::uint8_t kFormatPli = 1;
constexpr std::uint8_t kFormatFir = 4;
constexpr std::size_t kReportBlockSize = 24;

void put_header(std::vector<std::uint8_t>& out, std::uint8_t count, std::uint8_t type,
                std::uint16_t words) {
    const std::size_t at = out.size();
    out.resize(at + 4 + 4U * words);
    out[at] = static_cast<std::uint8_t>(0x80 | count);
    out[at + 1] = type;
    write_u16(out, at + 2, words);
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

void read_packet(std::span<const std::uint8_t> packet, RtcpContent& content) {
    const std::uint8_t count = packet[0] & 0x1F;
    const std::uint8_t type = packet[1];
    if (type == kPayloadFeedback && (count == kFormatPli || count == kFormatFir)) {
        content.key_frame_wanted = true;
    }
    if (type == kGoodbye) {
        content.goodbye = true;
    }
    const std::size_t blocks_at = type == kSenderReport ? 28 : 8;
    const bool reports = type == kSenderReport || type == kReceiverReport;
    if (reports && count > 0 && packet.size() >= blocks_at + kReportBlockSize) {
        content.report = read_report(packet.subspan(blocks_at, kReportBlockSize));
    }
}

} // namespace

std::vector<std::uint8_t> make_receiver_report(std::uint32_t sender_ssrc,
                                               const std::optional<ReceptionReport>& report) {
    std::vector<std::uint8_t> out;
    put_header(out, report ? 1 : 0, kReceiverReport, report ? 7 : 1);
    write_u32(out, 4, sender_ssrc);
    if (report) {
        write_u32(out, 8, report->ssrc);
        write_u32(out, 12, std::min<std::uint32_t>(report->lost, 0x7F'FFFF));
        out[12] = report->fraction_lost;
        write_u32(out, 16, report->highest_seq);
        write_u32(out, 20, report->jitter);
    }
    return out;
}

std::vector<std::uint8_t> make_picture_loss(std::uint32_t sender_ssrc, std::uint32_t media_ssrc) {
    std::vector<std::uint8_t> out = make_receiver_report(sender_ssrc, std::nullopt);
    const std::size_t at = out.size();
    put_header(out, kFormatPli, kPayloadFeedback, 2);
    write_u32(out, at + 4, sender_ssrc);
    write_u32(out, at + 8, media_ssrc);
    return out;
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
