// What dispatch knows: rows of units, incidents, assignments and commands, as the database last answered. A value; the
// leader holds one, consoles get it as a snapshot, tests and the simulation build their own. Times are microseconds of
// UTC by the server's clock unless named device.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/core/capability.h"
#include "dispatch/core/states.h"
#include "telemetry/base/ids.h"

namespace ems::dispatch {

using PostingId = NumberId<struct PostingTag>;
using ProposalId = NumberId<struct ProposalTag>;

inline constexpr std::uint32_t kMonthsOfYear = 12;
inline constexpr std::uint32_t kNotesMax = 500;   // of an incident
inline constexpr std::size_t kNeighbourWordsMax = 20;   // of an incident

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
    std::int64_t crew_until_us{0};      // end of the crew's shift; 0: not known
    std::uint32_t fuel_range_km{0};     // 0: not known
    bool contaminated{false};           // carried an infectious patient and was not cleaned since
    std::int64_t fuel_at_us{0};         // when fuel_range_km was so, by who said it; 0: not known
    std::optional<PlaceE7> told_place{};   // where it was, by the dispatcher's word: the only fix of a unit known by voice
    std::int64_t told_us{0};            // when it was there; 0 without a place
    std::int64_t entered_us{0};         // when a dispatcher entered its state; 0: nobody did, it was reported or follows
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
    std::string end_note{};             // the words that came with it, of crew or dispatcher
};

// What somebody at a desk wrote to an incident; never changed.
struct NoteRow {
    std::int64_t id{0};
    std::int64_t at_us{0};
    std::string who;                    // as screens call its writer
    std::string text;                   // 1 to 500 characters
    bool operator==(const NoteRow&) const = default;
};

// What was asked of a neighbour region's centre by telephone, or what it said; never changed.
struct NeighbourWord {
    std::int64_t at_us{0};
    std::string who;                    // as screens call who wrote it down
    std::string name;                   // of the neighbour
    NeighbourSaid said{NeighbourSaid::asked};
    std::string unit;                   // of one that agreed, in its own words
    std::string eta;                    // and when it will be there
    bool operator==(const NeighbourWord&) const = default;
};

// On which scale NEWS2 reads the saturation of an incident's patient, and who said so.
struct Spo2ScaleRow {
    std::uint32_t scale{1};             // 1 or 2
    std::int64_t at_us{0};
    std::string who;                    // as screens call who switched it
    std::uint64_t version{0};           // how often it was switched; 0: never
    bool operator==(const Spo2ScaleRow&) const = default;
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
    std::uint32_t age_years{0};                 // 0 without months: unknown
    std::optional<std::uint32_t> age_months{};  // where they are known; then age_years is their whole years
    std::string phone_masked;
    IncidentState state{IncidentState::open};
    std::int64_t created_us{0};
    std::uint64_t version{0};
    std::vector<StampRow> stamps;
    IncidentKind kind{IncidentKind::emergency};
    std::int64_t planned_us{0};         // of a transfer: when it is to be at the place
    HospitalId destination;             // of a transfer: where it goes
    std::uint32_t units_wanted{1};
    Need need;
    std::int64_t ended_us{0};           // 0: it has not ended
    std::string caller;                 // keyed hash of the caller's number, in hex; empty: the number is not known
    IncidentId same_as;                 // another of which this may be a second call, until somebody has said (merge.h)
    IncidentId merged_into;             // this was a second call of that one
    std::uint32_t notes{0};             // how many it has, at most kNotesMax
    NoteRow newest_note;                // id 0: there is none
    std::vector<NeighbourWord> neighbours;      // in the order in which they were said, at most kNeighbourWordsMax
    Spo2ScaleRow spo2_scale;

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

struct PostingRow {
    PostingId id;
    UnitId unit;
    PostingKind kind{PostingKind::standby};
    PostingState state{PostingState::ordered};
    StationId station;                  // not set: a place of its own
    PlaceE7 place;
    std::string name;
    std::string command;                // its order to the vehicle; empty: told by voice
    std::int64_t created_us{0};
    std::string end_reason;
    std::uint64_t version{0};
    std::int64_t ended_us{0};           // 0: it has not ended
};

// What a fence or a speed suggests. It becomes a stamp only when the crew or a dispatcher says so.
struct ProposalRow {
    ProposalId id;
    UnitId unit;
    AssignmentId assignment;            // not set: of a unit on its way home
    IncidentId incident;
    UnitState state{UnitState::at_scene};
    StampSource source{StampSource::geofence};
    std::int64_t at_us{0};              // since when it holds
    std::int64_t received_us{0};
    ProposalOutcome outcome{ProposalOutcome::open};
    PostingId posting{};                // set: its unit stands where this one sent it, and `state` says nothing
};

struct World {
    std::map<UnitId, UnitRow> units;
    std::map<IncidentId, IncidentRow> incidents;
    std::map<AssignmentId, AssignmentRow> assignments;
    std::map<std::string, CommandRow> commands;
    std::map<PostingId, PostingRow> postings;      // those that have not ended
    // Of each unit its last posting, if its crew refused it and has had nothing else to do since: the desks are told of it.
    std::map<UnitId, PostingRow> refused_postings;
    std::map<ProposalId, ProposalRow> proposals;   // open ones

    [[nodiscard]] const UnitRow* unit(UnitId id) const;
    [[nodiscard]] const IncidentRow* incident(IncidentId id) const;
    [[nodiscard]] const AssignmentRow* assignment(AssignmentId id) const;
    // Assignments of the incident that have not ended, without `except`.
    [[nodiscard]] std::size_t live_assignments(IncidentId id, AssignmentId except = {}) const;
    [[nodiscard]] bool any_done(IncidentId id) const;
    // How many more units the incident demands: those wanted without those on it and those that served it. 0 once it ended.
    [[nodiscard]] std::uint32_t units_short(IncidentId id) const;
    // The assignment and its incident are here: of tasks long ended only one of them may be.
    [[nodiscard]] bool knows_task(AssignmentId id) const;
    // The live one of the unit; null when there is none.
    [[nodiscard]] const PostingRow* posting_of(UnitId unit) const;
};

// Rows that changed, each as it now is.
struct Rows {
    std::vector<UnitRow> units;
    std::vector<IncidentRow> incidents;
    std::vector<AssignmentRow> assignments;
    std::vector<CommandRow> commands;
    std::vector<PostingRow> postings;
    std::vector<ProposalRow> proposals;
};
// An older version never replaces a newer one.
void merge(World& world, const Rows& rows);
// Forgets incidents that ended before `ended_before_us`, or beyond the `keep` that ended last, with what belongs to them; and
// commands of no task that are not open and expired before it. Nothing goes of which something is still to come: an open
// command (a crew has to hear of its cancellation however old the call is), a live assignment, last stamps, an open proposal.
void forget_old(World& world, std::int64_t ended_before_us, std::size_t keep);

} // namespace ems::dispatch
