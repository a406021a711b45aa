// When a camera that a vehicle says it has is given a new session: at each birth of the vehicle,
// when the session nears its end by time or by packets, and when nothing comes of it although the
// vehicle is heard. A session is never offered twice, since a vehicle that restarted in between
// would count packets twice under one key. Values only; time is handed in. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/media/hub.h"

namespace ems::media {

struct SessionPlanLimits {
    std::size_t vehicles_max{256};
    std::size_t cameras_per_vehicle_max{3};
    // The key of RFC 7714 lasts 2^48 packets; section 3 of the video reference asks for 30 minutes
    // or 2^31 packets, whichever comes first.
    std::chrono::seconds lifetime{1800};
    std::uint64_t packets_max{std::uint64_t{1} << 31};
    std::chrono::seconds renew_before{60};
    std::chrono::milliseconds heard_within{5000}; // else the vehicle is not there to take one
    std::chrono::milliseconds media_within{5000}; // else the session is held to be without effect
    std::chrono::milliseconds retry_most{
        60'000}; // such sessions follow at 5, 10, 20, 40, 60, 60 ... seconds
};

class SessionPlan {
  public:
    // Names of a vehicle's cameras as its last heartbeat said; nullopt for a birth, which does not
    // tell.
    using Cameras = std::optional<std::vector<std::string>>;

    explicit SessionPlan(SessionPlanLimits limits) : limits_(limits) {}

    // A birth or heartbeat came. False when there is no room for another vehicle. Cameras beyond
    // the limit are not served.
    bool heard(const std::string& vid, std::uint64_t birth_counter, const Cameras& cameras,
               Ticks now);
    // Vehicles that are of the registry no more: forgotten with their cameras.
    void keep_only(const std::set<std::string>& vids);
    // What its vehicle says it has.
    [[nodiscard]] bool has(const CameraKey& camera) const;
    // When a packet of the camera was last authenticated, and how many were since its first
    // session.
    void media_at(const CameraKey& camera, Ticks last_packet, std::uint64_t packets);
    // Cameras that need a session now; call made() for each that was sent one.
    [[nodiscard]] std::vector<CameraKey> due(Ticks now) const;
    void made(const CameraKey& camera, Ticks now);
    [[nodiscard]] std::size_t vehicles() const { return vehicles_.size(); }
    // All that vehicles said they have.
    [[nodiscard]] std::vector<CameraKey> cameras() const;

  private:
    struct Camera {
        bool has_session{false};
        std::uint64_t session_birth{0};
        Ticks made_at{};
        Ticks last_packet{};
        std::uint64_t packets{0};
        std::uint64_t packets_before{0}; // when the session was made
        std::chrono::milliseconds patience{0};
    };
    struct Vehicle {
        std::uint64_t birth_counter{0};
        Ticks heard_at{};
        std::map<std::string, Camera> cameras;
    };
    [[nodiscard]] bool needs_session(const Vehicle& vehicle, const Camera& camera, Ticks now) const;
    Camera* find(const CameraKey& camera);

    const SessionPlanLimits limits_;
    std::map<std::string, Vehicle> vehicles_;
};

} // namespace ems::media
