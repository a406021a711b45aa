#include "telemetry/media/session_plan.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::media {

bool SessionPlan::heard(const std::string& vid, std::uint64_t birth_counter, HasCamera camera,
                        Ticks now) {
    auto found = vehicles_.find(vid);
    if (found == vehicles_.end()) {
        if (vehicles_.size() >= limits_.vehicles_max) {
            return false;
        }
        found = vehicles_.emplace(vid, Vehicle{}).first;
        found->second.patience = limits_.media_within;
    }
    Vehicle& vehicle = found->second;
    if (vehicle.birth_counter != birth_counter) {
        vehicle.birth_counter = birth_counter;
        vehicle.patience = limits_.media_within;
    }
    vehicle.heard_at = now;
    if (camera != HasCamera::unknown) {
        vehicle.has_camera = camera == HasCamera::yes;
    }
    return true;
}

void SessionPlan::media_at(const std::string& vid, Ticks last_packet) {
    const auto found = vehicles_.find(vid);
    if (found != vehicles_.end() && last_packet > found->second.last_packet) {
        found->second.last_packet = last_packet;
        if (last_packet > found->second.made_at) {
            found->second.patience = limits_.media_within;
        }
    }
}

bool SessionPlan::needs_session(const Vehicle& vehicle, Ticks now) const {
    if (!vehicle.has_camera || now - vehicle.heard_at > limits_.heard_within) {
        return false;
    }
    if (!vehicle.has_session || vehicle.session_birth != vehicle.birth_counter) {
        return true;
    }
    if (now - vehicle.made_at > limits_.lifetime - limits_.renew_before) {
        return true;
    }
    const Ticks alive_at = std::max(vehicle.made_at, vehicle.last_packet);
    return now - alive_at > vehicle.patience;
}

std::vector<std::string> SessionPlan::due(Ticks now) const {
    std::vector<std::string> out;
    for (const auto& [vid, vehicle] : vehicles_) {
        if (needs_session(vehicle, now)) {
            out.push_back(vid);
        }
    }
    return out;
}

void SessionPlan::made(const std::string& vid, Ticks now) {
    const auto found = vehicles_.find(vid);
    EMS_ASSERT(found != vehicles_.end());
    Vehicle& vehicle = found->second;
    const bool again = vehicle.has_session && vehicle.session_birth == vehicle.birth_counter &&
                       now - std::max(vehicle.made_at, vehicle.last_packet) > vehicle.patience;
    if (again) {
        vehicle.patience = std::min(vehicle.patience * 2, limits_.retry_most);
    }
    vehicle.has_session = true;
    vehicle.session_birth = vehicle.birth_counter;
    vehicle.made_at = now;
}

} // namespace ems::media
