// What one decision writes: operations applied all or none, under the leader's term (dispatch.apply, migration 0020).
// Values only, so that a model of the store can apply them as the database does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dispatch/core/world.h"

namespace ems::dispatch {

// Marks an event of the inbox as dealt with. Refused when it already was.
struct ConsumeEvent {
    std::int64_t inbox_id{0};
    std::string outcome;
};
// Stores the answer to a request, so that a repeat gets the same. Refused when the key was used.
struct StoreKey {
    std::string user;
    std::string key;
    std::string request_hash;
    std::string response;
};
struct OpenIncident {
    CallId call;
    IncidentRow incident;         // id, number and what the caller told
    std::string region;
    std::string day;              // "2026-03-18", civil day of the region
    std::int64_t ring_us{0};
    std::int64_t answered_us{0};
    std::string name_sealed;
    std::string phone_sealed;
    std::string phone_index;
};
// Who the caller and the patient are, told anew and sealed as in OpenIncident.
struct IdentityChange {
    std::optional<std::string> name_sealed{};    // nothing: it stays
    std::optional<std::string> phone_sealed{};   // nothing: it stays, its index too
    std::string phone_index{};                   // of phone_sealed; empty: the number is not known
};
// The Set operations carry the whole new row and the version that was read; another version in the store refuses all.
struct SetIncident {
    IncidentRow row;
    std::string outcome;
    IdentityChange identity{};
};
struct SetAssignment {
    AssignmentRow row;
};
struct SetUnit {
    UnitRow row;
    StampSource source{StampSource::system};
};
struct StoreRecommendation {
    std::int64_t id{0};
    IncidentId incident;
    std::string shown;            // serialized ems.api.Recommendation
};
struct NewAssignment {
    AssignmentRow row;
    std::int64_t recommendation{0};
    std::string override_reason;
};
struct QueueCommand {
    CommandRow row;
};
struct SetCommand {
    std::string id;
    AssignmentId assignment;
    std::string state;
    std::uint32_t attempts{0};
    std::string note;
};
struct AddStamp {
    IncidentId incident;
    StampRow row;                 // a stamp that is already there stays
};
// Stands beside the stamp it corrects and is read in its place. Refused when there is none.
struct CorrectStamp {
    IncidentId incident;
    StampRow row;
};
struct NewPosting {
    PostingRow row;
};
struct SetPosting {
    PostingRow row;
};
// One that is open already for the unit and state stays.
struct NewProposal {
    ProposalRow row;
};
// Refused when it is not open any more.
struct SetProposal {
    ProposalId id;
    ProposalOutcome outcome{ProposalOutcome::dismissed};
};
// What a vehicle has seen beyond what is known here: the leader's term is raised to it, or the vehicle's number, and then its open
// commands are numbered anew. A leader whose term is raised has passed. Refused when it lies more than a million ahead, or when the
// vehicle was believed within the last ten minutes (migration 0075).
struct LearnNumbers {
    std::string vid;
    std::uint64_t term{0};        // 0: none beyond ours; so is the number
    std::uint64_t unit_seq{0};
};
struct AddAudit {
    std::string action;
    IncidentId incident;
    std::string detail;           // never patient identity
};

using Operation = std::variant<ConsumeEvent, StoreKey, OpenIncident, SetIncident, SetAssignment, SetUnit,
                               StoreRecommendation, NewAssignment, QueueCommand, SetCommand, AddStamp,
                               AddAudit, CorrectStamp, NewPosting, SetPosting, NewProposal, SetProposal,
                               LearnNumbers>;

struct WriteSet {
    std::string actor;
    std::vector<Operation> operations;
};

} // namespace ems::dispatch
