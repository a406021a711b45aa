#include "telemetry/media/hub.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtcp.h"

namespace ems::media {

using video::Endpoint;
using video::seq_distance;

struct Hub::Ingest {
    Camera* camera;
    std::uint32_t number; // of the session, within the camera
    video::SrtpStream media;
    video::SrtpStream feedback;
    bool heard{false};
    std::uint16_t newest_seq{0};
    Endpoint address;
};

struct Hub::Camera {
    Camera(CameraKey of, std::size_t viewers_max)
        : key(std::move(of)), relay(viewers_max + 1), by_slot(viewers_max + 1, nullptr),
          recorder(relay.add(0).value()) {}
    CameraKey key;
    video::Relay relay;
    std::vector<Viewer*> by_slot; // null: free, or the recorder
    video::Relay::Slot recorder;
    std::unique_ptr<Ingest> present;
    std::unique_ptr<Ingest> former; // until the first packet of the present one
    std::uint32_t sessions{0};
    video::ReceptionCounter reception;
    CameraCounters counters;
};

struct Hub::Viewer {
    Camera* camera;
    std::string grant_id;
    std::uint32_t viewer_ssrc;
    std::int64_t expires_us;
    video::Relay::Slot slot;
    video::SrtpStream media;
    video::SrtpStream reports;
    bool heard{false};
    std::uint32_t newest_index{0}; // of the reports
    Endpoint address;
    Ticks heard_at{};
    bool live{false};
};

Hub::Hub(HubLimits limits, OnMedia on_media) : limits_(limits), on_media_(std::move(on_media)) {}
Hub::~Hub() = default;

Hub::Camera* Hub::camera_for(const CameraKey& key) {
    const auto found = cameras_.find(key);
    if (found != cameras_.end()) {
        return found->second.get();
    }
    if (cameras_.size() >= limits_.cameras_max) {
        return nullptr;
    }
    auto made = std::make_unique<Camera>(key, limits_.viewers_per_camera_max);
    return cameras_.emplace(key, std::move(made)).first->second.get();
}

void Hub::close_ingest(std::unique_ptr<Ingest>& ingest) {
    if (ingest) {
        ingests_.erase(ingest->media.ssrc());
        ingest.reset();
    }
}

void Hub::drop_if_unused(const CameraKey& key) {
    const auto found = cameras_.find(key);
    if (found != cameras_.end() && !found->second->present && found->second->relay.viewers() == 1) {
        cameras_.erase(found);
    }
}

Result<void> Hub::open_session(const CameraKey& key, const CameraSession& session) {
    if (session.ssrc == 0 || (session.ssrc & 0xFF) != 0 || ingests_.contains(session.ssrc)) {
        return fail(Code::invalid_argument, "the SSRC of the session is in use or not ours");
    }
    Camera* camera = camera_for(key);
    if (camera == nullptr) {
        return fail(Code::full, "no room for another camera");
    }
    // The one that was heard last goes on being believed; one never heard has nothing to say.
    if (camera->present && camera->present->heard) {
        close_ingest(camera->former);
        camera->former = std::move(camera->present);
    } else {
        close_ingest(camera->present);
    }
    camera->present =
        std::make_unique<Ingest>(Ingest{camera,
                                        ++camera->sessions,
                                        video::SrtpStream{session.srtp_key, session.ssrc},
                                        video::SrtpStream{session.srtcp_key, session.ssrc + 1},
                                        false,
                                        0,
                                        {}});
    ingests_[session.ssrc] = camera->present.get();
    return {};
}

void Hub::close_sessions(const CameraKey& key) {
    const auto found = cameras_.find(key);
    if (found == cameras_.end()) {
        return;
    }
    close_ingest(found->second->present);
    close_ingest(found->second->former);
    drop_if_unused(key);
}

Result<void> Hub::open_viewer(const ViewerRight& right) {
    const video::ViewerGrant& grant = right.grant;
    if (right.generation > video::kGenerationMask || grant.ssrc == 0 ||
        (grant.ssrc & video::kGenerationMask) != 0 || viewers_.contains(grant.viewer_ssrc) ||
        viewers_by_grant_.contains(grant.grant_id)) {
        return fail(Code::invalid_argument, "the SSRC or generation of the grant is not usable");
    }
    if (viewers_.size() >= limits_.viewers_max) {
        return fail(Code::full, "no room for another viewer");
    }
    Camera* camera = camera_for(right.camera);
    if (camera == nullptr) {
        return fail(Code::full, "no room for another camera");
    }
    const std::uint32_t ssrc = grant.ssrc | right.generation;
    const auto slot = camera->relay.add(ssrc);
    if (!slot) {
        return Failure{slot.error()};
    }
    camera->relay.pause(*slot); // until the first report tells where to
    auto viewer =
        std::make_unique<Viewer>(Viewer{camera,
                                        grant.grant_id,
                                        grant.viewer_ssrc,
                                        right.expires_us,
                                        *slot,
                                        video::SrtpStream{grant.srtp_key, ssrc},
                                        video::SrtpStream{grant.srtcp_key, grant.viewer_ssrc},
                                        false,
                                        0,
                                        {},
                                        {},
                                        false});
    camera->by_slot[*slot] = viewer.get();
    viewers_by_grant_[grant.grant_id] = grant.viewer_ssrc;
    viewers_[grant.viewer_ssrc] = std::move(viewer);
    return {};
}

void Hub::erase_viewer(std::uint32_t viewer_ssrc) {
    const auto found = viewers_.find(viewer_ssrc);
    EMS_ASSERT(found != viewers_.end());
    Camera& camera = *found->second->camera;
    camera.relay.remove(found->second->slot);
    camera.by_slot[found->second->slot] = nullptr;
    viewers_by_grant_.erase(found->second->grant_id);
    const CameraKey key = camera.key;
    viewers_.erase(found);
    drop_if_unused(key);
}

void Hub::close_viewer(const std::string& grant_id) {
    const auto found = viewers_by_grant_.find(grant_id);
    if (found != viewers_by_grant_.end()) {
        erase_viewer(found->second);
    }
}

bool Hub::has_viewer(const std::string& grant_id) const {
    return viewers_by_grant_.contains(grant_id);
}

void Hub::expire(ServerTime now) {
    std::vector<std::uint32_t> over;
    for (const auto& [ssrc, viewer] : viewers_) {
        if (viewer->expires_us <= now.us) {
            over.push_back(ssrc);
        }
    }
    for (const std::uint32_t ssrc : over) {
        erase_viewer(ssrc);
    }
}

void Hub::receive(std::span<std::uint8_t> datagram, const Endpoint& from, Ticks now, Outbox& out) {
    ++counters_.received;
    const auto ssrc = video::packet_ssrc(datagram);
    if (ssrc && video::looks_like_rtcp(datagram)) {
        if (const auto viewer = viewers_.find(*ssrc); viewer != viewers_.end()) {
            receive_report(*viewer->second, datagram, from, now, out);
            return;
        }
    } else if (ssrc) {
        if (const auto ingest = ingests_.find(*ssrc); ingest != ingests_.end()) {
            receive_media(*ingest->second, datagram, from, now, out);
            return;
        }
    }
    ++counters_.refused;
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
    Camera& camera = *ingest.camera;
    if (!ingest.heard || seq_distance(view->seq, ingest.newest_seq) > 0) {
        ingest.newest_seq = view->seq;
        if (!(ingest.address == from)) {
            ingest.address = from;
            ++counters_.addresses_learned;
        }
    }
    if (!ingest.heard) {
        ingest.heard = true;
        if (&ingest == camera.present.get()) {
            close_ingest(camera.former);
            camera.reception.start_over();
        }
    }
    const std::uint32_t lost = camera.reception.received(view->seq);
    if (lost > 0) {
        camera.relay.want_key_frame();
    }
    CameraCounters& counters = camera.counters;
    counters.packets = camera.reception.packets();
    counters.packets_lost = camera.reception.lost();
    counters.frames += view->marker ? 1U : 0U;
    counters.bytes += *size;
    counters.last_packet_at = now;
    relay(camera, datagram.first(*size), ingest.number, *view, lost, now, out);
    ask_key_frame(camera, now, out);
}

void Hub::relay(Camera& camera, std::span<std::uint8_t> packet, std::uint32_t session,
                const video::RtpView& view, std::uint32_t lost, Ticks now, Outbox& out) {
    std::optional<video::Relay::Copy> recorded;
    for (const video::Relay::Copy& copy : camera.relay.forward(view, session, now)) {
        if (copy.slot == camera.recorder) {
            recorded = copy;
        } else {
            relay_to(*camera.by_slot[copy.slot], packet, copy, out);
        }
    }
    if (recorded) {
        record(camera, packet, view, *recorded, lost); // last: it changes the packet
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
                 const video::Relay::Copy& copy, std::uint32_t lost) const {
    if (on_media_) {
        video::set_seq(packet, copy.seq);
        video::set_timestamp(packet, copy.timestamp);
        on_media_(MediaPacket{camera.key, packet, view.marker, lost});
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
    Camera& camera = *viewer.camera;
    if (!viewer.heard || index > viewer.newest_index) {
        viewer.heard = true;
        viewer.newest_index = index;
        if (!(viewer.address == from)) {
            viewer.address = from;
            ++counters_.addresses_learned;
        }
        viewer.heard_at = now;
        viewer.live = !content->goodbye;
        if (viewer.live) {
            camera.relay.resume(viewer.slot);
        } else {
            camera.relay.pause(viewer.slot);
        }
    }
    if (content->key_frame_wanted) {
        camera.relay.want_key_frame();
    }
    ask_key_frame(camera, now, out);
}

void Hub::ask_key_frame(Camera& camera, Ticks now, Outbox& out) {
    Ingest* ingest =
        camera.present && camera.present->heard ? camera.present.get() : camera.former.get();
    if (ingest == nullptr || !ingest->heard || !camera.relay.take_key_frame_request(now)) {
        return;
    }
    Outgoing* packet = out.add();
    if (packet == nullptr) {
        camera.relay.want_key_frame();
        return;
    }
    const std::uint32_t ssrc = ingest->media.ssrc();
    const std::vector<std::uint8_t> plain = video::make_picture_loss(ssrc + 1, ssrc);
    std::memcpy(packet->bytes.data(), plain.data(), plain.size());
    const auto sealed = ingest->feedback.protect_rtcp(packet->bytes, plain.size());
    if (!sealed) {
        out.remove_last();
        return;
    }
    packet->size = *sealed;
    packet->to = ingest->address;
    packet->viewer_ssrc = 0;
    ++camera.counters.key_frames_asked;
}

void Hub::tick(Ticks now, Outbox& out) {
    for (auto& [ssrc, viewer] : viewers_) {
        if (viewer->live && now - viewer->heard_at > limits_.viewer_silence) {
            viewer->live = false;
            viewer->camera->relay.pause(viewer->slot);
        }
    }
    for (auto& [key, camera] : cameras_) {
        ask_key_frame(*camera, now, out);
    }
}

void Hub::not_sent(const Outgoing& packet) {
    ++counters_.dropped;
    const auto viewer = viewers_.find(packet.viewer_ssrc);
    if (viewer != viewers_.end()) {
        viewer->second->camera->relay.dropped(viewer->second->slot);
    }
}

void Hub::want_key_frame(const CameraKey& key) {
    const auto found = cameras_.find(key);
    if (found != cameras_.end()) {
        found->second->relay.want_key_frame();
    }
}

std::optional<CameraCounters> Hub::counters(const CameraKey& key) const {
    const auto found = cameras_.find(key);
    return found != cameras_.end() ? std::optional{found->second->counters} : std::nullopt;
}

Endpoint Hub::address(const CameraKey& key) const {
    const auto found = cameras_.find(key);
    if (found == cameras_.end()) {
        return {};
    }
    const Camera& camera = *found->second;
    if (camera.present && camera.present->heard) {
        return camera.present->address;
    }
    return camera.former ? camera.former->address : Endpoint{};
}

} // namespace ems::media
