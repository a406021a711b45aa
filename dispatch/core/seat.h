// The leader's seat: which term, which world, and what follows from each answer of the store. Pure; the service moves it
// with a database, the simulation with a model of one. Everything that was under way when the seat changed hands carries
// the term in which it began: an answer of a past term says nothing about the present one. A leader that steps down on
// the refusal of its own earlier write, while it holds a newer term, leaves nobody to lead.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "dispatch/core/world.h"

namespace ems::dispatch {

// Why the store did not take a write set.
enum class Refusal : std::uint8_t {
    term_stale,         // another leads
    repeated,           // the key or the event was dealt with before
    values,             // it will never take these values
    constraint,         // a constraint forbids it: the world we hold is not what is stored
    transition,         // its table of legal transitions forbids it
    conflict,           // a row changed since it was read
    outcome_unknown,    // written or not: the answer was lost
    not_replicated,     // written here, and the synchronous standby does not hold it: somebody broke off the wait
    failed,             // anything else
};

enum class AfterRefusal : std::uint8_t {
    give_back,          // the error is the answer
    reload,             // read the state anew, then the error is the answer
    decide_again,       // read the state anew and decide again
    step_down,          // let the lead go, with its lock
};

class Seat {
  public:
    [[nodiscard]] bool leads() const { return term_ != 0; }
    [[nodiscard]] std::uint64_t term() const { return term_; }
    // Leads, and has led without a break since `term`. What began in a past term must not be done in a later one: its desk
    // may have been told otherwise by the leader in between.
    [[nodiscard]] bool leads_since(std::uint64_t term) const { return leads() && term == term_; }
    // As the database last answered; kept when the seat is left, so that nothing that reads it stands before an empty one.
    [[nodiscard]] const World& world() const { return world_; }

    // `term` > 0; `world` was read under it. What is queued in it is withheld: it may be what the leader before could not get
    // replicated, and the taking of the lead waits for no standby.
    void take(std::uint64_t term, World world);
    void leave() { term_ = 0; }

    // Rows of a write sent under `term`. False: of a past term, nothing changed; who took the lead since has read behind
    // that write.
    [[nodiscard]] bool applied(std::uint64_t term, const Rows& rows);
    // The whole state, read under `term` because of a refusal. False as above: an older state never replaces a newer one.
    [[nodiscard]] bool reloaded(std::uint64_t term, World world, Refusal why);
    // Open commands that a commit brought which no standby holds: they are not sent, for if this database is lost nobody knows
    // of them. The log is replicated in its order: the next commit that is taken without that refusal, be it because the
    // standby is back or because replication was given up on record, frees them. How long they wait at most: StandbyWait.
    [[nodiscard]] const std::set<std::string>& withheld() const { return withheld_; }
    // `attempt` counts from 1. A write of unknown outcome may be finished after any reading of ours, and then nobody would
    // send what it ordered; taking the lead again waits for a write in flight and reads behind it.
    [[nodiscard]] AfterRefusal refused(std::uint64_t term, Refusal refusal, int attempt) const;

    // Drops what ended long ago from memory; the database keeps it.
    void trim(std::int64_t ended_before_us, std::size_t keep) { forget_old(world_, ended_before_us, keep); }

  private:
    std::uint64_t term_{0};
    World world_;
    std::set<std::string> withheld_;
};

inline constexpr int kDecideAttempts = 3;

// The store will never take what was decided on an event, so that it has to be set aside. Whatever else fails (disk full,
// a right or table missing, another leader) says nothing about the event.
bool refuses_the_event(Refusal refusal);

} // namespace ems::dispatch
