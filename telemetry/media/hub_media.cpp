// The hub's packets of media: in from vehicles, out to viewers and the recorder.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "telemetry/media/hub_parts.h"

namespace ems::media {

using video::Endpoint;
using video::seq_distance;

// What is not refused proved its key.
Proof Hub::receive(std::span<std::uint8_t> datagram, const Endpoint& from, Ticks now, Outbox& out) {
    now_ = now;
    ++counters_.received;
    const std::uint64_t refused = counters_.refused;
    sort(datagram, from, now, out);
    return counters_.refused == refused ? Proof::key : Proof::none;
}

void Hub::sort(std::span<std::uint8_t> datagram, const Endpoint& from, Ticks now, Outbox& out) {
    const auto ssrc = video::packet_ssrc(datagram);
    const bool control = video::looks_like_rtcp(datagram);
    if (ssrc && control) {
        if (const auto viewer = viewers_.find(*ssrc); viewer != viewers_.end()) {
            receive_report(*viewer->second, datagram, from, now, out);
            return;
        }
    }
    const auto ingest = ssrc ? ingests_.find(*ssrc) : ingests_.end();
    if (ingest == ingests_.end()) {
        ++counters_.refused;
    } else if (control) {
        receive_vehicle_report(*ingest->second, datagram, from, now, out);
    } else if (*ssrc == ingest->second->media.ssrc()) {
        receive_media(*ingest->second, datagram, from, now, out);
    } else {
        receive_retransmission(*ingest->second, datagram, now, out);
    }
}

void Hub::receive_media(Ingest& ingest, std::span<std::uint8_t> datagram, const Endpoint& from,
                        Ticks now, Outbox& out) {
    const auto size = ingest.media.unprotect_rtp(datagram);
    const auto view =
        size ? video::parse_rtp(datagram.first(*size)) : std::optional<video::RtpView>{};
    if (!view) {
        ++counters_.refused;
        return;
    }
    if (!ingest.heard || seq_distance(view->seq, ingest.newest_seq) > 0) {
        ingest.newest_seq = view->seq;
        if (!(ingest.address == from)) {
            ingest.address = from;
            ++counters_.addresses_learned;
        }
    }
    Camera& camera = *ingest.camera;
    if (!ingest.heard) {
        ingest.heard = true;
        ingest.payload_type = view->payload_type;
        if (&ingest == camera.present.get()) {
            close_ingest(camera.former);
            camera.reception.start_over();
        }
    }
    ingest.meter.received(*view, datagram.size(), now);
    camera.counters.bytes += *size;
    camera.counters.last_packet_at = now;
    take_packet(ingest, datagram.first(*size), *view, now, out);
    ask_key_frame(camera, now, out);
}

void Hub::receive_retransmission(Ingest& ingest, std::span<std::uint8_t> datagram, Ticks now,
                                 Outbox& out) {
    const auto size = ingest.retransmission.unprotect_rtp(datagram);
    const auto original = size && ingest.heard
                              ? video::restore_original(datagram.first(*size), ingest.media.ssrc(),
                                                        ingest.payload_type)
                              : std::nullopt;
    const auto view = original ? video::parse_rtp(*original) : std::optional<video::RtpView>{};
    if (!view) {
        ++counters_.refused;
        return;
    }
    const bool held = ingest.ring.holds(view->seq, now);
    ingest.meter.retransmitted(datagram.size(), held ? video::LinkMeter::Copy::repeated
                                                     : video::LinkMeter::Copy::first);
    ingest.camera->counters.bytes += *size;
    if (!held) {
        ++ingest.camera->counters.packets_recovered;
        take_packet(ingest, *original, *view, now, out);
    }
}

// A packet of the camera by whatever way it came.
void Hub::take_packet(Ingest& ingest, std::span<std::uint8_t> packet, const video::RtpView& view,
                      Ticks now, Outbox& out) {
    Camera& camera = *ingest.camera;
    if (ingest.ring.holds(view.seq, now)) {
        return; // late, and was sent again meanwhile
    }
    ingest.ring.put(packet, now);
    camera.reception.received(view.seq);
    CameraCounters& counters = camera.counters;
    counters.packets = camera.reception.packets();
    counters.packets_lost = camera.reception.lost();
    counters.frames += view.marker ? 1U : 0U;
    ingest.nack.received(view.seq, now);
    ask_packets(ingest, now, out);
    relay(camera, packet, ingest.number, view, now, out);
}

void Hub::relay(Camera& camera, std::span<std::uint8_t> packet, std::uint32_t session,
                const video::RtpView& view, Ticks now, Outbox& out) {
    std::optional<video::Relay::Copy> recorded;
    for (const video::Relay::Copy& copy : camera.relay.forward(view, session, now)) {
        if (copy.slot == camera.recorder) {
            recorded = copy;
        } else {
            relay_to(*camera.by_slot[copy.slot], packet, copy, out);
        }
    }
    if (recorded) {
        record(camera, packet, view, *recorded); // last: it changes the packet
        camera.lost_untold = 0;
    }
}

void Hub::relay_to(Viewer& viewer, std::span<const std::uint8_t> packet,
                   const video::Relay::Copy& copy, Outbox& out) {
    Outgoing* sent = out.add();
    if (sent == nullptr) {
        ++counters_.dropped;
        viewer.camera->relay.dropped(copy.slot);
        return;
    }
    std::memcpy(sent->bytes.data(), packet.data(), packet.size());
    video::set_ssrc(sent->bytes, copy.ssrc);
    video::set_seq(sent->bytes, copy.seq);
    video::set_timestamp(sent->bytes, copy.timestamp);
    const auto sealed = viewer.media.protect_rtp(sent->bytes, packet.size());
    if (!sealed) {
        out.remove_last();
        ++counters_.dropped;
        viewer.camera->relay.dropped(copy.slot);
        return;
    }
    sent->size = *sealed;
    sent->to = viewer.address;
    sent->viewer_ssrc = viewer.viewer_ssrc;
    ++counters_.relayed;
}

void Hub::record(Camera& camera, std::span<std::uint8_t> packet, const video::RtpView& view,
                 const video::Relay::Copy& copy) const {
    if (on_media_) {
        video::set_seq(packet, copy.seq);
        video::set_timestamp(packet, copy.timestamp);
        on_media_(MediaPacket{camera.key, packet, view.marker, camera.lost_untold});
    }
}

// What a viewer misses, from the packets kept; in his numbers and time, on his second SSRC.
void Hub::retransmit(Viewer& viewer, std::uint16_t seq, Ticks now, Outbox& out) {
    const auto source = viewer.camera->relay.source_of(viewer.slot, seq);
    const Ingest* ingest = viewer.camera->heard();
    if (!source || ingest == nullptr || ingest->number != source->session) {
        return;
    }
    const std::span<const std::uint8_t> kept = ingest->ring.find(source->seq, now);
    const unsigned copies = kept.empty() ? 0 : viewer.requests.copies_for(seq, now);
    std::array<std::uint8_t, video::kPacketSizeMax> original;
    std::memcpy(original.data(), kept.data(), copies > 0 ? kept.size() : 0);
    for (unsigned i = 0; i < copies; ++i) {
        if (i == 0) {
            video::set_seq(original, seq);
            video::set_timestamp(original, video::read_u32(original, 4) + source->timestamp_offset);
        }
        Outgoing* sent = out.half_full() || !viewer.budget.take(now) ? nullptr : out.add();
        if (sent == nullptr) {
            ++counters_.retransmissions_held;
            return; // he asks again, or waits for the next key frame
        }
        const auto size =
            video::make_retransmission(std::span{original}.first(kept.size()),
                                       viewer.retransmission.ssrc(), viewer.rtx_seq, sent->bytes);
        const auto sealed = size ? viewer.retransmission.protect_rtp(sent->bytes, *size)
                                 : Result<std::size_t>{fail(Code::srtp)};
        ++viewer.rtx_seq;
        if (!sealed) {
            out.remove_last();
            return;
        }
        sent->size = *sealed;
        sent->to = viewer.address;
        sent->viewer_ssrc = 0; // he asks again
        ++counters_.retransmitted;
    }
}

} // namespace ems::media
