#include "telemetry/media/hub.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/media/hub_parts.h"

namespace ems::media {

using video::Endpoint;

Hub::Hub(HubLimits limits, OnMedia on_media, OnPause on_pause, Recording recording)
    : limits_(limits), on_media_(std::move(on_media)), on_pause_(std::move(on_pause)),
      recording_(std::move(recording)) {}
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
        ingests_.erase(ingest->retransmission.ssrc());
        ingest.reset();
    }
}

void Hub::drop_if_unused(const CameraKey& key) {
    const auto found = cameras_.find(key);
    if (found == cameras_.end()) {
        return;
    }
    const Camera& camera = *found->second;
    const std::size_t recorder = 1;
    if (!camera.present && !camera.former && camera.relay.viewers() == recorder) {
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
    camera->present = std::make_unique<Ingest>(*camera, ++camera->sessions, session);
    ingests_[session.ssrc] = camera->present.get();
    ingests_[video::vehicle_rtx_ssrc(session.ssrc)] = camera->present.get();
    return {};
}

void Hub::close_sessions(const CameraKey& key) {
    const auto found = cameras_.find(key);
    if (found != cameras_.end()) {
        close_sessions(*found->second, [](const Ingest&) { return true; });
        drop_if_unused(key);
    }
}

void Hub::close_sessions(Camera& camera, const std::function<bool(const Ingest&)>& over) {
    const bool had_one = camera.present || camera.former;
    for (std::unique_ptr<Ingest>* ingest : {&camera.present, &camera.former}) {
        if (*ingest && over(**ingest)) {
            close_ingest(*ingest);
        }
    }
    if (had_one && !camera.present && !camera.former && on_pause_) {
        on_pause_(camera.key);
    }
}

void Hub::close_sessions_unless(const std::function<bool(const CameraKey&)>& wanted) {
    std::vector<CameraKey> gone;
    for (const auto& [key, camera] : cameras_) {
        if ((camera->present || camera->former) && !wanted(key)) {
            gone.push_back(key);
        }
    }
    for (const CameraKey& key : gone) {
        close_sessions(*cameras_.at(key), [](const Ingest& ingest) {
            return ingest.origin == Ingest::Origin::datagrams;
        });
        drop_if_unused(key);
    }
}

void Hub::expire_sessions(ServerTime now) {
    const std::int64_t over_us =
        now.us - std::chrono::microseconds{CameraSession::kGrace}.count();
    std::vector<CameraKey> unused;
    for (auto& [key, camera] : cameras_) {
        close_sessions(*camera, [&](const Ingest& ingest) {
            return ingest.expires_us <= over_us ||
                   (ingest.origin == Ingest::Origin::this_process &&
                    now_ - ingest.fed_at > kFeedSilence);
        });
        if (!camera->present && !camera->former) {
            unused.push_back(key);
        }
    }
    for (const CameraKey& key : unused) {
        drop_if_unused(key);
    }
}

Result<void> Hub::open_viewer(const ViewerRight& right) {
    const video::ViewerGrant& grant = right.grant;
    if (right.generation > video::kGenerationMask || grant.ssrc == 0 ||
        (grant.ssrc & video::kGenerationMask) != 0 || viewers_.contains(grant.viewer_ssrc) ||
        viewers_by_grant_.contains(grant.grant_id)) {
        return fail(Code::invalid_argument, "the SSRC or generation of the grant is not usable");
    }
    if (!has_place(right.camera)) {
        return fail(Code::full, "no room for another viewer");
    }
    const auto known = cameras_.find(right.camera);
    if (known != cameras_.end() && is_full(*known->second)) {
        erase_viewer(silent_longest(known->second.get())->viewer_ssrc);
    } else if (viewers_.size() >= limits_.viewers_max) {
        erase_viewer(silent_longest(nullptr)->viewer_ssrc);
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
    auto viewer = std::make_unique<Viewer>(*camera, right, *slot, ssrc);
    viewer->heard_at = now_;
    camera->by_slot[*slot] = viewer.get();
    viewers_by_grant_[grant.grant_id] = grant.viewer_ssrc;
    viewers_[grant.viewer_ssrc] = std::move(viewer);
    return {};
}

bool Hub::is_full(const Camera& camera) const {
    const std::size_t recorder = 1;
    return camera.relay.viewers() >= limits_.viewers_per_camera_max + recorder;
}

bool Hub::has_place(const CameraKey& key) const {
    const auto known = cameras_.find(key);
    if (known == cameras_.end() && cameras_.size() >= limits_.cameras_max) {
        return false;
    }
    if (known != cameras_.end() && is_full(*known->second)) {
        return silent_longest(known->second.get()) != nullptr;
    }
    return viewers_.size() < limits_.viewers_max || silent_longest(nullptr) != nullptr;
}

// One that was not heard yet has as long to report as one that was has to go on.
const Hub::Viewer* Hub::silent_longest(const Camera* of) const {
    const Viewer* longest = nullptr;
    for (const auto& [ssrc, viewer] : viewers_) {
        const bool is_silent =
            !viewer->live && (viewer->heard || now_ - viewer->heard_at > limits_.viewer_silence);
        if (is_silent && (of == nullptr || viewer->camera == of) &&
            (longest == nullptr || viewer->heard_at < longest->heard_at)) {
            longest = viewer.get();
        }
    }
    return longest;
}

void Hub::erase_viewer(std::uint32_t viewer_ssrc) {
    const auto found = viewers_.find(viewer_ssrc);
    EMS_ASSERT(found != viewers_.end());
    Camera& camera = *found->second->camera;
    if (found->second->address.is_set() && ended_.size() < limits_.viewers_max) {
        ended_.push_back(found->second->address);
    }
    camera.relay.remove(found->second->slot);
    camera.by_slot[found->second->slot] = nullptr;
    viewers_by_grant_.erase(found->second->grant_id);
    const CameraKey key = camera.key;
    viewers_.erase(found);
    drop_if_unused(key);
}

bool Hub::is_heard_at(const Endpoint& end) const {
    const auto there = [&](const std::unique_ptr<Ingest>& ingest) {
        return ingest && ingest->address == end;
    };
    return std::any_of(viewers_.begin(), viewers_.end(),
                       [&](const auto& entry) { return entry.second->address == end; }) ||
           std::any_of(cameras_.begin(), cameras_.end(), [&](const auto& entry) {
               return there(entry.second->present) || there(entry.second->former);
           });
}

std::vector<Endpoint> Hub::take_ended() {
    std::vector<Endpoint> out = std::exchange(ended_, {});
    std::erase_if(out, [this](const Endpoint& end) { return is_heard_at(end); });
    return out;
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
    expire_sessions(now);
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
    const Ingest* ingest = found->second->heard();
    return ingest != nullptr ? ingest->address : Endpoint{};
}

std::size_t Hub::viewer_bytes() const {
    return viewers_.size() * sizeof(Viewer);
}

std::size_t Hub::memory_bytes() const {
    std::size_t sum = viewer_bytes();
    for (const auto& [key, camera] : cameras_) {
        for (const auto& ingest : {camera->present.get(), camera->former.get()}) {
            sum += ingest != nullptr ? ingest->ring.memory_bytes() + ingest->ring.table_bytes() : 0;
        }
    }
    return sum;
}

} // namespace ems::media
