// What follows from a request or an event: pure functions from the world to a write set, or an error that changes
// nothing. Each refusal that a person can act on has a number and texts of its own (telemetry/base/error_codes.inc, 610 to
// 699); what the sender saw is of the past: version_stale, task_changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/core/correction.h"
#include "dispatch/core/write_set.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

// Longest time by which a device's clock may precede the server's before its time is not believed.
inline constexpr std::int64_t kDeviceBehindMaxUs = 24LL * 3600 * 1'000'000;
inline constexpr std::int64_t kDeviceAheadMaxUs = 2'000'000;

// Of a broken unit with the patient on board: an older fix does not tell where they are.
inline constexpr std::int64_t kPatientPlaceAgeMaxUs = 60LL * 1'000'000;

struct When {
    std::int64_t received_us{0};      // server clock
    std::int64_t device_us{0};        // 0: no device
    bool device_clock_good{false};    // set by GNSS or NTP
    std::int64_t proposed_us{0};      // since when a fence saw it, by the server's clock; 0: reported, not proposed
    bool is_pressed{false};           // of what a fence saw and the crew's own button confirmed: device_us is the press
    // Of a proposal that was confirmed, since when it held; else the device's time when it can be believed, else the server's.
    [[nodiscard]] std::int64_t event_us() const;
    // When it was said: by a good clock of the device however long ago, which of a stamp would not be believed; else when it came.
    // A proposal is said when it is confirmed.
    [[nodiscard]] std::int64_t said_us() const;
};

struct StateRequest {
    UnitId unit;
    UnitState state{UnitState::available};
    // What the reporter acts for; not set: whatever is present. One of the past is no other while the unit has none, and
    // for out_of_service also beside a later one of the unit.
    AssignmentId assignment;
    StampSource source{StampSource::crew_button};
    When when;
    std::string actor;
    std::string note{};               // a dispatcher's words, kept in the audit
    std::optional<PlaceE7> place{};   // where the unit is, when that is known
    std::int64_t place_age_us{0};     // how much older than the state that place is
    std::optional<AssignmentId> seen_on{};  // the task on which a dispatcher's screen showed the unit; not set: not told
    std::optional<PlaceE7> told_place{};    // where the unit is by what is entered (place_told_by); kept with the state's time
};
// Errors: task_changed when it is on another than seen_on; version_stale of a report that would bring back a unit which a dispatcher
// has taken out of service since it was made. An empty write set means: already so. Of what a dispatcher enters or
// confirms the caller tells the vehicle (QueueCommand, a cancellation) of each assignment that ends with it: ended_tasks.
Result<WriteSet> decide_state(const World& world, const StateRequest& request);

// Where a unit is of which a dispatcher enters `to`: at its scene or its hospital, or where it leaves from. `hospital` is the place
// of UnitRow.hospital, where it has one. Nothing: the state does not say.
std::optional<PlaceE7> place_told_by(const World& world, const UnitRow& unit, UnitState to, std::optional<PlaceE7> hospital);

// The assignments that end with this write set.
std::vector<AssignmentId> ended_tasks(const WriteSet& writes);

// arrived: of a posting, its crew is there.
enum class Ack { stored, accepted, refused, expired, superseded, arrived };
struct AckReport {
    std::string command_id;
    Ack ack{Ack::stored};
    std::string note;
    When when;
    std::string actor;
};
Result<WriteSet> decide_ack(const World& world, const AckReport& report);

// A command was not held in time. When it is the order of an assignment that its vehicle never held, the assignment has timed
// out: the unit is free, and the incident waits again, which is told at once (short_of_units). The caller adds the cancellation
// to the vehicle for what has ended (ended_tasks): it may hold the order after all, and its word be under way. One command a
// write set: two units of one incident would each be taken for the one that stays. Empty: it is not open any more.
Result<WriteSet> decide_expiry(const World& world, const std::string& command_id, std::int64_t now_us);

// demanded: refused when the incident has all units it wants, so that two desks never send two units to one call by
// accident. additional: one more, and the incident wants one more (增派).
enum class AssignIntent : std::uint8_t { demanded, additional };
struct AssignRequest {
    IncidentId incident;
    UnitId unit;
    AssignmentId assignment;          // a fresh id
    std::int64_t recommendation{0};
    std::string override_reason;
    std::int64_t predicted_scene_us{0};
    std::int64_t now_us{0};
    std::string actor;
    AssignIntent intent{AssignIntent::demanded};
};
// The caller adds the order to the vehicle (QueueCommand).
Result<WriteSet> decide_assign(const World& world, const AssignRequest& request);

struct CancelRequest {
    AssignmentId assignment;
    std::string reason;
    std::int64_t now_us{0};
    std::string actor;
};
// The caller adds the cancellation to the vehicle (QueueCommand).
Result<WriteSet> decide_cancel(const World& world, const CancelRequest& request);

struct CloseRequest {
    IncidentId incident;
    std::string outcome;
    std::int64_t now_us{0};
    std::string actor;
    std::optional<std::uint64_t> version{};   // of the incident as its sender saw it; another is refused. Not set: not told
};
// Begins the outcome of an incident to which the centre of a neighbour region sent a unit; its name follows. It was served, and no
// stamp says that it was cancelled.
inline constexpr std::string_view kServedByNeighbour{"neighbour:"};
// One that nobody served is dropped with it: its sender says why, and which version was seen. Errors: no_such_incident,
// incident_closed, version_stale, unit_on_incident, reason_needed, text_too_long.
Result<WriteSet> decide_close(const World& world, const CloseRequest& request);

// A transfer may be entered late, and as far ahead as appointments are given.
inline constexpr std::int64_t kPlannedBehindMaxUs = 3600LL * 1'000'000;
inline constexpr std::int64_t kPlannedAheadMaxUs = 60LL * 24 * 3600 * 1'000'000;

struct CallRequest {
    OpenIncident open;
    bool ring_known{false};           // the line told when it rang
    std::int64_t now_us{0};
    std::string actor;
};
Result<WriteSet> decide_call(const CallRequest& request);

struct UpdateRequest {
    IncidentId incident;
    std::uint64_t version{0};
    std::uint32_t level{0};           // 0: unchanged
    std::string complaint;            // empty: unchanged
    std::string address;
    bool has_place{false};
    PlaceE7 place;
    std::string actor;
    std::uint32_t units_wanted{0};    // 0: unchanged
    std::optional<Need> need{};       // nothing: unchanged
    std::int64_t planned_us{0};       // of a transfer; 0: unchanged
    std::int64_t now_us{0};
    Correction correction{};          // of the caller and the patient
};
Result<WriteSet> decide_update(const World& world, const UpdateRequest& request);

struct DestinationRequest {
    AssignmentId assignment;
    HospitalId hospital;
    std::string actor;
};
// Errors: no_such_assignment, assignment_ended; illegal_transition once the unit is at its hospital: from there it is another transport.
Result<WriteSet> decide_destination(const World& world, const DestinationRequest& request);

} // namespace ems::dispatch
