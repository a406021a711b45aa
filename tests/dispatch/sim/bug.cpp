#include "tests/dispatch/sim/bug.h"

namespace ems::dispatch::sim {

const char* name_of(Bug bug) {
    switch (bug) {
    case Bug::none:
        return "none";
    case Bug::lost_update:
        return "lost update";
    case Bug::missing_fence:
        return "missing fence";
    case Bug::fence_before_the_lock:
        return "fence before the lock";
    case Bug::term_not_raised:
        return "term not raised";
    case Bug::half_a_write_set:
        return "half a write set";
    case Bug::wrong_transition:
        return "wrong transition";
    case Bug::stale_read:
        return "stale read";
    case Bug::answer_before_durable:
        return "answer before durable";
    case Bug::unknown_is_success:
        return "unknown is success";
    case Bug::unknown_is_failure:
        return "unknown is failure";
    case Bug::lock_kept:
        return "lock kept";
    case Bug::rows_not_merged:
        return "rows not merged";
    case Bug::old_decision_again:
        return "old decision again";
    case Bug::missing_key:
        return "missing key";
    case Bug::keys_in_memory:
        return "keys in memory";
    case Bug::key_before_effect:
        return "key before effect";
    case Bug::unit_not_taken:
        return "unit not taken";
    case Bug::assignment_not_ended:
        return "assignment not ended";
    case Bug::incident_not_reopened:
        return "incident not reopened";
    case Bug::closed_under_a_unit:
        return "closed under a unit";
    case Bug::clock_trusted:
        return "clock trusted";
    case Bug::stamp_rewritten:
        return "stamp rewritten";
    case Bug::outbox_skipped:
        return "outbox skipped";
    case Bug::cancel_not_told:
        return "cancel not told";
    case Bug::sent_once:
        return "sent once";
    case Bug::overtaking:
        return "overtaking";
    case Bug::broker_ack_is_delivery:
        return "broker ack is delivery";
    case Bug::outbox_of_this_process:
        return "outbox of this process";
    case Bug::timer_lost_at_restart:
        return "timer lost at restart";
    case Bug::inbox_reordered:
        return "inbox reordered";
    case Bug::event_not_marked:
        return "event not marked";
    case Bug::marked_before_acted:
        return "marked before acted";
    case Bug::poison_stops_the_inbox:
        return "poison stops the inbox";
    case Bug::event_twice:
        return "event twice";
    case Bug::ack_before_commit:
        return "ack before commit";
    case Bug::acts_before_storing:
        return "acts before storing";
    case Bug::no_dedupe:
        return "no dedupe";
    case Bug::old_command_executed:
        return "old command executed";
    case Bug::expired_executed:
        return "expired executed";
    case Bug::seq_reused:
        return "seq reused";
    case Bug::posting_not_ended:
        return "posting not ended";
    case Bug::second_posting:
        return "second posting";
    case Bug::posting_not_told:
        return "posting not told";
    case Bug::posting_answer_lost:
        return "posting answer lost";
    case Bug::swapped_crew_not_told:
        return "swapped crew not told";
    case Bug::voice_refusal_not_told:
        return "voice refusal not told";
    case Bug::proposal_is_a_stamp:
        return "proposal is a stamp";
    case Bug::proposal_outlives_task:
        return "proposal outlives task";
    case Bug::original_not_kept:
        return "original not kept";
    case Bug::correction_out_of_order:
        return "correction out of order";
    case Bug::late_ack_behind_wheels:
        return "late ack behind wheels";
    case Bug::open_command_forgotten:
        return "open command forgotten";
    case Bug::voice_never_alarmed:
        return "voice never alarmed";
    case Bug::words_not_withdrawn:
        return "words not withdrawn";
    case Bug::hospital_breakdown:
        return "hospital breakdown";
    case Bug::entered_end_not_told:
        return "entered end not told";
    case Bug::expired_order_keeps_its_unit:
        return "expired order keeps its unit";
    case Bug::wall_clock_timers:
        return "wall clock timers";
    case Bug::unreplicated_sent:
        return "unreplicated sent";
    case Bug::takeover_is_replication:
        return "takeover is replication";
    case Bug::standby_given_up_for_good:
        return "standby given up for good";
    case Bug::standby_awaited_for_ever:
        return "standby awaited for ever";
    case Bug::held_up_button_counts:
        return "held up button counts";
    case Bug::crew_refusal_lost:
        return "crew refusal lost";
    case Bug::going_is_there:
        return "going is there";
    case Bug::ended_posting_answered:
        return "ended posting answered";
    case Bug::refusal_forgotten:
        return "refusal forgotten";
    case Bug::refusal_told_for_ever:
        return "refusal told for ever";
    case Bug::arrival_is_said:
        return "arrival is said";
    case Bug::merge_forgets:
        return "merge forgets";
    case Bug::numbers_not_learned:
        return "numbers not learned";
    case Bug::learned_under_the_old_number:
        return "learned under the old number";
    case Bug::refusal_is_final:
        return "refusal is final";
    }
    return "";
}

} // namespace ems::dispatch::sim
