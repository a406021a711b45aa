#include "dispatch/core/states.h"

#include <algorithm>
#include <cstddef>

#include "telemetry/base/assert.h"

namespace ems::dispatch {
namespace {

using U = UnitState;
using A = AssignmentState;
using I = IncidentState;
using P = PostingState;

constexpr std::array<UnitStateRow, 12> kUnitStates{{
    // state, name, Chinese, dispatchable, on task, rolling, divertible, stamp
    {U::available, "available", "待命", true, false, false, false, StampEvent::available},
    {U::assigned, "assigned", "派车", false, true, false, true, StampEvent::unit_assigned},
    {U::acknowledged, "acknowledged", "接令", false, true, false, true, StampEvent::crew_ack},
    {U::en_route, "en_route", "出车", false, true, true, true, StampEvent::wheels},
    {U::at_scene, "at_scene", "到达现场", false, true, false, false, StampEvent::at_scene},
    {U::at_patient, "at_patient", "接触患者", false, true, false, false, StampEvent::at_patient},
    {U::transporting, "transporting", "离开现场", false, true, true, false, StampEvent::left_scene},
    {U::at_hospital, "at_hospital", "到达医院", false, true, false, false, StampEvent::at_hospital},
    {U::handover, "handover", "交接", false, true, false, false, StampEvent::handover},
    {U::clearing, "clearing", "离院", true, false, true, false, StampEvent::left_hospital},
    {U::returning, "returning", "返站", true, false, true, false, StampEvent::available},
    {U::out_of_service, "out_of_service", "停用", false, false, false, false, std::nullopt},
}};

constexpr std::array<UnitTransition, 47> kUnitTransitions{{
    {U::available, U::assigned, Cause::order},
    {U::available, U::out_of_service, Cause::report},
    {U::assigned, U::available, Cause::release},
    {U::assigned, U::acknowledged, Cause::report},
    {U::assigned, U::en_route, Cause::report},
    {U::assigned, U::at_scene, Cause::report},
    {U::assigned, U::out_of_service, Cause::report},
    {U::acknowledged, U::available, Cause::release},
    {U::acknowledged, U::assigned, Cause::divert},
    {U::acknowledged, U::en_route, Cause::report},
    {U::acknowledged, U::at_scene, Cause::report},
    {U::acknowledged, U::out_of_service, Cause::report},
    {U::en_route, U::assigned, Cause::divert},
    {U::en_route, U::at_scene, Cause::report},
    {U::en_route, U::at_patient, Cause::report},
    {U::en_route, U::returning, Cause::release},
    {U::en_route, U::out_of_service, Cause::report},
    {U::at_scene, U::available, Cause::report},
    {U::at_scene, U::at_patient, Cause::report},
    {U::at_scene, U::transporting, Cause::report},
    {U::at_scene, U::clearing, Cause::report},
    {U::at_scene, U::returning, Cause::both},
    {U::at_scene, U::out_of_service, Cause::report},
    {U::at_patient, U::available, Cause::report},
    {U::at_patient, U::transporting, Cause::report},
    {U::at_patient, U::clearing, Cause::report},
    {U::at_patient, U::returning, Cause::both},
    {U::at_patient, U::out_of_service, Cause::report},
    {U::transporting, U::at_hospital, Cause::report},
    {U::transporting, U::handover, Cause::report},
    {U::transporting, U::out_of_service, Cause::report},
    {U::at_hospital, U::handover, Cause::report},
    {U::at_hospital, U::clearing, Cause::report},
    {U::at_hospital, U::out_of_service, Cause::report},
    {U::handover, U::available, Cause::report},
    {U::handover, U::clearing, Cause::report},
    {U::handover, U::returning, Cause::report},
    {U::handover, U::out_of_service, Cause::report},
    {U::clearing, U::available, Cause::report},
    {U::clearing, U::assigned, Cause::order},
    {U::clearing, U::returning, Cause::report},
    {U::clearing, U::out_of_service, Cause::report},
    {U::returning, U::available, Cause::report},
    {U::returning, U::assigned, Cause::order},
    {U::returning, U::out_of_service, Cause::report},
    {U::out_of_service, U::available, Cause::report},
    {U::out_of_service, U::returning, Cause::report},
}};

constexpr std::array<AssignmentTransition, 11> kAssignmentTransitions{{
    {A::ordered, A::delivered},
    {A::ordered, A::accepted},
    {A::ordered, A::refused},
    {A::ordered, A::cancelled},
    {A::ordered, A::timed_out},
    {A::delivered, A::accepted},
    {A::delivered, A::refused},
    {A::delivered, A::cancelled},
    {A::delivered, A::timed_out},   // never decided (time_out asks for ordered); the database has the pair since migration 0020
    {A::accepted, A::done},
    {A::accepted, A::cancelled},
}};

constexpr std::array<IncidentTransition, 5> kIncidentTransitions{{
    {I::open, I::assigned},
    {I::open, I::closed},
    {I::open, I::cancelled},
    {I::assigned, I::open},
    {I::assigned, I::closed},
}};

constexpr std::array<PostingTransition, 11> kPostingTransitions{{
    {P::ordered, P::delivered},
    {P::ordered, P::arrived},
    {P::ordered, P::done},
    {P::ordered, P::refused},
    {P::ordered, P::cancelled},
    {P::delivered, P::arrived},
    {P::delivered, P::done},
    {P::delivered, P::refused},
    {P::delivered, P::cancelled},
    {P::arrived, P::done},
    {P::arrived, P::cancelled},
}};

constexpr std::array<std::string_view, 7> kAssignmentNames{
    "ordered", "delivered", "accepted", "refused", "done", "cancelled", "timed_out"};
constexpr std::array<std::string_view, 4> kIncidentNames{"open", "assigned", "closed", "cancelled"};
constexpr std::array<std::string_view, kStampEvents> kStampNames{
    "ring_start", "answered",    "case_opened", "unit_assigned", "crew_ack",
    "wheels",     "at_scene",    "at_patient",  "left_scene",    "at_hospital",
    "handover",   "left_hospital", "available", "at_station",    "cancelled"};
constexpr std::array<std::string_view, 6> kSourceNames{"crew_button", "geofence", "dispatcher",
                                                       "device",      "system",   "caller_line"};

constexpr std::array<std::string_view, 2> kKindNames{"emergency", "transfer"};
constexpr std::array<std::string_view, 3> kPostingKindNames{"standby", "relocation", "go_home"};
constexpr std::array<std::string_view, 6> kPostingNames{"ordered", "delivered", "arrived",
                                                        "done",    "refused",   "cancelled"};
constexpr std::array<std::string_view, 4> kOutcomeNames{"open", "confirmed", "dismissed", "superseded"};
constexpr std::array<std::string_view, 3> kNeighbourNames{"asked", "agreed", "refused"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::span<const UnitStateRow> unit_states() { return kUnitStates; }
std::span<const UnitTransition> unit_transitions() { return kUnitTransitions; }
std::span<const AssignmentTransition> assignment_transitions() { return kAssignmentTransitions; }
std::span<const IncidentTransition> incident_transitions() { return kIncidentTransitions; }

std::span<const PostingTransition> posting_transitions() { return kPostingTransitions; }

const UnitStateRow& traits(UnitState state) {
    const auto index = static_cast<std::size_t>(state);
    EMS_ASSERT(index >= 1 && index <= kUnitStates.size());
    return kUnitStates[index - 1];
}

std::optional<UnitState> unit_state_of(int number) {
    if (number < 1 || number > static_cast<int>(kUnitStates.size())) {
        return std::nullopt;
    }
    return static_cast<UnitState>(number);
}

bool legal(UnitState from, UnitState to, Cause cause) {
    return std::any_of(kUnitTransitions.begin(), kUnitTransitions.end(), [&](const UnitTransition& t) {
        const bool either = cause == Cause::report || cause == Cause::release;
        const bool caused = t.cause == cause || (t.cause == Cause::both && either);
        return t.from == from && t.to == to && caused;
    });
}

bool legal(AssignmentState from, AssignmentState to) {
    return std::any_of(kAssignmentTransitions.begin(), kAssignmentTransitions.end(),
                       [&](const AssignmentTransition& t) { return t.from == from && t.to == to; });
}

bool legal(IncidentState from, IncidentState to) {
    return std::any_of(kIncidentTransitions.begin(), kIncidentTransitions.end(),
                       [&](const IncidentTransition& t) { return t.from == from && t.to == to; });
}

bool legal(PostingState from, PostingState to) {
    return std::any_of(kPostingTransitions.begin(), kPostingTransitions.end(),
                       [&](const PostingTransition& t) { return t.from == from && t.to == to; });
}

bool ended(AssignmentState state) {
    return state != A::ordered && state != A::delivered && state != A::accepted;
}
bool ended(IncidentState state) { return state == I::closed || state == I::cancelled; }

bool ended(PostingState state) { return state == P::done || state == P::refused || state == P::cancelled; }

std::string_view name(UnitState state) { return traits(state).name; }
std::string_view name(AssignmentState state) {
    return kAssignmentNames[static_cast<std::size_t>(state)];
}
std::string_view name(IncidentState state) { return kIncidentNames[static_cast<std::size_t>(state)]; }
std::string_view name(StampEvent event) { return kStampNames[static_cast<std::size_t>(event)]; }
std::string_view name(StampSource source) { return kSourceNames[static_cast<std::size_t>(source)]; }

std::string_view name(IncidentKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::string_view name(PostingKind kind) { return kPostingKindNames[static_cast<std::size_t>(kind)]; }
std::string_view name(PostingState state) { return kPostingNames[static_cast<std::size_t>(state)]; }
std::string_view name(ProposalOutcome outcome) { return kOutcomeNames[static_cast<std::size_t>(outcome)]; }
std::string_view name(NeighbourSaid said) { return kNeighbourNames[static_cast<std::size_t>(said)]; }

std::optional<AssignmentState> assignment_state_of(std::string_view text) {
    return find_name<AssignmentState>(kAssignmentNames, text);
}
std::optional<IncidentState> incident_state_of(std::string_view text) {
    return find_name<IncidentState>(kIncidentNames, text);
}
std::optional<StampEvent> stamp_event_of(std::string_view text) {
    return find_name<StampEvent>(kStampNames, text);
}
std::optional<StampSource> stamp_source_of(std::string_view text) {
    return find_name<StampSource>(kSourceNames, text);
}
std::optional<IncidentKind> incident_kind_of(std::string_view text) {
    return find_name<IncidentKind>(kKindNames, text);
}
std::optional<PostingKind> posting_kind_of(std::string_view text) {
    return find_name<PostingKind>(kPostingKindNames, text);
}
std::optional<PostingState> posting_state_of(std::string_view text) {
    return find_name<PostingState>(kPostingNames, text);
}
std::optional<ProposalOutcome> proposal_outcome_of(std::string_view text) {
    return find_name<ProposalOutcome>(kOutcomeNames, text);
}
std::optional<NeighbourSaid> neighbour_said_of(std::string_view text) {
    return find_name<NeighbourSaid>(kNeighbourNames, text);
}

} // namespace ems::dispatch
