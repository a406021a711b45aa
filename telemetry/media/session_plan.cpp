#include "telemetry/media/session_plan.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::media {

bool SessionPlan::heard(const std::string& vid, std::uint64_t birth_counter, const Cameras& cameras,
                        Ticks now) {
    auto found = vehicles_.find(vid);
    if (found == vehicles_.end()) {
        if (vehicles_.size() >= limits_.vehicles_max) {
            return false;
        }
        found = vehicles_.emplace(vid, Vehicle{}).first;
    }
    Vehicle& vehicle = found->second;
    if (vehicle.birth_counter != birth_counter) {
        vehicle.birth_counter = birth_counter;
        for (auto& [name, camera] : vehicle.cameras) {
            camera.patience = limits_.media_within;
        }
    }
    vehicle.heard_at = now;
    if (!cameras) {
        return true;
    }
    std::erase_if(vehicle.cameras, [&](const auto& entry) {
        return std::find(cameras->begin(), cameras->end(), entry.first) == cameras->end();
    });
    for (const std::string& name : *cameras) {
        if (vehicle.cameras.size() >= limits_.cameras_per_vehicle_max) {
            break;
        }
        const auto [camera, added] = vehicle.cameras.try_emplace(name);
        if (added) {
            camera->second.patience = limits_.media_within;
        }
    }
    return true;
}

void SessionPlan::keep_only(const std::set<std::string>& vids) {
    std::erase_if(vehicles_, [&](const auto& entry) { return !vids.contains(entry.first); });
}

bool SessionPlan::has(const CameraKey& camera) const {
    const auto vehicle = vehicles_.find(camera.vid);
    return vehicle != vehicles_.end() && vehicle->second.cameras.contains(camera.camera);
}

SessionPlan::Camera* SessionPlan::find(const CameraKey& camera) {
    const auto vehicle = vehicles_.find(camera.vid);
    if (vehicle == vehicles_.end()) {
        return nullptr;
    }
    const auto found = vehicle->second.cameras.find(camera.camera);
    return found != vehicle->second.cameras.end() ? &found->second : nullptr;
}

void SessionPlan::media_at(const CameraKey& key, Ticks last_packet, std::uint64_t packets) {
    Camera* camera = find(key);
    if (camera != nullptr && last_packet > camera->last_packet) {
        camera->last_packet = last_packet;
        camera->packets = packets;
        if (packets < camera->packets_before) {
            camera->packets_before = 0; // the count began anew
        }
        if (last_packet > camera->made_at) {
            camera->patience = limits_.media_within;
        }
    }
}

bool SessionPlan::needs_session(const Vehicle& vehicle, const Camera& camera, Ticks now) const {
    if (now - vehicle.heard_at > limits_.heard_within) {
        return false;
    }
    if (!camera.has_session || camera.session_birth != vehicle.birth_counter) {
        return true;
    }
    if (now - camera.made_at > limits_.lifetime - limits_.renew_before ||
        camera.packets - camera.packets_before >= limits_.packets_max) {
        return true;
    }
    const Ticks alive_at = std::max(camera.made_at, camera.last_packet);
    return now - alive_at > camera.patience;
}

std::vector<CameraKey> SessionPlan::due(Ticks now) const {
    std::vector<CameraKey> out;
    for (const auto& [vid, vehicle] : vehicles_) {
        for (const auto& [name, camera] : vehicle.cameras) {
            if (needs_session(vehicle, camera, now)) {
                out.push_back({vid, name});
            }
        }
    }
    return out;
}

std::vector<CameraKey> SessionPlan::cameras() const {
    std::vector<CameraKey> out;
    for (const auto& [vid, vehicle] : vehicles_) {
        for (const auto& [name, camera] : vehicle.cameras) {
            out.push_back({vid, name});
        }
    }
    return out;
}

void SessionPlan::made(const CameraKey& key, Ticks now) {
    Camera* camera = find(key);
    EMS_ASSERT(camera != nullptr);
    const Vehicle& vehicle = vehicles_.at(key.vid);
    const bool again = camera->has_session && camera->session_birth == vehicle.birth_counter &&
                       now - std::max(camera->made_at, camera->last_packet) > camera->patience;
    if (again) {
        camera->patience = std::min(camera->patience * 2, limits_.retry_most);
    }
    camera->has_session = true;
    camera->session_birth = vehicle.birth_counter;
    camera->made_at = now;
    camera->packets_before = camera->packets;
}

} // namespace ems::media
