// What the server knows of each vehicle's link and of its newest position and vitals. Presence is
// derived from packets received (4 s without one: lost; 60 s: offline) and from the will, never
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
#include "telemetry/base/clock_offset.h"
#include "telemetry/ingest/record.h"

namespace ems::wire {
class Birth;
class Heartbeat;
class LinkState;
} // namespace ems::wire

namespace ems::ingest {

enum class Link { up, lost, offline };
// How far a vehicle's clock can be trusted: by its live messages within the last five minutes, and by
// what it says of itself. Told to people, never applied to a stored time.
enum class ClockState { unknown, good, skewed, never_set };
std::string_view name_of(ClockState state);
std::string_view name_of(Link link);

struct Moment {
    Ticks ticks;
    ServerTime utc;
};

// Where a record stands among those of its vehicle. Within a spool its number decides, so that a
// clock that was set back stops nothing; between two the device's clock, or, for what the vehicle
// sends live, kClockSetBack without anything newer.
struct LatestPlace {
    DeviceTime t;
    ServerTime received;
    std::uint64_t spool{0};
    std::uint64_t seq{0};
    Lane lane{Lane::live};
    Known known{Known::by_mark}; // by_key: a terminal's
};
struct LatestPosition {
    LatestPlace at;
    PositionRow row;
};
struct LatestVitals {
    LatestPlace at;
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
    ClockOffset clock_offset; // server's minus device's clock
    std::int64_t device_us{0}; // of the last heartbeat
    bool clock_never_set{false}; // of the last live record
    std::array<std::uint64_t, kStreams.size()> made{}; // records allocated, by stream
    std::uint64_t video_frames_sent{0};
    std::uint64_t repeated{0};
    std::uint64_t rejected{0};
    std::uint64_t limited{0}; // messages refused by its rate limit
    std::optional<ServerTime> flooding_since;
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
    [[nodiscard]] VehicleState* known(const VehicleId& vid);

    void on_birth(VehicleState& vehicle, const wire::Birth& birth) const;
    // What a live record says of its vehicle's clock.
    static void on_clock(VehicleState& vehicle, const Record& record);
    [[nodiscard]] static ClockState clock_of(const VehicleState& vehicle);
    // No sign of life: an OFFLINE is the broker speaking for a vehicle that is gone.
    // True when the link is lost by it.
    bool on_link_state(const VehicleId& vid, const wire::LinkState& state);
    void on_heartbeat(VehicleState& vehicle, const wire::Heartbeat& heartbeat, Moment now) const;
    // Takes the newest believable position; marks the row implausible when it leaps further than an
    // ambulance can drive.
    void on_position(VehicleState& vehicle, Record& record, double time_scale) const;
    void on_vitals(VehicleState& vehicle, const Record& record) const;

    // Ages the links; true when one changed. To be called every kAgeEvery.
    bool age(Ticks now);
    [[nodiscard]] const std::map<VehicleId, VehicleState>& vehicles() const { return vehicles_; }

  private:
    VehicleState* known_or_new(const VehicleId& vid, Way way);

    std::map<VehicleId, VehicleState> vehicles_;
};

} // namespace ems::ingest
