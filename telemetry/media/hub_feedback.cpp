// The hub's control packets: reports, requests and their answers, and what time asks for.
#include <algorithm>
#include <cstring>

#include "telemetry/media/hub_parts.h"

namespace ems::media {

using video::Endpoint;

namespace {

// A camera silent for this long is told nothing: its address may be another's by now.
constexpr std::chrono::seconds kReportSilence{10};
// A camera that is heard has a packet in less, but for still pictures, and then it does not probe.
constexpr std::chrono::milliseconds kPause{1500};
// Words of rest come each 2 s; who misses more was out of reach (0099).
constexpr std::chrono::seconds kWordsLost{10};

} // namespace

void Hub::receive_vehicle_report(Ingest& ingest, std::span<std::uint8_t> datagram,
                                 const Endpoint& from, Ticks now, Outbox& out) {
    const auto size = ingest.media.unprotect_rtcp(datagram);
    const auto content =
        size ? video::parse_rtcp(datagram.first(*size)) : std::optional<video::RtcpContent>{};
    if (!content) {
        ++counters_.refused;
        return;
    }
    if (content->echo && content->echo->ssrc == ingest.feedback.ssrc()) {
        if (const auto trip = content->echo->round_trip(now)) {
            ingest.trip.measured(*trip);
            ingest.nack.set_round_trip(ingest.trip.or_assumed());
        }
    }
    if (content->reference) {
        // A camera that sends nothing asks whether it would be heard. The answer goes where the
        // question came from and moves no address: packets of media alone do that.
        video::Feedback answer;
        answer.sender_ssrc = ingest.feedback.ssrc();
        answer.echo = video::TimeEcho{ingest.media.ssrc(), *content->reference, 0};
        Camera& camera = *ingest.camera;
        const bool rests = content->recording == video::RecordingState::off;
        const auto looks = [](const Viewer* viewer) { return viewer != nullptr && viewer->live; };
        const bool watched =
            rests && std::any_of(camera.by_slot.begin(), camera.by_slot.end(), looks);
        if (rests) {
            const Ticks before =
                std::max(camera.counters.last_packet_at, camera.counters.rests_at);
            if (before == Ticks{} || now - before > kWordsLost) {
                camera.counters.rest_anew_at = now;
            }
            camera.counters.rests_at = now;
        }
        // It wakes for whoever watches; the recorder does not.
        answer.media_ssrc = ingest.media.ssrc();
        answer.key_frame_wanted = watched;
        send_feedback(ingest, answer, from, out);
        if (on_pause_ && !watched && now - camera.counters.last_packet_at > kPause) {
            on_pause_(camera.key);
        }
    }
}

void Hub::receive_report(Viewer& viewer, std::span<std::uint8_t> datagram, const Endpoint& from,
                         Ticks now, Outbox& out) {
    if (datagram.size() < 12) {
        ++counters_.refused;
        return;
    }
    // RFC 7714 section 9: the index stands in clear in the last four bytes, authenticated with the
    // rest.
    const std::uint32_t index = video::read_u32(datagram, datagram.size() - 4) & 0x7FFF'FFFF;
    const auto size = viewer.reports.unprotect_rtcp(datagram);
    const auto content =
        size ? video::parse_rtcp(datagram.first(*size)) : std::optional<video::RtcpContent>{};
    if (!content) {
        ++counters_.refused;
        return;
    }
    hear_viewer(viewer, index, *content, from, now);
    answer_viewer(viewer, *content, now, out);
    ask_key_frame(*viewer.camera, now, out);
}

void Hub::hear_viewer(Viewer& viewer, std::uint32_t index, const video::RtcpContent& content,
                      const Endpoint& from, Ticks now) {
    Camera& camera = *viewer.camera;
    if (content.key_frame_wanted) {
        camera.relay.want_key_frame(viewer.slot, now);
    }
    if (viewer.heard && index <= viewer.newest_index) {
        return;
    }
    viewer.heard = true;
    viewer.newest_index = index;
    if (!(viewer.address == from)) {
        viewer.address = from;
        ++counters_.addresses_learned;
    }
    viewer.heard_at = now;
    viewer.live = !content.goodbye;
    if (viewer.live) {
        camera.relay.resume(viewer.slot);
    } else {
        camera.relay.pause(viewer.slot);
    }
}

void Hub::answer_viewer(Viewer& viewer, const video::RtcpContent& content, Ticks now, Outbox& out) {
    for (const std::uint16_t seq : content.missing) {
        retransmit(viewer, seq, now, out);
    }
    Outgoing* packet = content.reference ? out.add() : nullptr;
    if (packet == nullptr) {
        return;
    }
    video::Feedback feedback;
    feedback.sender_ssrc = viewer.media.ssrc();
    feedback.echo = video::TimeEcho{viewer.viewer_ssrc, *content.reference, 0};
    feedback.link = viewer.camera->counters.link;
    feedback.refused_encoding = viewer.camera->refused_encoding;
    feedback.recording =
        recording_ ? recording_(viewer.camera->key) : video::RecordingState::unknown;
    const std::vector<std::uint8_t> plain = video::make_feedback(feedback);
    std::memcpy(packet->bytes.data(), plain.data(), plain.size());
    const auto sealed = viewer.media.protect_rtcp(packet->bytes, plain.size());
    if (!sealed) {
        out.remove_last();
        return;
    }
    packet->size = *sealed;
    packet->to = viewer.address;
    packet->viewer_ssrc = 0;
}

// To the vehicle; false when there was no room.
bool Hub::send_feedback(Ingest& ingest, const video::Feedback& feedback, const Endpoint& to,
                        Outbox& out) {
    if (ingest.origin == Ingest::Origin::this_process) {
        return true;
    }
    Outgoing* packet = out.add();
    if (packet == nullptr) {
        return false;
    }
    const std::vector<std::uint8_t> plain = video::make_feedback(feedback);
    std::memcpy(packet->bytes.data(), plain.data(), plain.size());
    const auto sealed = ingest.feedback.protect_rtcp(packet->bytes, plain.size());
    if (!sealed) {
        out.remove_last();
        return false;
    }
    packet->size = *sealed;
    packet->to = to;
    packet->viewer_ssrc = 0;
    return true;
}

void Hub::ask_key_frame(Camera& camera, Ticks now, Outbox& out) {
    Ingest* ingest = camera.heard();
    const bool asks = ingest != nullptr && ingest->origin == Ingest::Origin::datagrams;
    if (!asks || !camera.relay.take_key_frame_request(now)) {
        return;
    }
    video::Feedback feedback;
    feedback.sender_ssrc = ingest->feedback.ssrc();
    feedback.media_ssrc = ingest->media.ssrc();
    feedback.key_frame_wanted = true;
    if (send_feedback(*ingest, feedback, ingest->address, out)) {
        ++camera.counters.key_frames_asked;
    } else {
        camera.relay.want_key_frame();
    }
}

void Hub::ask_packets(Ingest& ingest, Ticks now, Outbox& out) {
    video::Feedback feedback;
    feedback.missing = ingest.nack.due(now);
    if (!feedback.missing.empty()) {
        feedback.sender_ssrc = ingest.feedback.ssrc();
        feedback.media_ssrc = ingest.media.ssrc();
        ingest.camera->counters.packets_asked += feedback.missing.size();
        send_feedback(ingest, feedback, ingest.address, out); // else at the next try
    }
    if (const std::size_t lost = ingest.nack.take_given_up(); lost > 0) {
        ingest.meter.given_up(lost);
        ingest.camera->lost_untold +=
            static_cast<std::uint32_t>(std::min<std::size_t>(lost, 65'536));
        ingest.camera->relay.want_key_frame();
    }
    if (const auto due = ingest.nack.next_due()) {
        next_due_ = std::min(*due, next_due_.value_or(*due));
    }
}

void Hub::report_link(Ingest& ingest, Ticks now, Outbox& out) {
    CameraCounters& counters = ingest.camera->counters;
    if (now < ingest.report_at || now - counters.last_packet_at > kReportSilence) {
        return;
    }
    ingest.report_at = now + video::kLinkReportInterval;
    video::Feedback feedback;
    feedback.sender_ssrc = ingest.feedback.ssrc();
    feedback.media_ssrc = ingest.media.ssrc();
    feedback.reference = video::compact_time(now);
    feedback.link = counters.link = ingest.meter.report(ingest.trip.value(), now);
    send_feedback(ingest, feedback, ingest.address, out);
}

void Hub::look_after(Ingest* ingest, Ticks now, Outbox& out) {
    if (ingest != nullptr && ingest->heard) {
        ask_packets(*ingest, now, out);
    }
}

void Hub::tick(Ticks now, Outbox& out) {
    now_ = now;
    for (auto& [ssrc, viewer] : viewers_) {
        if (viewer->live && now - viewer->heard_at > limits_.viewer_silence) {
            viewer->live = false;
            viewer->camera->relay.pause(viewer->slot);
        }
    }
    next_due_.reset();
    for (auto& [key, camera] : cameras_) {
        look_after(camera->former.get(), now, out);
        look_after(camera->present.get(), now, out);
        if (Ingest* heard = camera->heard()) {
            report_link(*heard, now, out);
        }
        ask_key_frame(*camera, now, out);
    }
}

} // namespace ems::media
