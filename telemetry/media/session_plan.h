// When a vehicle that says it has a camera is given a new session: at each birth, when the one it
// has nears its end, and when nothing comes of it although the vehicle is heard. A session is never
// offered twice, since a vehicle that restarted in between would count packets twice under one key.
// Values only; time is handed in. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"

namespace ems::media {

struct SessionPlanLimits {
    std::size_t vehicles_max{256};
    std::chrono::seconds lifetime{1800};
    std::chrono::seconds renew_before{60};
    std::chrono::milliseconds heard_within{5000}; // else the vehicle is not there to take one
    std::chrono::milliseconds media_within{5000}; // else the session is held to be without effect
    std::chrono::milliseconds retry_most{
        60'000}; // such sessions follow at 5, 10, 20, 40, 60, 60 ... seconds
};

// As the last heartbeat said; a birth does not tell.
enum class HasCamera { unknown, no, yes };

class SessionPlan {
  public:
    explicit SessionPlan(SessionPlanLimits limits) : limits_(limits) {}

    // A birth or heartbeat came. False when there is no room for another vehicle.
    bool heard(const std::string& vid, std::uint64_t birth_counter, HasCamera camera, Ticks now);
    // When a packet of the vehicle's camera was last authenticated.
    void media_at(const std::string& vid, Ticks last_packet);
    // Vehicles that need a session now; call made() for each that was sent one.
    [[nodiscard]] std::vector<std::string> due(Ticks now) const;
    void made(const std::string& vid, Ticks now);
    [[nodiscard]] std::size_t vehicles() const { return vehicles_.size(); }

  private:
    struct Vehicle {
        bool has_camera{false};
        std::uint64_t birth_counter{0};
        Ticks heard_at{};
        bool has_session{false};
        std::uint64_t session_birth{0};
        Ticks made_at{};
        Ticks last_packet{};
        std::chrono::milliseconds patience{0};
    };
    [[nodiscard]] bool needs_session(const Vehicle& vehicle, Ticks now) const;

    const SessionPlanLimits limits_;
    std::map<std::string, Vehicle> vehicles_;
};

} // namespace ems::media
