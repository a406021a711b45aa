#include <algorithm>
#include <cstring>
#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/voice_endpoint_parts.h"

namespace ems::video {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kConnectedFor{3'000};

} // namespace

// A line that was answered goes on being answered: by the other way at once.
void GstVoiceEndpoint::follow_path(Ticks now) {
    if (path_.follow(now)) {
        EMS_LOG(info, "voice", "the line goes by {}", path_.by_stream() ? "TLS" : "UDP");
        report(now);
    }
    if (session_ && path_.take_udp_probe(now)) {
        Feedback question;
        question.sender_ssrc = session_->ticket.up_ssrc;
        question.reference = compact_time(now);
        std::vector<std::uint8_t> packet = make_feedback(question);
        const std::size_t size = packet.size();
        packet.resize(size + kSrtpOverhead);
        if (const auto sealed = session_->reports.protect_rtcp(packet, size)) {
            path_.send_by_udp(std::span{packet}.first(*sealed));
        }
    }
}

bool GstVoiceEndpoint::connected(Ticks now) const {
    return session_ && session_->state && now - session_->state_at < kConnectedFor;
}

bool GstVoiceEndpoint::is_answered() const {
    if (!session_ || !session_->state) {
        return false;
    }
    const LineState& state = *session_->state;
    return state.yours.press == press_ && state.line_number == wish_number_ &&
           (talk_ == Talk::none) == (state.yours.verdict == FloorVerdict::idle);
}

bool GstVoiceEndpoint::may_send(Ticks now) const {
    if (!session_) {
        return false;
    }
    if (connected(now) && session_->state->mode == FloorMode::open_line &&
        (options_.side == Side::crew || session_->state->speaker_is_you)) {
        return true;
    }
    if (talk_ == Talk::none) {
        return false;
    }
    const FloorStanding yours = session_->state ? session_->state->yours : FloorStanding{};
    const bool ended = yours.press == press_ && (yours.verdict == FloorVerdict::denied ||
                                                 yours.verdict == FloorVerdict::revoked);
    return !ended;
}

void GstVoiceEndpoint::follow_gate(Ticks now) {
    status_.sending = may_send(now);
    if (pipeline_) {
        pipeline_->set_gate(status_.sending ? Gate::open : Gate::closed);
    }
}

void GstVoiceEndpoint::send_rtcp(std::vector<std::uint8_t> packet) {
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpOverhead);
    if (const auto sealed = session_->reports.protect_rtcp(packet, size)) {
        path_.send(std::span{packet}.first(*sealed));
    }
}

void GstVoiceEndpoint::report(Ticks now) {
    if (!session_) {
        return;
    }
    VoiceReport report;
    report.generation = session_->generation();
    report.talk = talk_;
    report.press = press_;
    report.line = wish_;
    report.line_number = wish_number_;
    report.sent_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count());
    std::optional<ReceptionReport> reception;
    if (session_->down) {
        reception.emplace();
        reception->ssrc = session_->down->ssrc();
        reception->lost = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(session_->reception.lost(), 0x7F'FFFF));
        reception->highest_seq = session_->reception.highest_extended();
    }
    send_rtcp(make_voice_report(session_->ticket.up_ssrc, reception, report));
    report_at_ = now;
}

void GstVoiceEndpoint::say_goodbye() {
    send_rtcp(make_voice_goodbye(session_->ticket.up_ssrc));
}

void GstVoiceEndpoint::send_speech(std::span<const std::uint8_t> rtp, Ticks captured_at) {
    const auto view = parse_rtp(rtp);
    const Ticks now = SystemClock{}.ticks();
    const std::lock_guard lock{mutex_};
    if (!view || !may_send(now)) {
        return;
    }
    const auto header = session_->numbers.next(*view, builds_, now);
    if (!header) {
        return;
    }
    PacketBuffer out{};
    std::memcpy(out.data(), rtp.data(), rtp.size());
    set_ssrc(out, session_->speech.ssrc());
    set_seq(out, header->seq);
    set_timestamp(out, header->timestamp);
    std::size_t plain = rtp.size();
    if (session_->marks.is_due(header->timestamp) && clock_) {
        plain = add_capture_mark(out, plain, mark_at(*clock_, captured_at)).value_or(plain);
    }
    const auto size = session_->speech.protect_rtp(out, plain);
    if (size && path_.send(std::span{out}.first(*size))) {
        ++status_.packets_sent;
    }
}

SrtpStream* GstVoiceEndpoint::stream_for(std::uint32_t ssrc) {
    if (!session_ || (ssrc & ~kGenerationMask) != session_->ticket.down_ssrc) {
        return nullptr;
    }
    std::optional<SrtpStream>& present = session_->down;
    std::optional<SrtpStream>& next = session_->next_down;
    if (present && present->ssrc() == ssrc) {
        return &*present;
    }
    if (present && ssrc < present->ssrc()) {
        return nullptr; // of a server process that is gone
    }
    if (!next || next->ssrc() != ssrc) {
        next.emplace(session_->down_key, ssrc);
    }
    return &*next;
}

// A server that took the grant over counts anew, and so do we.
void GstVoiceEndpoint::adopt(std::uint32_t ssrc) {
    session_->down = std::move(session_->next_down);
    session_->next_down.reset();
    session_->reception.start_over();
    session_->state_index = 0;
    session_->state.reset();
    const std::uint32_t generation = ssrc & kGenerationMask;
    if (generation != session_->generation()) {
        session_->speech = SrtpStream{session_->up_key, session_->ticket.up_ssrc | generation};
        session_->numbers = {};
        session_->marks = {};
    }
}

void GstVoiceEndpoint::take(std::span<std::uint8_t> packet, PathChoice::Way way, Ticks now) {
    const auto ssrc = packet_ssrc(packet);
    const bool rtcp = looks_like_rtcp(packet);
    SrtpStream* stream = ssrc ? stream_for(*ssrc) : nullptr;
    Result<std::size_t> size{fail(Code::srtp)};
    std::uint32_t index = 0;
    if (stream != nullptr && rtcp && packet.size() >= 12) {
        index = read_u32(packet, packet.size() - 4) & 0x7FFF'FFFF; // RFC 7714 section 9
        size = stream->unprotect_rtcp(packet);
    } else if (stream != nullptr && !rtcp) {
        size = stream->unprotect_rtp(packet);
    }
    if (!size) {
        ++status_.packets_refused;
        return;
    }
    path_.heard(way, now);
    if (session_->next_down && stream == &*session_->next_down) {
        adopt(*ssrc);
    }
    if (rtcp) {
        take_state(packet.first(*size), index, now);
    } else {
        take_speech(packet.first(*size), *ssrc, now);
    }
}

void GstVoiceEndpoint::take_state(std::span<const std::uint8_t> plain, std::uint32_t index,
                                  Ticks now) {
    auto state = parse_line_state(plain);
    if (!state || (session_->state && index <= session_->state_index)) {
        return; // overtaken by a newer one
    }
    const bool closed = session_->state && session_->state->mode == FloorMode::open_line &&
                        state->mode == FloorMode::push_to_talk;
    if (closed) {
        wish_ = LineWish::unchanged; // somebody ended it: a wish of before must not open it again
    }
    session_->state_index = index;
    session_->state_at = now;
    const auto now_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count());
    if (state->echo_ms != 0 && now_ms - state->echo_ms < 60'000) {
        status_.round_trip = milliseconds{now_ms - state->echo_ms};
    }
    session_->state = std::move(*state);
    follow_gate(now);
}

void GstVoiceEndpoint::take_speech(std::span<std::uint8_t> packet, std::uint32_t ssrc, Ticks now) {
    const auto view = parse_rtp(packet);
    if (!view || view->payload_type != kPayloadTypeOpus) {
        ++status_.packets_refused;
        return;
    }
    session_->reception.received(view->seq);
    ++status_.packets;
    status_.packets_lost = session_->reception.lost();
    const auto header = incoming_.next(*view, ssrc, now);
    if (!header || !pipeline_) {
        return;
    }
    if (view->marker || header->first) {
        jitter_.start_over();
        // Between turns nobody hears the buffer change.
        jitter_wanted_ = jitter_.target();
    }
    jitter_.received(header->timestamp, now);
    // Within a turn it only grows: late packets are heard more than one stretched syllable.
    jitter_wanted_ = std::max(jitter_wanted_, jitter_.target());
    set_seq(packet, header->seq);
    set_timestamp(packet, header->timestamp);
    pipeline_->push(packet);
}

} // namespace ems::video
