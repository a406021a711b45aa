#include "tests/dispatch/sim/oracle.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "dispatch/core/outbox.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch::sim {
namespace {

constexpr std::int64_t kToldAfterUs = 5'000'000; // design: crew not reached at 5 s
constexpr std::int64_t kVoiceToldAfterUs = 10'000'000;
constexpr std::int64_t kNextUnitAfterUs = 30'000'000;
constexpr std::int64_t kStandbyWaitMostUs = 5'000'000;   // README: what no standby holds goes out after 5 s
constexpr std::int64_t kTurnSlackUs = 1'000'000;         // between two turns of the outbox

// Written out, not taken from the tables that are under test.
constexpr std::array<std::pair<int, int>, 48> kLegalUnit{{
    {2, 2},  {3, 2},  {4, 2}, // diverted
    {1, 2},  {1, 12}, {2, 1},   {2, 3},   {2, 4},  {2, 5},  {2, 12},  {3, 1},  {3, 4},
    {3, 5},  {3, 12}, {4, 5},   {4, 6},   {4, 11}, {4, 12}, {5, 1},   {5, 6},  {5, 7},
    {5, 10}, {5, 11}, {5, 12},  {6, 1},   {6, 7},  {6, 10}, {6, 11},  {6, 12}, {7, 8},
    {7, 9},  {7, 12}, {8, 9},   {8, 10},  {8, 12}, {9, 1},  {9, 10},  {9, 11}, {9, 12},
    {10, 1}, {10, 2}, {10, 11}, {10, 12}, {11, 1}, {11, 2}, {11, 12}, {12, 1}, {12, 11},
}};

} // namespace

void Oracle::committed(std::uint64_t term, const WriteSet& writes) {
    ++world_.outcome.commits;
    world_.note(term << 8U | writes.operations.size());
    check_terms(term, writes);
    check_tasks();
    check_history();
    check_stamps(writes);
    check_effects(writes);
    check_inbox(writes);
    check_commands(writes);
    check_answers(writes);
    check_postings(writes);
    follow_refusals(writes);
    check_proposals(writes);
    check_corrections(writes);
    check_breakdowns(writes);
    check_merges(writes);
    check_entries(writes);
}

// It may raise the term itself, to what a vehicle has seen.
void Oracle::check_terms(std::uint64_t term, const WriteSet& writes) {
    const bool raised =
        std::any_of(writes.operations.begin(), writes.operations.end(), [&](const Operation& o) {
            const auto* learned = std::get_if<LearnNumbers>(&o);
            return learned != nullptr && learned->term == database_.store.term();
        });
    if (term != database_.store.term() && !raised) {
        world_.violate(
            fmt::format("a write of term {} is taken in term {}", term, database_.store.term()));
    }
}

// Unit, assignment and incident say the same of each other.
void Oracle::check_tasks() {
    const StoreModel& store = database_.store;
    std::map<UnitId, AssignmentId> live;
    std::set<IncidentId> served;
    for (const auto& [id, row] : store.assignments()) {
        if (ended(row.state)) {
            continue;
        }
        served.insert(row.incident);
        if (!live.emplace(row.unit, id).second) {
            world_.violate(fmt::format("unit {} has two assignments", row.unit.value));
        }
    }
    for (const auto& [id, row] : store.units()) {
        const auto task = live.find(id);
        const AssignmentId own = task == live.end() ? AssignmentId{} : task->second;
        if (row.assignment != own || on_task(row.state) != own.is_set()) {
            world_.violate(fmt::format("unit {} is {} with assignment {}, live is {}", id.value,
                                       name(row.state), row.assignment.value, own.value));
        } else if (own.is_set() && store.assignments().at(own).incident != row.incident) {
            world_.violate(fmt::format("unit {} and its assignment name two incidents", id.value));
        }
    }
    for (const auto& [id, row] : store.incidents()) {
        if ((row.state == IncidentState::assigned) != served.contains(id)) {
            world_.violate(fmt::format("incident {} is {} and {} unit is on it", id.value,
                                       name(row.state), served.contains(id) ? "a" : "no"));
        }
    }
}

void Oracle::check_history() {
    const auto& history = database_.store.unit_history();
    for (; history_checked_ < history.size(); ++history_checked_) {
        const StoreModel::Change& change = history[history_checked_];
        const std::pair step{static_cast<int>(change.from), static_cast<int>(change.to)};
        if (std::find(kLegalUnit.begin(), kLegalUnit.end(), step) == kLegalUnit.end()) {
            world_.violate(fmt::format("unit {} went from {} to {}", change.unit.value,
                                       name(change.from), name(change.to)));
        }
    }
}

// A stamp stands once written, but for a correction; times of one task do not fall along its stages,
// and none lies in the future.
void Oracle::check_stamps(const WriteSet& writes) {
    std::set<IncidentId> touched;
    std::set<std::pair<AssignmentId, StampEvent>> corrected;
    for (const Operation& operation : writes.operations) {
        if (const auto* stamp = std::get_if<AddStamp>(&operation)) {
            touched.insert(stamp->incident);
        } else if (const auto* correction = std::get_if<CorrectStamp>(&operation)) {
            touched.insert(correction->incident);
            corrected.insert({correction->row.assignment, correction->row.event});
        }
    }
    for (const IncidentId id : touched) {
        const auto found = database_.store.incidents().find(id);
        if (found == database_.store.incidents().end()) {
            continue;
        }
        std::map<StampEvent, std::int64_t> of_call;
        std::map<AssignmentId, std::map<StampEvent, std::int64_t>> of_tasks;
        for (const StampRow& row : found->second.stamps) {
            check_stands(row, corrected);
            if (row.at_us != 0) {
                (row.assignment.is_set() ? of_tasks[row.assignment] : of_call)[row.event] =
                    row.at_us;
            }
            if (row.at_us > world_.now_us + kClockSlackUs) {
                world_.violate(fmt::format("stamp {} of incident {} lies in the future",
                                           name(row.event), id.value));
            }
        }
        check_rises(id, of_call, 0);
        for (const auto& [task, times] : of_tasks) {
            check_rises(id, times, last_but_the_end(of_call));
        }
    }
}

// That the incident was closed by hand is the end of the call and bounds none of its tasks.
std::int64_t Oracle::last_but_the_end(const std::map<StampEvent, std::int64_t>& of_call) {
    std::int64_t out = 0;
    for (const auto& [event, at_us] : of_call) {
        out = event == StampEvent::cancelled ? out : std::max(out, at_us);
    }
    return out;
}

void Oracle::check_stands(const StampRow& row,
                          const std::set<std::pair<AssignmentId, StampEvent>>& corrected) {
    if (!row.assignment.is_set()) {
        return;
    }
    const std::pair key{row.assignment, row.event};
    const auto [known, fresh] = stamps_.emplace(key, row);
    const bool same = known->second.at_us == row.at_us &&
                      known->second.not_applicable == row.not_applicable;
    if (!fresh && !same && !corrected.contains(key)) {
        world_.violate(fmt::format("stamp {} of assignment {} was changed", name(row.event),
                                   row.assignment.value));
    }
    known->second = row;
}

void Oracle::check_rises(IncidentId incident, const std::map<StampEvent, std::int64_t>& times,
                         std::int64_t from_us) {
    std::int64_t last_us = from_us;
    for (const auto& [event, at_us] : times) {
        if (at_us < last_us) {
            world_.violate(fmt::format("stamp {} of incident {} lies before the one before",
                                       name(event), incident.value));
        }
        last_us = at_us;
    }
}

// What is corrected is kept, each time.
void Oracle::check_corrections(const WriteSet& writes) {
    corrections_ += static_cast<std::size_t>(
        std::count_if(writes.operations.begin(), writes.operations.end(), [](const Operation& o) {
            return std::holds_alternative<CorrectStamp>(o);
        }));
    if (database_.store.originals().size() != corrections_) {
        world_.violate("what a correction stands for is not kept");
    }
}

// Whose patient has reached the hospital was served, whatever becomes of the vehicle.
void Oracle::check_breakdowns(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        const auto* set = std::get_if<SetAssignment>(&operation);
        if (set == nullptr || set->row.end_reason != "breakdown") {
            continue;
        }
        const IncidentRow& incident = database_.store.incidents().at(set->row.incident);
        for (const StampEvent event : {StampEvent::at_hospital, StampEvent::handover}) {
            const StampRow* stamp = incident.stamp(event, set->row.id);
            if (stamp != nullptr && stamp->at_us != 0) {
                world_.violate(fmt::format("assignment {} reached its hospital and broke down",
                                           set->row.id.value));
            }
        }
    }
}

// A second call ends in one of its kind that goes on and is at least as urgent.
void Oracle::check_merges(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        const auto* set = std::get_if<SetIncident>(&operation);
        if (set == nullptr || !set->row.merged_into.is_set()) {
            continue;
        }
        const IncidentRow& first = database_.store.incidents().at(set->row.merged_into);
        const bool less = first.level > set->row.level || first.units_wanted < set->row.units_wanted;
        if (less || first.kind != set->row.kind || ended(first.state) || !ended(set->row.state)) {
            world_.violate(fmt::format("incident {} was merged and lost something", set->row.id.value));
        }
    }
}

// No button that was pressed before a dispatcher took the unit out of service brings it back, however late it comes. Of a vehicle
// whose clock was never set nobody knows.
void Oracle::check_entries(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        const auto* set = std::get_if<SetUnit>(&operation);
        if (set == nullptr) {
            continue;
        }
        const UnitId unit = set->row.id;
        if (set->row.state == UnitState::out_of_service) {
            if (set->source == StampSource::dispatcher) {
                // The commit may have waited for long.
                const std::int64_t entered_us = set->row.entered_us;
                stopped_us_.emplace(unit, entered_us == 0 ? world_.now_us : std::min(entered_us, world_.now_us));
            }
            continue;
        }
        const auto stopped = stopped_us_.extract(unit);
        const auto* consumed = std::get_if<ConsumeEvent>(&writes.operations.front());
        if (stopped.empty() || consumed == nullptr) {
            continue;
        }
        const InboxEvent& said = database_.store.events().at(consumed->inbox_id).event;
        if (said.clock_quality >= wire::CLOCK_NTP && said.t_us + kClockSlackUs + kStatementLimitUs < stopped.mapped()) {
            world_.violate(fmt::format("unit {} is back by a button of before it was stopped", unit.value));
        }
    }
}

// A fence suggests; only somebody's word makes a stamp of it. It is answered once and does not outlive its task.
void Oracle::check_proposals(const WriteSet& writes) {
    const StoreModel& store = database_.store;
    for (const auto& [id, row] : store.proposals()) {
        const auto [known, fresh] = proposals_.emplace(id, row.outcome);
        const bool answered = known->second != ProposalOutcome::open;
        if (!fresh && answered && known->second != row.outcome) {
            world_.violate(fmt::format("proposal {} was answered twice", id.value));
        }
        known->second = row.outcome;
        const auto task = store.assignments().find(row.assignment);
        // Of the way home it may still come true: the last stamps of its task are to come.
        if (row.outcome == ProposalOutcome::open && task != store.assignments().end() &&
            ended(task->second.state) &&
            store.units().at(row.unit).stamp_assignment != row.assignment) {
            world_.violate(fmt::format("proposal {} outlives its task", id.value));
        }
        if (row.outcome == ProposalOutcome::open && row.posting.is_set() &&
            store.postings().at(row.posting).state > PostingState::delivered) {
            world_.violate(fmt::format("proposal {} asks where nobody has to go", id.value));
        }
    }
    // By whoever answers the suggestion, or by a crew whose button showed the fence's time.
    const bool confirmed =
        std::any_of(writes.operations.begin(), writes.operations.end(), [&store](const Operation& o) {
            const auto* set = std::get_if<SetProposal>(&o);
            const auto* consumed = std::get_if<ConsumeEvent>(&o);
            wire::Event event;
            const bool by_crew = consumed != nullptr &&
                                 event.ParseFromString(store.events().at(consumed->inbox_id).event.body) &&
                                 event.source() == wire::SOURCE_CREW_BUTTON && event.state().fence_us() != 0;
            return by_crew || (set != nullptr && set->outcome == ProposalOutcome::confirmed);
        });
    for (const Operation& operation : writes.operations) {
        const auto* stamp = std::get_if<AddStamp>(&operation);
        if (stamp != nullptr && stamp->row.source == StampSource::geofence && !confirmed) {
            world_.violate(fmt::format("stamp {} of incident {} is a fence's and nobody said so",
                                       name(stamp->row.event), stamp->incident.value));
        }
    }
}

// A request is done at most once, whatever is repeated.
void Oracle::check_effects(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        if (const auto* open = std::get_if<OpenIncident>(&operation)) {
            if (!opened_.insert(open->incident.complaint).second) {
                world_.violate(
                    fmt::format("call {} opened two incidents", open->incident.complaint));
            }
        } else if (const auto* made = std::get_if<NewAssignment>(&operation)) {
            if (!assigned_.insert(made->override_reason).second) {
                world_.violate(fmt::format("order {} was given twice", made->override_reason));
            }
        }
    }
}

void Oracle::check_inbox(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        const auto* consumed = std::get_if<ConsumeEvent>(&operation);
        if (consumed == nullptr) {
            continue;
        }
        for (const auto& [id, row] : database_.store.events()) {
            if (id >= consumed->inbox_id) {
                break;
            }
            if (!row.consumed) {
                world_.violate(
                    fmt::format("event {} is consumed before event {}", consumed->inbox_id, id));
            }
        }
    }
}

void Oracle::check_commands(const WriteSet& writes) {
    const StoreModel& store = database_.store;
    for (const Operation& operation : writes.operations) {
        if (const auto* set = std::get_if<SetCommand>(&operation)) {
            const bool held =
                set->state == "stored" || set->state == "accepted" || set->state == "refused";
            if (held && !executed_.contains(set->id)) {
                world_.violate(fmt::format("command {} counts as {} and is not on its vehicle",
                                           set->id, set->state));
            }
            const auto row = store.commands().find(set->id);
            const auto task = store.assignments().find(set->assignment);
            const bool order_waits = row != store.commands().end() && row->second.kind == "dispatch" &&
                                     row->second.state == "superseded" &&
                                     task != store.assignments().end() &&
                                     task->second.state == AssignmentState::ordered;
            if (order_waits) {
                world_.violate(fmt::format("the order of assignment {} is given up, and it waits",
                                           set->assignment.value));
            }
            const bool given_up = row != store.commands().end() && row->second.state == "expired" &&
                                  set->state == "expired";
            if (given_up && world_.now_us + kClockSlackUs < row->second.expires_us) {
                world_.violate(fmt::format("command {} counts as expired before its time", set->id));
            }
        } else if (const auto* made = std::get_if<NewAssignment>(&operation)) {
            const bool told = std::any_of(store.commands().begin(), store.commands().end(),
                                          [&](const auto& entry) {
                                              return entry.second.assignment == made->row.id &&
                                                     entry.second.kind == "dispatch";
                                          });
            const bool by_voice =
                made->row.unit.value >
                static_cast<std::int64_t>(world_.dials.units - world_.dials.voice_units);
            if (!told && !by_voice) {
                world_.violate(
                    fmt::format("assignment {} has no command to its vehicle", made->row.id.value));
            }
        }
    }
}

void Oracle::told_done(const std::string& user, const std::string& key,
                       const std::string& response) {
    const StoreModel& store = database_.store;
    const StoreModel::Key* stored = store.answer(user, key);
    if (stored == nullptr) {
        world_.violate(fmt::format("request {} is told done and is not stored", key));
        return;
    }
    if (stored->response != response) {
        world_.violate(fmt::format("request {} is told \"{}\", stored is \"{}\"", key, response,
                                   stored->response));
    }
    const std::size_t at = response.find(' ');
    const std::int64_t id = at == std::string::npos ? 0 : std::stoll(response.substr(at + 1));
    const bool incident = response.starts_with("incident ") && !store.incidents().contains({id});
    const bool assignment =
        response.starts_with("assignment ") && !store.assignments().contains({id});
    if (incident || assignment) {
        world_.violate(
            fmt::format("request {} is told \"{}\", which does not exist", key, response));
    }
}

void Oracle::check_refusals() {
    for (const auto& [user, key, request_hash] : refused_) {
        const StoreModel::Key* stored = database_.store.answer(user, key);
        if (stored != nullptr && stored->request_hash == request_hash) {
            world_.violate(fmt::format("request {} was told refused and has happened", key));
        }
    }
}

void Oracle::not_replicated(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        if (const auto* queued = std::get_if<QueueCommand>(&operation)) {
            unreplicated_.insert(queued->row.id);
            unreplicated_since_us_ = unreplicated_since_us_ == 0 ? world_.now_us : unreplicated_since_us_;
        }
    }
}

// Of each vehicle its first command, which nothing but the standby can keep from being sent.
void Oracle::outbox_turned(std::uint64_t term, const World& held) {
    std::map<std::string, const CommandRow*> heads;
    for (const auto& [id, row] : held.commands) {
        if (open(row)) {
            const CommandRow*& head = heads[row.vid];
            head = head == nullptr || row.unit_seq < head->unit_seq ? &row : head;
        }
    }
    for (const auto& [vid, head] : heads) {
        if (world_.now_us + kClockSlackUs >= head->expires_us) {
            continue;
        }
        const std::pair key{term, head->id};
        const std::int64_t since_us = due_since_us_.emplace(key, world_.now_us).first->second;
        if (!sent_.contains(key) && world_.now_us - since_us > kStandbyWaitMostUs + kTurnSlackUs) {
            world_.violate(fmt::format("command {} of {} is withheld for {} ms", head->id, vid,
                                       (world_.now_us - since_us) / 1000));
        }
    }
}

void Oracle::executed(const SentCommand& command) {
    ++world_.outcome.executed;
    const bool given_up = world_.now_us - unreplicated_since_us_ >= kStandbyWaitMostUs;
    if (unreplicated_.contains(command.id) && !given_up) {
        world_.violate(fmt::format("vehicle {} executes a command that no standby holds",
                                   command.vehicle));
    }
    world_.note(command.unit_seq << 16U | command.vehicle);
    const auto row = database_.store.commands().find(command.id);
    if (row == database_.store.commands().end()) {
        world_.violate(
            fmt::format("vehicle {} executes a command that was never committed", command.vehicle));
        return;
    }
    if (!executed_.emplace(command.id, world_.now_us).second) {
        world_.violate(
            fmt::format("vehicle {} executes command {} twice", command.vehicle, command.id));
    }
    std::uint64_t& seq = executed_seq_[command.vehicle];
    if (command.unit_seq <= seq) {
        world_.violate(fmt::format("vehicle {} executes command {} after {}", command.vehicle,
                                   command.unit_seq, seq));
    }
    seq = std::max(seq, command.unit_seq);
    std::uint64_t& term = seen_term_[command.vehicle];
    if (command.term < term) {
        world_.violate(
            fmt::format("vehicle {} obeys term {} after {}", command.vehicle, command.term, term));
    }
    term = std::max(term, command.term);
    if (world_.now_us > command.expires_us + kClockSlackUs) {
        world_.violate(
            fmt::format("vehicle {} executes a command that has expired", command.vehicle));
    }
}

void Oracle::overtaken(const SentCommand& command) {
    const auto row = database_.store.commands().find(command.id);
    const bool wanted =
        row != database_.store.commands().end() && open(row->second) &&
        world_.now_us + kClockSlackUs < command.expires_us;
    if (wanted) {
        world_.violate(fmt::format("command {} of vehicle {} was overtaken by a later one",
                                   command.unit_seq, command.vehicle));
    }
}

void Oracle::released(const std::string& vid, const std::string& event_id) {
    if (!database_.store.has_event(vid, event_id)) {
        world_.violate(fmt::format("{} lets go of event {}, which is not stored", vid, event_id));
    }
}

void Oracle::alarms(const std::map<AssignmentId, std::string>& shown,
                    const std::set<AssignmentId>& unanswered, std::int64_t leads_since_us) {
    if (world_.now_us - leads_since_us < kAlarmSlackUs) {
        return;
    }
    const StoreModel& store = database_.store;
    const std::int64_t slack_us = kAlarmSlackUs + kClockSlackUs;
    for (const auto& [id, row] : store.assignments()) {
        const std::int64_t waits_us = world_.now_us - row.created_us;
        const bool by_voice = row.unit.value > static_cast<std::int64_t>(world_.dials.units -
                                                                         world_.dials.voice_units);
        const bool ordered = row.state == AssignmentState::ordered;
        const bool waits = ordered || row.state == AssignmentState::delivered;
        const std::int64_t told_after_us = by_voice ? kVoiceToldAfterUs : kToldAfterUs;
        if (waits && waits_us > told_after_us + slack_us && !shown.contains(id)) {
            world_.violate(fmt::format(
                "nobody is told that the crew of assignment {} was not reached for {} ms", id.value,
                waits_us / 1000));
        }
        if (waits && waits_us > kNextUnitAfterUs + slack_us && !unanswered.contains(id)) {
            world_.violate(fmt::format("no other unit is proposed for assignment {} after {} ms",
                                       id.value, waits_us / 1000));
        }
    }
}

} // namespace ems::dispatch::sim
