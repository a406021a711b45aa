// What the server knows of each vehicle's link and of its newest position and vitals. Presence is
// derived from packets received (5 s without one: lost; 60 s: offline) and from the will, never
// from the will alone: a will of an old connection must not mark a vehicle dead that has come back.
// Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/base/clock.h"
#include "telemetry/ingest/record.h"

namespace ems::wire {
class Birth;
class Heartbeat;
class LinkState;
} // namespace ems::wire

namespace ems::ingest {

enum class Link { up, lost, offline };
std::string_view name_of(Link link);

struct Moment {
    Ticks ticks;
    ServerTime utc;
};

struct LatestPosition {
    DeviceTime t;
    ServerTime received;
    PositionRow row;
    Known known{Known::by_mark}; // by_key: a terminal's
};
struct LatestVitals {
    DeviceTime t;
    ServerTime received;
    VitalsRow row;
};

// By what a vehicle is heard: its own heartbeats over the broker, or only the reports of a terminal,
// which come every ten seconds to minutes.
enum class Way { broker, terminal };
std::string_view name_of(Way way);

struct VehicleState {
    Link link{Link::up};
    Way way{Way::broker};
    Moment last_heard{};
    std::optional<ServerTime> last_heartbeat;
    std::uint64_t birth_counter{0};
    std::uint64_t spool{0}; // 0: not told yet
    std::string software;
    std::string device_health;
    std::optional<std::int64_t> clock_offset_ms;
    std::array<std::uint64_t, kStreams.size()> made{}; // records allocated, by stream
    std::uint64_t video_frames_sent{0};
    std::uint64_t repeated{0};
    std::uint64_t rejected{0};
    std::optional<LatestPosition> position;
    std::optional<LatestVitals> vitals;
    std::uint32_t leaps{0}; // implausible live positions in a row
};

class Fleet {
  public:
    // The vehicle's state, made when it is new; null when kVehiclesMax are known already. Any
    // packet counts as heard.
    VehicleState* heard(const VehicleId& vid, Moment now);
    // The same for what came by a terminal. It leaves the link of a vehicle alone that has been heard
    // over the broker.
    VehicleState* heard_by_terminal(const VehicleId& vid, Moment now);
    [[nodiscard]] const VehicleState* find(const VehicleId& vid) const;

    void on_birth(VehicleState& vehicle, const wire::Birth& birth) const;
    // No sign of life: an OFFLINE is the broker speaking for a vehicle that is gone.
    void on_link_state(const VehicleId& vid, const wire::LinkState& state);
    void on_heartbeat(VehicleState& vehicle, const wire::Heartbeat& heartbeat, Moment now) const;
    // Takes the newest believable position; marks the row implausible when it leaps further than an
    // ambulance can drive.
    void on_position(VehicleState& vehicle, Record& record, double time_scale) const;
    void on_vitals(VehicleState& vehicle, const Record& record) const;

    // Ages the links. To be called about every second.
    void age(Ticks now);
    [[nodiscard]] const std::map<VehicleId, VehicleState>& vehicles() const { return vehicles_; }

  private:
    VehicleState* known_or_new(const VehicleId& vid, Way way);

    std::map<VehicleId, VehicleState> vehicles_;
};

} // namespace ems::ingest
