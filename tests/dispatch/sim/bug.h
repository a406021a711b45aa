// Faults planted around the product's code, in tests only: what the simulation must find. A run
// that finds nothing is worth what it could have found.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ems::dispatch::sim {

enum class Bug : std::uint8_t {
    none,
    // the store
    lost_update,           // versions are not compared
    missing_fence,         // a write of a past term is taken
    fence_before_the_lock, // the term is checked when a write comes, not when it is done
    term_not_raised,       // a takeover keeps the term of the one before
    half_a_write_set,      // a refusal in the middle leaves what stood before it
    wrong_transition,      // illegal reports are written, and the store's table is away
    // the leader
    stale_read,            // a takeover trusts the state that it read before it held the lead
    answer_before_durable, // the desk is told before the commit
    unknown_is_success,    // a commit without an answer counts as done
    unknown_is_failure,    // and the other way: leads on without reading anew
    lock_kept,             // steps down, and keeps the session that holds the lock
    rows_not_merged,       // what a commit answers with is not taken into the world
    old_decision_again,    // after a conflict the same write set goes out with the new versions
    // requests
    missing_key,       // no idempotency key in the write set
    keys_in_memory,    // keys are remembered by the process, not the store
    key_before_effect, // the key is stored in a transaction of its own
    // decisions
    unit_not_taken,        // an assignment leaves its unit free; and no index guards it
    assignment_not_ended,  // a unit comes free, its assignment lives on
    incident_not_reopened, // the task is taken away, the incident still says assigned
    closed_under_a_unit,   // an incident ends with a unit on it
    clock_trusted,         // a device's time is believed whatever it says
    stamp_rewritten,       // a later stamp replaces the first
    // outbox
    outbox_skipped,         // an order without its command
    cancel_not_told,        // a cancellation without its command
    sent_once,              // no repetition until the vehicle holds it
    overtaking,             // a later command goes out before the earlier is held
    broker_ack_is_delivery, // what was published counts as held by the vehicle
    outbox_of_this_process, // a takeover forgets the commands of the one before
    // alarms
    timer_lost_at_restart, // waiting counts from the takeover
    // inbox
    inbox_reordered,        // a batch is taken from its end
    event_not_marked,       // acted on, not marked as consumed
    marked_before_acted,    // marked in a transaction of its own
    poison_stops_the_inbox, // an event that the store refuses is tried for ever
    event_twice,            // no unique key of event and sequence
    ack_before_commit,      // the vehicle is told that its event is stored when it has arrived
    // the vehicle
    acts_before_storing,  // shown to the crew, stored later
    no_dedupe,            // a repeated command is a new one
    old_command_executed, // the numbers of commands are not compared
    expired_executed,     // an order is executed however late
    seq_reused,           // after a crash the spool counts from what it still holds
    // postings, proposals, corrections, a unit instead of another
    posting_not_ended,       // a call leaves what its unit was posted to
    second_posting,          // a new posting leaves the old; and no index guards it
    posting_not_told,        // a posting without its words to the vehicle
    posting_answer_lost,     // the vehicle holds it, and it stays ordered
    swapped_crew_not_told,   // the other is sent, the first not called back
    voice_refusal_not_told,  // what a crew refused by voice stays on its vehicle
    proposal_is_a_stamp,     // what a fence suggests is taken for said
    proposal_outlives_task,  // it stays open when its task has ended
    original_not_kept,       // a correction replaces what it corrects
    correction_out_of_order, // a corrected time is not held against its neighbours
    late_ack_behind_wheels,  // an answer that a button overtook is stamped when it is heard of
    open_command_forgotten, // what ended long ago goes with what is still to be told of it
    voice_never_alarmed, // of a unit without a vehicle nobody is reminded
    words_not_withdrawn, // those of an ended posting stay before the order to a call
    hospital_breakdown, // a unit that stops at the hospital has its incident served again
    entered_end_not_told, // a desk enters a state that ends a task, and its vehicle shows the order on
    expired_order_keeps_its_unit, // what was never held ends nothing
    wall_clock_timers, // a server goes by its own clock
    merge_forgets, // the first call stays as urgent as it was, whatever the second says
    // a database that was restored
    numbers_not_learned, // what a vehicle says that it has seen is not heard
    learned_under_the_old_number, // the vehicle's number rises, its open commands keep theirs
    refusal_is_final, // a command that was refused for its number is refused under any
    unreplicated_sent, // what no standby holds goes to the vehicle
    takeover_is_replication, // what the leader before could not get replicated is sent by the next
    standby_given_up_for_good, // one absence that was too long, and none is waited out any more
    standby_awaited_for_ever, // an order waits as long as the standby is away
    held_up_button_counts, // a button of before a dispatcher's "out of service" brings the unit back
    // what crews answer to postings
    crew_refusal_lost,      // a posting that its crew refused stands
    going_is_there,         // a crew that goes is taken to have arrived
    ended_posting_answered, // an answer that comes late moves a posting that has ended; and no table guards it
    refusal_forgotten,      // who takes the lead does not know what was refused before
    refusal_told_for_ever,  // also when its unit has something else to do
    arrival_is_said,        // the centre's fence sees a unit at its post, and nobody is asked
};
inline constexpr std::size_t kBugs = static_cast<std::size_t>(Bug::arrival_is_said) + 1;
const char* name_of(Bug bug);

} // namespace ems::dispatch::sim
