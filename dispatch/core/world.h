// What dispatch knows: rows of units, incidents, assignments and commands, as the database last answered. A value; the
// leader holds one, consoles get it as a snapshot, tests and the simulation build their own. Times are microseconds of
// UTC by the server's clock unless named device.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dispatch/core/states.h"
#include "telemetry/base/ids.h"

namespace ems::dispatch {

struct PlaceE7 {
    std::int32_t lat_e7{0};
    std::int32_t lon_e7{0};
    auto operator<=>(const PlaceE7&) const = default;
};

struct StampRow {
    StampEvent event{StampEvent::ring_start};
    std::int64_t at_us{0};        // 0 when not_applicable says why there is none
    std::int64_t device_us{0};    // 0: no device
    std::int64_t received_us{0};
    StampSource source{StampSource::system};
    UnitId unit;
    AssignmentId assignment;      // not set for stamps of the call
    std::string not_applicable;
};

struct UnitRow {
    UnitId id;
    UnitState state{UnitState::available};
    std::int64_t since_us{0};
    IncidentId incident;                // set exactly while on task
    AssignmentId assignment;
    AssignmentId stamp_assignment;      // ended, its last stamps may still come
    HospitalId hospital;
    std::uint64_t version{0};
};

struct AssignmentRow {
    AssignmentId id;
    IncidentId incident;
    UnitId unit;
    AssignmentState state{AssignmentState::ordered};
    std::int64_t created_us{0};
    std::string command_state;          // of its order; empty: a unit known only by voice
    std::int64_t predicted_scene_us{0};
    std::int64_t predicted_at_us{0};
    std::string end_reason;
    std::uint64_t version{0};
};

struct IncidentRow {
    IncidentId id;
    std::string number;
    std::uint32_t level{0};
    std::string complaint;
    std::string address;
    PlaceE7 place;
    std::string place_source;
    std::string sex;
    std::uint32_t age_years{0};
    std::string phone_masked;
    IncidentState state{IncidentState::open};
    std::int64_t created_us{0};
    std::uint64_t version{0};
    std::vector<StampRow> stamps;

    // Null when neither a time nor a reason is known.
    [[nodiscard]] const StampRow* stamp(StampEvent event, AssignmentId assignment) const;
};

struct CommandRow {
    std::string id;
    UnitId unit;
    std::string vid;
    AssignmentId assignment;
    std::string kind;                   // dispatch, cancel, destination, text
    std::string state;                  // queued, sent, stored, accepted, refused, expired, superseded
    std::uint64_t unit_seq{0};
    std::int64_t issued_us{0};
    std::int64_t expires_us{0};
    std::uint32_t attempts{0};
    std::string body;                   // CommandBody without term and unit_seq; only while queued or sent
};

struct World {
    std::map<UnitId, UnitRow> units;
    std::map<IncidentId, IncidentRow> incidents;
    std::map<AssignmentId, AssignmentRow> assignments;
    std::map<std::string, CommandRow> commands;

    [[nodiscard]] const UnitRow* unit(UnitId id) const;
    [[nodiscard]] const IncidentRow* incident(IncidentId id) const;
    [[nodiscard]] const AssignmentRow* assignment(AssignmentId id) const;
    // Assignments of the incident that have not ended, without `except`.
    [[nodiscard]] std::size_t live_assignments(IncidentId id, AssignmentId except = {}) const;
    [[nodiscard]] bool any_done(IncidentId id) const;
};

// Rows that changed, each as it now is.
struct Rows {
    std::vector<UnitRow> units;
    std::vector<IncidentRow> incidents;
    std::vector<AssignmentRow> assignments;
    std::vector<CommandRow> commands;
};
// An older version never replaces a newer one.
void merge(World& world, const Rows& rows);
// Forgets incidents that ended before `ended_before_us` (by creation) beyond the newest `keep`, with what belongs to them.
void forget_old(World& world, std::int64_t created_before_us, std::size_t keep);

} // namespace ems::dispatch
