// Inside of the simulation: what must hold, written down a second time and without the product's
// help where it can be.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "dispatch/core/write_set.h"
#include "tests/dispatch/sim/sim_database.h"
#include "tests/dispatch/sim/sim_world.h"

namespace ems::dispatch::sim {

// What a server takes for the database's time is off by half of a question, and what a vehicle takes for the centre's by a
// second more. Their own clocks may be off by an hour.
inline constexpr std::int64_t kClockSlackUs = 3'000'000;
// A leader looks at its alarms this often, and a commit may take as long as a statement.
inline constexpr std::int64_t kAlarmSlackUs = 3'000'000;

// Written out, not taken from the tables that are under test.
inline bool on_task(UnitState state) {
    return state >= UnitState::assigned && state <= UnitState::handover;
}

// A command as the broker carries it.
struct SentCommand {
    std::string id;
    std::uint32_t vehicle{0};
    AssignmentId assignment;
    std::string kind;
    std::uint64_t term{0};
    std::uint64_t unit_seq{0};
    std::int64_t expires_us{0};
    std::string body; // of words: "posted", or "ended" and the id of those that posted
};

class Oracle {
  public:
    Oracle(SimWorld& world, SimDatabase& database) : world_(world), database_(database) {}

    // After each write set that the store took.
    void committed(std::uint64_t term, const WriteSet& writes);
    // A server answers a desk that its request is done, with `response`.
    void told_done(const std::string& user, const std::string& key, const std::string& response);
    // A desk was told that its request is refused for good.
    void told_refused(const std::string& user, const std::string& key,
                      const std::string& request_hash) {
        refused_.insert({user, key, request_hash});
    }
    // The standby does not hold it; and it holds all until now.
    void not_replicated(const WriteSet& writes);
    void replicated() {
        unreplicated_.clear();
        unreplicated_since_us_ = 0;
    }
    // A new leader withholds what is queued: from here on it waits for the standby.
    void withholds() {
        unreplicated_since_us_ = unreplicated_since_us_ == 0 ? world_.now_us : unreplicated_since_us_;
    }
    // The leader of `term` has sent the command; and it has sent what it wants to send now.
    void sent(std::uint64_t term, const std::string& id) { sent_.insert({term, id}); }
    void outbox_turned(std::uint64_t term, const World& held);
    // The vehicle shows it to its crew.
    void executed(const SentCommand& command);
    // The vehicle will never execute it, having executed a later one.
    void overtaken(const SentCommand& command);
    // A vehicle takes it for granted that its event is stored.
    void released(const std::string& vid, const std::string& event_id);
    // Alarms as a server that leads shows them now, and for which crews it would propose another unit. `leads_since_us`: it
    // leads that long with this world.
    void alarms(const std::map<AssignmentId, std::string>& shown,
                const std::set<AssignmentId>& unanswered, std::int64_t leads_since_us);
    // Refused postings of which it tells the desks now.
    void refusals(const std::set<PostingId>& told, std::int64_t leads_since_us);
    // After healing: nothing that was told refused has happened.
    void check_refusals();

  private:
    void check_terms(std::uint64_t term, const WriteSet& writes);
    void check_tasks();
    void check_history();
    void check_stamps(const WriteSet& writes);
    void check_stands(const StampRow& row,
                      const std::set<std::pair<AssignmentId, StampEvent>>& corrected);
    void check_rises(IncidentId incident, const std::map<StampEvent, std::int64_t>& times,
                     std::int64_t from_us);
    static std::int64_t last_but_the_end(const std::map<StampEvent, std::int64_t>& of_call);
    void check_effects(const WriteSet& writes);
    void check_inbox(const WriteSet& writes);
    void check_commands(const WriteSet& writes);
    void check_answers(const WriteSet& writes);
    void check_postings(const WriteSet& writes);
    void check_posting(const PostingRow& row);
    void follow_refusals(const WriteSet& writes);
    void end_refusal(UnitId unit);
    void check_proposals(const WriteSet& writes);
    void check_corrections(const WriteSet& writes);
    void check_breakdowns(const WriteSet& writes);
    void check_merges(const WriteSet& writes);
    void check_entries(const WriteSet& writes);

    SimWorld& world_;
    SimDatabase& database_;
    std::size_t history_checked_{0};
    std::set<std::string> opened_;   // keys that opened an incident
    std::set<std::string> assigned_; // keys that made an assignment
    std::set<std::string> posted_;   // keys that made a posting
    std::map<PostingId, PostingRow> postings_;
    struct Refusal {
        PostingId posting;
        std::int64_t since_us{0};
    };
    std::map<UnitId, Refusal> refusals_;            // of which the desks are to be told
    std::map<PostingId, std::int64_t> refusals_over_; // and since when no more
    std::map<ProposalId, ProposalOutcome> proposals_;
    std::size_t corrections_{0};
    std::map<UnitId, std::int64_t> stopped_us_;   // out of service since then, by a dispatcher's word
    std::set<std::tuple<std::string, std::string, std::string>> refused_;
    std::set<std::string> unreplicated_;                  // commands
    std::int64_t unreplicated_since_us_{0};               // something is withheld; 0: nothing
    std::set<std::pair<std::uint64_t, std::string>> sent_;
    std::map<std::pair<std::uint64_t, std::string>, std::int64_t> due_since_us_;   // what heads its vehicle's queue
    std::map<std::string, std::int64_t> executed_;        // by command
    std::map<std::uint32_t, std::uint64_t> executed_seq_; // by vehicle
    std::map<std::uint32_t, std::uint64_t> seen_term_;
    std::map<std::pair<AssignmentId, StampEvent>, StampRow> stamps_;
    std::int64_t highest_consumed_{0};
    std::set<std::int64_t> passed_over_;
};

} // namespace ems::dispatch::sim
