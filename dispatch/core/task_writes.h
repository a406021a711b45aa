// What the decisions share: the rows and stamps that one assignment's part of a decision writes. Pure; for dispatch/core.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/core/decide.h"
#include "dispatch/core/request_text.h"

namespace ems::dispatch {

inline constexpr std::uint32_t kUnitsWantedMax = 20;

inline constexpr std::initializer_list<StampEvent> kTaskStamps = {
    StampEvent::crew_ack,   StampEvent::wheels,      StampEvent::at_scene, StampEvent::at_patient,
    StampEvent::left_scene, StampEvent::at_hospital, StampEvent::handover, StampEvent::left_hospital};
inline constexpr std::initializer_list<StampEvent> kReturnStamps = {StampEvent::available,
                                                                    StampEvent::at_station};

void audit(WriteSet& out, std::string_view action, IncidentId incident, std::string detail);
// `entered_us` of another state than the row's: when a dispatcher entered it; 0: nobody did.
void set_unit(WriteSet& out, UnitRow row, UnitState state, StampSource source, std::int64_t entered_us = 0);
// The one change of this incident within the write set: a row is written once, however much of it changes.
SetIncident& change_of(WriteSet& out, const IncidentRow& row);
// The posting has ended: of words that are not on its vehicle yet nobody needs to hear, and what is queued behind them waits.
void withdraw_words(const World& world, const PostingRow& posting, std::string_view note, WriteSet& out);
// Nobody has to be asked any more whether the unit is where it was posted; `said`: somebody has said that it is.
void settle_arrival(const World& world, PostingId posting, ProposalOutcome said, WriteSet& out);
// Ends what the unit was posted to, if anything, and withdraws its words.
void end_posting(const World& world, UnitId unit, PostingState state, std::string_view reason, WriteSet& out);

// The latest stamp that belongs to the call. Two servers' clocks differ: after one took over from the
// other, "now" may lie before what was stamped already.
std::int64_t last_of_call_us(const IncidentRow& incident);

// What was suggested of the unit's state has no meaning any more; `said` is what was said instead, and confirms what suggested it.
// Where it was posted is another matter.
void drop_proposals(const World& world, UnitId unit, std::optional<UnitState> said, WriteSet& out);

// One assignment's part of a decision: collects operations and keeps stamps in rising order. The unit's assignment and
// its incident are in the world.
class TaskWrites {
  public:
    TaskWrites(const World& world, const UnitRow& unit, AssignmentId assignment, WriteSet& out);

    [[nodiscard]] const AssignmentRow& assignment() const { return assignment_; }
    [[nodiscard]] const IncidentRow& incident() const { return incident_; }

    // Times of one task never fall along its stages: a device that is behind is raised to the stage before, and what is
    // told late (an answer that a button overtook) is not put behind the stage after it.
    void stamp(StampEvent event, const When& when, StampSource source);
    void not_applicable(StampEvent event, std::string_view reason, const When& when);
    void not_applicable(std::initializer_list<StampEvent> events, std::string_view reason, const When& when);

    void set_assignment(AssignmentState state, std::string_view reason, std::string_view note = {});
    // No other unit is on the incident.
    [[nodiscard]] bool alone() const;
    // After an end without service the incident waits again, unless another unit is on it.
    void reopen_if_alone();
    // The incident ends with its last task, unless it demands more units than have served it.
    void close_if_last(std::string_view outcome);
    void stop_order(std::string_view note);
    void drop_proposals(std::optional<UnitState> said) { dispatch::drop_proposals(world_, unit_.id, said, out_); }

  private:
    [[nodiscard]] bool has(StampEvent event) const;
    void add(StampRow row);
    [[nodiscard]] std::int64_t fitting_us(StampEvent event, std::int64_t at_us) const;

    const World& world_;
    const UnitRow& unit_;
    const AssignmentRow& assignment_;
    const IncidentRow& incident_;
    WriteSet& out_;
    std::vector<StampRow> added_;
};

// The unit without its task, of `incident`; `keep_stamping` may still get its last stamps. Whose crew met an infectious patient
// is not clean, however the task ended.
UnitRow off_task(UnitRow row, const IncidentRow& incident, AssignmentId keep_stamping);
UnitState release_target(UnitState from);

struct Unserved {
    AssignmentState state{AssignmentState::cancelled};
    std::string_view reason;       // a code of api.proto, Assignment.end_reason
    std::string_view note;
    When when;
    StampSource source{StampSource::dispatcher};
    std::optional<UnitState> said{};   // the report that ends it
};
// Takes the task away without service; the incident is left as it is.
void end_unserved(TaskWrites& task, const Unserved& end);

// Sends a free unit to the incident: the row of the assignment, of the unit, of the incident, the stamp. The unit's row
// is `unit`, already off its former task.
void put_on(const IncidentRow& incident, UnitRow unit, const AssignRequest& request, WriteSet& out);
// The same of a unit that is free, with the end of what it was about.
void take_for_call(const World& world, const UnitRow& unit, const AssignRequest& request, WriteSet& out);
// Errors: no_such_incident, no_such_unit, incident_closed, text_too_long, unit_already_assigned, unit_not_available.
Result<void> check_sendable(const World& world, const AssignRequest& request);
// Errors: incident_has_its_units, unless one more is asked for.
Result<void> check_demand(const World& world, const AssignRequest& request);
void raise_demand(const World& world, const AssignRequest& request, WriteSet& out);

Result<void> check_incident(const IncidentRow& row);
bool on_the_map(PlaceE7 place);
Result<void> check_place(PlaceE7 place);

} // namespace ems::dispatch
