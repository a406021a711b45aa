#include "telemetry/video/voice_packets.h"

#include <algorithm>
#include <array>

#include "telemetry/base/text.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kApplication = 204;
constexpr std::array<std::uint8_t, 4> kName{'E', 'M', 'S', 'V'};
constexpr std::uint8_t kReport = 1; // subtypes
constexpr std::uint8_t kState = 2;
constexpr std::size_t kHead = 12; // header, SSRC, name
constexpr std::size_t kReportSize = 12;
constexpr std::size_t kStateSize = 20; // before the name

std::size_t put_head(std::vector<std::uint8_t>& out, std::uint8_t subtype, std::uint32_t ssrc,
                     std::size_t data) {
    const std::size_t at = out.size();
    const std::size_t padded = (data + 3) / 4 * 4;
    out.resize(at + kHead + padded);
    out[at] = static_cast<std::uint8_t>(0x80 | subtype);
    out[at + 1] = kApplication;
    write_u16(out, at + 2, static_cast<std::uint16_t>((kHead + padded) / 4 - 1));
    write_u32(out, at + 4, ssrc);
    std::copy(kName.begin(), kName.end(), out.begin() + static_cast<std::ptrdiff_t>(at) + 8);
    return at + kHead;
}

// The data of the first packet of ours with this subtype; the compound was found well-formed.
std::optional<std::span<const std::uint8_t>> find(std::span<const std::uint8_t> compound,
                                                  std::uint8_t subtype) {
    if (!parse_rtcp(compound)) {
        return std::nullopt;
    }
    while (!compound.empty()) {
        const std::size_t size = 4 + 4U * read_u16(compound, 2);
        const auto packet = compound.first(size);
        if (packet[1] == kApplication && (packet[0] & 0x1F) == subtype && size >= kHead &&
            std::equal(kName.begin(), kName.end(), packet.begin() + 8)) {
            return packet.subspan(kHead);
        }
        compound = compound.subspan(size);
    }
    return std::nullopt;
}

template <class E> bool put_enum(std::uint8_t byte, E last, E& into) {
    into = static_cast<E>(byte);
    return byte <= static_cast<std::uint8_t>(last);
}

} // namespace

std::vector<std::uint8_t> make_voice_report(std::uint32_t sender_ssrc,
                                            const std::optional<ReceptionReport>& reception,
                                            const VoiceReport& report) {
    std::vector<std::uint8_t> out = make_receiver_report(sender_ssrc, reception);
    const std::size_t at = put_head(out, kReport, sender_ssrc, kReportSize);
    out[at] = report.generation;
    out[at + 1] = static_cast<std::uint8_t>(report.talk);
    out[at + 2] = static_cast<std::uint8_t>(report.line);
    write_u16(out, at + 4, report.press);
    write_u16(out, at + 6, report.line_number);
    write_u32(out, at + 8, report.sent_ms);
    return out;
}

std::vector<std::uint8_t> make_voice_goodbye(std::uint32_t sender_ssrc) {
    std::vector<std::uint8_t> out = make_receiver_report(sender_ssrc, std::nullopt);
    const std::size_t at = out.size();
    out.resize(at + 8);
    out[at] = 0x81;
    out[at + 1] = kGoodbye;
    write_u16(out, at + 2, 1);
    write_u32(out, at + 4, sender_ssrc);
    return out;
}

std::optional<VoiceReport> parse_voice_report(std::span<const std::uint8_t> compound) {
    const auto data = find(compound, kReport);
    if (!data || data->size() < kReportSize) {
        return std::nullopt;
    }
    VoiceReport report;
    report.generation = (*data)[0];
    if (!put_enum((*data)[1], Talk::emergency, report.talk) ||
        !put_enum((*data)[2], LineWish::closed, report.line)) {
        return std::nullopt;
    }
    report.press = read_u16(*data, 4);
    report.line_number = read_u16(*data, 6);
    report.sent_ms = read_u32(*data, 8);
    return report;
}

std::vector<std::uint8_t> make_line_state(std::uint32_t sender_ssrc, const LineState& state) {
    std::vector<std::uint8_t> out = make_receiver_report(sender_ssrc, std::nullopt);
    const std::string_view name = cut_text(state.name, kSpeakerNameMax);
    const std::size_t at = put_head(out, kState, sender_ssrc, kStateSize + 1 + name.size());
    out[at] = static_cast<std::uint8_t>(state.mode);
    out[at + 1] = static_cast<std::uint8_t>(state.speaker);
    out[at + 2] = static_cast<std::uint8_t>(state.urgency);
    out[at + 3] = static_cast<std::uint8_t>((state.speaker_is_you ? 1 : 0) |
                                            (state.crew_present ? 2 : 0));
    out[at + 4] = static_cast<std::uint8_t>(state.yours.verdict);
    out[at + 5] = static_cast<std::uint8_t>(state.yours.reason);
    write_u16(out, at + 6, state.yours.press);
    write_u16(out, at + 8, state.line_number);
    out[at + 10] = state.consoles;
    out[at + 11] = static_cast<std::uint8_t>(state.speaker_role);
    write_u32(out, at + 12, state.left_ms);
    write_u32(out, at + 16, state.echo_ms);
    out[at + kStateSize] = static_cast<std::uint8_t>(name.size());
    std::copy(name.begin(), name.end(),
              out.begin() + static_cast<std::ptrdiff_t>(at + kStateSize) + 1);
    return out;
}

std::optional<LineState> parse_line_state(std::span<const std::uint8_t> compound) {
    const auto data = find(compound, kState);
    if (!data || data->size() < kStateSize + 1) {
        return std::nullopt;
    }
    const std::size_t name = (*data)[kStateSize];
    if (name > kSpeakerNameMax || data->size() < kStateSize + 1 + name) {
        return std::nullopt;
    }
    LineState state;
    if (!put_enum((*data)[0], FloorMode::open_line, state.mode) ||
        !put_enum((*data)[1], Speaker::console, state.speaker) ||
        !put_enum((*data)[2], Urgency::emergency, state.urgency) || (*data)[3] > 3 ||
        !put_enum((*data)[4], FloorVerdict::revoked, state.yours.verdict) ||
        !put_enum((*data)[5], FloorReason::not_entitled, state.yours.reason)) {
        return std::nullopt;
    }
    state.speaker_is_you = ((*data)[3] & 1) != 0;
    state.crew_present = ((*data)[3] & 2) != 0;
    state.yours.press = read_u16(*data, 6);
    state.line_number = read_u16(*data, 8);
    state.consoles = (*data)[10];
    if (!put_enum((*data)[11], SpeakerRole::physician, state.speaker_role)) {
        state.speaker_role = SpeakerRole::unknown;
    }
    state.left_ms = read_u32(*data, 12);
    state.echo_ms = read_u32(*data, 16);
    const auto text = data->subspan(kStateSize + 1, name);
    state.name.assign(text.begin(), text.end());
    return state;
}

} // namespace ems::video
