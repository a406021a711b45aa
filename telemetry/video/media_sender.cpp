#include "telemetry/video/media_sender.h"

#include <algorithm>
#include <array>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

using Buffer = std::array<std::uint8_t, kPacketSizeMax + kCaptureMarkSize + kSrtpOverhead>;

} // namespace

MediaSender::MediaSender(const MediaKey& media, const MediaKey& feedback, std::uint32_t ssrc,
                         std::uint8_t payload_type, std::uint16_t first_seq)
    : payload_type_(payload_type), media_(media, ssrc),
      retransmission_(media, vehicle_rtx_ssrc(ssrc)), feedback_(feedback, ssrc + 1),
      seq_(first_seq) {
    EMS_ASSERT(first_seq < 0x8000);
}

bool MediaSender::send(std::span<const std::uint8_t> packet, std::uint32_t timestamp, Ticks now,
                       const Send& send, const std::optional<CaptureMark>& mark) {
    if (!parse_rtp(packet)) {
        return false;
    }
    Buffer out;
    std::copy(packet.begin(), packet.end(), out.begin());
    out[1] = static_cast<std::uint8_t>((out[1] & 0x80) | payload_type_);
    set_ssrc(out, media_.ssrc());
    set_seq(out, seq_++);
    set_timestamp(out, timestamp);
    std::size_t plain = packet.size();
    if (mark) {
        plain = add_capture_mark(out, plain, *mark).value_or(plain);
    }
    ring_.put(std::span{out}.first(plain), now);
    const auto size = media_.protect_rtp(out, plain);
    return size && send(std::span{out}.first(*size));
}

void MediaSender::answer(std::uint16_t seq, Ticks now, const Send& send) {
    const std::span<const std::uint8_t> original = ring_.find(seq, now);
    const unsigned copies = original.empty() ? 0 : requests_.copies_for(seq, now);
    for (unsigned i = 0; i < copies; ++i) {
        Buffer out;
        const auto size = make_retransmission(original, retransmission_.ssrc(), rtx_seq_, out);
        if (!size) {
            return;
        }
        ++rtx_seq_;
        if (const auto sealed = retransmission_.protect_rtp(out, *size)) {
            send(std::span{out}.first(*sealed));
            ++retransmitted_;
        }
    }
}

void MediaSender::echo(std::uint32_t reference, const Send& send) {
    Feedback feedback;
    feedback.sender_ssrc = media_.ssrc();
    feedback.echo = TimeEcho{feedback_.ssrc(), reference, 0};
    send_control(feedback, send);
}

void MediaSender::probe(Ticks now, const Send& send, RecordingState recording) {
    Feedback feedback;
    feedback.sender_ssrc = media_.ssrc();
    feedback.reference = compact_time(now);
    feedback.recording = recording;
    send_control(feedback, send);
}

void MediaSender::send_control(const Feedback& feedback, const Send& send) {
    const std::vector<std::uint8_t> plain = make_feedback(feedback);
    Buffer out;
    std::copy(plain.begin(), plain.end(), out.begin());
    if (const auto sealed = media_.protect_rtcp(out, plain.size())) {
        send(std::span{out}.first(*sealed));
    }
}

std::optional<MediaSender::Heard> MediaSender::hear(std::span<std::uint8_t> datagram, Ticks now,
                                                    const Send& send) {
    const auto size = feedback_.unprotect_rtcp(datagram);
    const auto content = size ? parse_rtcp(datagram.first(*size)) : std::optional<RtcpContent>{};
    if (!content) {
        return std::nullopt;
    }
    if (content->reference) {
        echo(*content->reference, send);
    }
    for (const std::uint16_t seq : content->missing) {
        answer(seq, now, send);
    }
    Heard heard;
    heard.key_frame_wanted = content->key_frame_wanted;
    heard.answered = content->echo && content->echo->ssrc == media_.ssrc();
    if (content->link && content->link->media_ssrc == media_.ssrc() &&
        (!newest_link_ || seq_distance(content->link->number, *newest_link_) > 0)) {
        newest_link_ = content->link->number;
        heard.link = content->link;
    }
    return heard;
}

} // namespace ems::video
