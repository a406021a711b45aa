#include "telemetry/video/media_receiver.h"

#include <algorithm>
#include <array>
#include <utility>

#include "telemetry/video/grants.h"
#include "telemetry/video/retransmit.h"

namespace ems::video {
namespace {

// When the first packet is not the first of its key frame, so many before it are asked for.
constexpr std::size_t kAskedBeforeFirst = 8;
constexpr std::uint32_t kRtxBit = 0x8000'0000U;

// Its parameters stand before it, and are lost where it comes first.
bool is_slice_of_key_frame(std::span<const std::uint8_t> payload) {
    constexpr std::uint8_t kSlice = 5;
    constexpr std::uint8_t kFuA = 28;
    const auto type = [&](std::size_t at) {
        return at < payload.size() ? payload[at] & 0x1F : 0;
    };
    return type(0) == kSlice || (type(0) == kFuA && type(1) == kSlice);
}

double smoothed(double value, double measured) {
    return 0.8 * value + 0.2 * measured;
}

} // namespace

MediaReceiver::Stream::Stream(const MediaKey& key, std::uint32_t ssrc)
    : media(key, ssrc), retransmission(key, viewer_rtx_ssrc(ssrc)), meter(ssrc) {}

MediaReceiver::MediaReceiver(const ReceiverGrant& grant, JitterLimits limits)
    : grant_(grant), reports_(grant.srtcp_key, grant.viewer_ssrc), nack_(limits.least),
      delay_(limits), buffer_(limits.least) {
    figures_.delay = delay_.value();
}

// The stream an SSRC belongs to, making one for a later generation than the present.
MediaReceiver::Stream* MediaReceiver::stream_for(std::uint32_t ssrc) {
    if ((ssrc & ~kGenerationMask) != grant_.ssrc) {
        return nullptr;
    }
    if (stream_ && stream_->media.ssrc() == ssrc) {
        return &*stream_;
    }
    if (stream_ && ssrc < stream_->media.ssrc()) {
        return nullptr; // of a server process that is gone
    }
    if (!next_stream_ || next_stream_->media.ssrc() != ssrc) {
        next_stream_.emplace(grant_.srtp_key, ssrc);
    }
    return &*next_stream_;
}

void MediaReceiver::adopt() {
    restarted_ = stream_.has_value();
    stream_.emplace(std::move(*next_stream_));
    next_stream_.reset();
    if (restarted_) {
        reception_.start_over();
        nack_.start_over();
        buffer_.start_over();
    }
}

bool MediaReceiver::take_restart() {
    return std::exchange(restarted_, false);
}

void MediaReceiver::hear(std::span<std::uint8_t> datagram, Ticks now, const Send& send) {
    const auto ssrc = packet_ssrc(datagram);
    Stream* stream = ssrc ? stream_for(*ssrc) : nullptr;
    if (stream != nullptr && looks_like_rtcp(datagram)) {
        hear_control(*stream, datagram, now);
    } else if (stream != nullptr) {
        hear_media(*stream, datagram, now);
    } else if (ssrc && stream_ && *ssrc == stream_->retransmission.ssrc()) {
        const auto size = stream_->retransmission.unprotect_rtp(datagram);
        const auto original =
            size ? restore_original(datagram.first(*size), *ssrc ^ kRtxBit, grant_.payload_type)
                 : std::nullopt;
        const auto view = original ? parse_rtp(*original) : std::optional<RtpView>{};
        if (view) {
            figures_.bytes += *size;
            const std::uint64_t before = figures_.packets;
            take_packet(*view, *original, now);
            figures_.recovered += figures_.packets - before;
        } else {
            ++figures_.refused;
        }
    } else {
        ++figures_.refused;
    }
    ask_packets(now, send);
}

void MediaReceiver::hear_control(Stream& stream, std::span<std::uint8_t> datagram, Ticks now) {
    const auto size = stream.media.unprotect_rtcp(datagram);
    const auto content = size ? parse_rtcp(datagram.first(*size)) : std::optional<RtcpContent>{};
    if (!content) {
        ++figures_.refused;
        return;
    }
    figures_.heard_at = now;
    if (content->echo && content->echo->ssrc == grant_.viewer_ssrc) {
        if (const auto trip = content->echo->round_trip(now)) {
            trip_.measured(*trip);
            figures_.round_trip = trip_.value();
            nack_.set_round_trip(trip_.or_assumed());
        }
    }
    if (content->link) {
        const bool newer = !figures_.uplink || content->link->number != figures_.uplink->number;
        uplink_loss_ = newer ? smoothed(uplink_loss_, content->link->loss()) : uplink_loss_;
        figures_.uplink = content->link;
    }
    figures_.refused_encoding = content->refused_encoding;
    figures_.recording = content->recording;
    choose_delay(now);
}

void MediaReceiver::choose_delay(Ticks now) {
    using std::chrono::microseconds;
    const microseconds uplink =
        figures_.uplink ? figures_.uplink->rtt.value_or(microseconds{0}) : microseconds{0};
    const microseconds own = trip_.value().value_or(microseconds{0});
    figures_.delay =
        delay_.update(std::max(uplink, own), std::max(uplink_loss_, figures_.loss), now);
    buffer_.set_delay(figures_.delay);
    nack_.set_deadline(figures_.delay);
}

void MediaReceiver::hear_media(Stream& stream, std::span<std::uint8_t> datagram, Ticks now) {
    const auto size = stream.media.unprotect_rtp(datagram);
    const auto view = size ? parse_rtp(datagram.first(*size)) : std::optional<RtpView>{};
    if (!view) {
        ++figures_.refused;
        return;
    }
    if (next_stream_ && &stream == &*next_stream_) {
        const bool first = !stream_.has_value();
        adopt();
        if (first && (!starts_key_frame(view->payload) || is_slice_of_key_frame(view->payload))) {
            nack_.expect_before(view->seq, kAskedBeforeFirst, now);
        }
    }
    figures_.bytes += *size;
    stream_->meter.received(*view, datagram.size(), now);
    take_packet(*view, datagram.first(*size), now);
}

void MediaReceiver::take_packet(const RtpView& view, std::span<const std::uint8_t> packet,
                                Ticks now) {
    figures_.last_packet_at = figures_.heard_at = now;
    nack_.received(view.seq, now);
    if (buffer_.put(view, packet, now)) {
        reception_.received(view.seq);
    }
    figures_.packets = reception_.packets();
    figures_.packets_lost = reception_.lost();
}

std::vector<JitterBuffer::Packet> MediaReceiver::take_picture(Ticks now) {
    return buffer_.take(now);
}

void MediaReceiver::transmit(const Feedback& feedback, const Send& send) {
    std::vector<std::uint8_t> packet = make_feedback(feedback);
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpOverhead);
    if (const auto sealed = reports_.protect_rtcp(packet, size)) {
        send(std::span{packet}.first(*sealed));
    }
}

void MediaReceiver::ask_packets(Ticks now, const Send& send) {
    const auto due = stream_ ? nack_.due(now) : std::span<const std::uint16_t>{};
    if (!due.empty()) {
        Feedback feedback;
        feedback.sender_ssrc = grant_.viewer_ssrc;
        feedback.media_ssrc = stream_->media.ssrc();
        feedback.missing = due;
        figures_.asked += due.size();
        transmit(feedback, send);
    }
    if (nack_.take_given_up() > 0) {
        key_frame_wanted_ = true;
    }
}

bool MediaReceiver::asks_key_frame(Ticks now) const {
    const bool wanted = stream_ && (key_frame_wanted_ || buffer_.wants_key_frame());
    return wanted && (!key_frame_asked_ || now - *key_frame_asked_ >= kKeyFrameInterval);
}

void MediaReceiver::report(Ticks now, const Send& send) {
    Feedback feedback;
    feedback.sender_ssrc = grant_.viewer_ssrc;
    feedback.reference = compact_time(now);
    if (stream_) {
        feedback.media_ssrc = stream_->media.ssrc();
        feedback.key_frame_wanted = asks_key_frame(now);
    }
    if (feedback.key_frame_wanted) {
        key_frame_asked_ = now;
        key_frame_wanted_ = false;
        ++figures_.key_frames_asked;
    }
    if (stream_ && now >= full_report_at_) {
        full_report_at_ = now + kReportInterval;
        figures_.loss = smoothed(figures_.loss, stream_->meter.report(trip_.value(), now).loss());
        const std::uint64_t lost = reception_.lost();
        const std::uint64_t expected = reception_.packets() + lost;
        const std::uint64_t expected_now = expected - std::min(expected, expected_before_);
        const std::uint64_t lost_now = lost - std::min(lost, lost_before_);
        expected_before_ = expected;
        lost_before_ = lost;
        feedback.report.emplace();
        feedback.report->ssrc = stream_->media.ssrc();
        feedback.report->lost =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(lost, 0x7F'FFFF));
        feedback.report->highest_seq = reception_.highest_extended();
        if (expected_now > 0) {
            feedback.report->fraction_lost = static_cast<std::uint8_t>(
                std::min<std::uint64_t>(255, lost_now * 256 / expected_now));
        }
    }
    transmit(feedback, send);
    const bool knocks = !trip_.value() || now - figures_.last_packet_at > kSilence;
    report_at_ = now + (knocks ? kKnockInterval : kReportInterval);
}

void MediaReceiver::tick(Ticks now, const Send& send) {
    ask_packets(now, send);
    if (now - figures_.last_packet_at > kSilence) {
        report_at_ = std::min(report_at_, now + kKnockInterval);
    }
    if (now >= report_at_ || asks_key_frame(now)) {
        report(now, send);
    }
}

Ticks MediaReceiver::next_due() const {
    Ticks due = report_at_;
    if (const auto at = nack_.next_due()) {
        due = std::min(due, *at);
    }
    if (const auto at = buffer_.next_due()) {
        due = std::min(due, *at);
    }
    return due;
}

} // namespace ems::video
