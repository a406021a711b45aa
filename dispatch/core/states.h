// The states of units, assignments and incidents, and which change is legal, as data. The database holds the same
// transitions (dispatch.legal, migration 0020) and refuses the rest on its own; a test compares the two, another prints
// them into dispatch/README.md. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ems::dispatch {

// The numbers of ems.wire.UnitState and of dispatch.unit_state.state.
enum class UnitState : std::uint8_t {
    available = 1,
    assigned = 2,
    acknowledged = 3,
    en_route = 4,
    at_scene = 5,
    at_patient = 6,
    transporting = 7,
    at_hospital = 8,
    handover = 9,
    clearing = 10,
    returning = 11,
    out_of_service = 12,
};

enum class AssignmentState : std::uint8_t { ordered, delivered, accepted, refused, done, cancelled, timed_out };
enum class IncidentState : std::uint8_t { open, assigned, closed, cancelled };

// The fifteen time stamps of an incident, in the order in which they happen. The first three belong to the call, the
// others to an assignment.
enum class StampEvent : std::uint8_t {
    ring_start,
    answered,
    case_opened,
    unit_assigned,
    crew_ack,
    wheels,
    at_scene,
    at_patient,
    left_scene,
    at_hospital,
    handover,
    left_hospital,
    available,
    at_station,
    cancelled,
};
inline constexpr std::size_t kStampEvents = 15;

enum class StampSource : std::uint8_t { crew_button, geofence, dispatcher, device, system, caller_line };

// A unit that is not on task is sent to wait elsewhere, to another station, or home. It may be sent to a call all the time.
enum class PostingKind : std::uint8_t { standby, relocation, go_home };
enum class PostingState : std::uint8_t { ordered, delivered, arrived, done, refused, cancelled };

// A state that a fence suggests; nobody has said it yet.
enum class ProposalOutcome : std::uint8_t { open, confirmed, dismissed, superseded };

// What a centre of a neighbour region was asked and said of sending a unit.
enum class NeighbourSaid : std::uint8_t { asked, agreed, refused };

// A transfer is planned: it waits for its time behind the emergencies.
enum class IncidentKind : std::uint8_t { emergency, transfer };

// Why a unit's state changes: an order sends it, a report of crew or dispatcher moves it, a release (refusal,
// cancellation) takes its task away, a diversion gives it a more urgent one.
enum class Cause : std::uint8_t { order, report, release, both, divert };

struct UnitStateRow {
    UnitState state;
    std::string_view name;
    std::string_view chinese;
    bool dispatchable;    // a new order may be sent
    bool on_task;         // belongs to a live assignment
    bool rolling;         // the crew sits in the vehicle: no turnout
    bool divertible;      // on task, yet not with a patient: may be taken for a more urgent call
    std::optional<StampEvent> stamp;  // set on entering
};
struct UnitTransition {
    UnitState from;
    UnitState to;
    Cause cause;
};
struct AssignmentTransition {
    AssignmentState from;
    AssignmentState to;
};
struct IncidentTransition {
    IncidentState from;
    IncidentState to;
};
struct PostingTransition {
    PostingState from;
    PostingState to;
};

std::span<const UnitStateRow> unit_states();
std::span<const UnitTransition> unit_transitions();
std::span<const AssignmentTransition> assignment_transitions();
std::span<const IncidentTransition> incident_transitions();
std::span<const PostingTransition> posting_transitions();

const UnitStateRow& traits(UnitState state);
// nullopt for a number that is no state.
std::optional<UnitState> unit_state_of(int number);

// `cause` is order, report, release or divert; a transition marked both answers to report and release.
bool legal(UnitState from, UnitState to, Cause cause);
bool legal(AssignmentState from, AssignmentState to);
bool legal(IncidentState from, IncidentState to);
bool legal(PostingState from, PostingState to);
bool ended(AssignmentState state);
bool ended(IncidentState state);
bool ended(PostingState state);

std::string_view name(UnitState state);
std::string_view name(AssignmentState state);
std::string_view name(IncidentState state);
std::string_view name(StampEvent event);
std::string_view name(StampSource source);
std::string_view name(IncidentKind kind);
std::string_view name(PostingKind kind);
std::string_view name(PostingState state);
std::string_view name(ProposalOutcome outcome);
std::string_view name(NeighbourSaid said);
std::optional<AssignmentState> assignment_state_of(std::string_view name);
std::optional<IncidentState> incident_state_of(std::string_view name);
std::optional<StampEvent> stamp_event_of(std::string_view name);
std::optional<StampSource> stamp_source_of(std::string_view name);
std::optional<IncidentKind> incident_kind_of(std::string_view name);
std::optional<PostingKind> posting_kind_of(std::string_view name);
std::optional<PostingState> posting_state_of(std::string_view name);
std::optional<ProposalOutcome> proposal_outcome_of(std::string_view name);
std::optional<NeighbourSaid> neighbour_said_of(std::string_view text);

} // namespace ems::dispatch
