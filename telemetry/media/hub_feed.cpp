// The hub's cameras that this process feeds itself.
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/media/hub_parts.h"

namespace ems::media {

Result<void> Hub::open_feed(const CameraKey& key) {
    Camera* camera = camera_for(key);
    if (camera == nullptr) {
        return fail(Code::full, "no room for another camera");
    }
    if (camera->present && camera->present->heard) {
        close_ingest(camera->former);
        camera->former = std::move(camera->present);
    } else {
        close_ingest(camera->present);
    }
    // Found by no SSRC: nothing that comes by the network is taken for it.
    const CameraSession session{"", 0, video::MediaKey::random(), video::MediaKey::random()};
    camera->present = std::make_unique<Ingest>(*camera, ++camera->sessions, session);
    camera->present->origin = Ingest::Origin::this_process;
    camera->present->fed_at = now_;
    return {};
}

void Hub::refuse_encoding(const CameraKey& key, std::string_view name) {
    const auto found = cameras_.find(key);
    if (found != cameras_.end()) { // else nobody looks
        found->second->refused_encoding = name;
    }
}

void Hub::feed(const CameraKey& key, std::span<std::uint8_t> packet, std::uint32_t lost, Ticks now,
               Outbox& out) {
    const auto found = cameras_.find(key);
    Ingest* ingest = found != cameras_.end() ? found->second->present.get() : nullptr;
    if (ingest == nullptr || ingest->origin != Ingest::Origin::this_process) {
        return; // the vehicle's own computer has taken the name over
    }
    const auto view = video::parse_rtp(packet);
    EMS_ASSERT(view.has_value());
    Camera& camera = *ingest->camera;
    if (!ingest->heard) {
        ingest->heard = true;
        ingest->payload_type = view->payload_type;
        close_ingest(camera.former);
        camera.reception.start_over();
    }
    ingest->fed_at = now;
    ingest->newest_seq = view->seq;
    ingest->meter.received(*view, packet.size(), now);
    camera.counters.bytes += packet.size();
    camera.counters.last_packet_at = now;
    camera.lost_untold += lost;
    camera.refused_encoding.clear();
    take_packet(*ingest, packet, *view, now, out);
}

} // namespace ems::media
