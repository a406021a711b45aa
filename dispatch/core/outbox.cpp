#include "dispatch/core/outbox.h"

#include <utility>

namespace ems::dispatch {
namespace {

// Of each vehicle the open, unexpired command that it does not hold with the lowest number. A vehicle executes nothing below what it has executed:
// a later command that overtakes an earlier one on a lossy link would take it from the crew for good.
std::map<std::string, const CommandRow*> heads(const World& world, const std::set<std::string>& held, std::int64_t now_us) {
    std::map<std::string, const CommandRow*> out;
    for (const auto& [id, row] : world.commands) {
        if (open(row) && now_us < row.expires_us && !held.contains(id)) {
            const CommandRow*& head = out[row.vid];
            head = head == nullptr || row.unit_seq < head->unit_seq ? &row : head;
        }
    }
    return out;
}

bool waits_for_crew(const AssignmentRow& assignment) {
    return !ended(assignment.state) && assignment.state != AssignmentState::accepted;
}

// Of the order itself.
std::string order_alarm(const AssignmentRow& assignment, std::int64_t now_us) {
    if (!waits_for_crew(assignment)) {
        return {};
    }
    const std::int64_t waits_us = now_us - assignment.created_us;
    const bool by_voice = assignment.command_state.empty();
    if (assignment.state == AssignmentState::ordered && !by_voice) {
        return waits_us >= kNotReachedUs ? "crew_not_reached" : "";
    }
    if (unanswered(assignment, now_us)) {
        return "crew_silent";
    }
    if (by_voice) {
        return waits_us >= kTellByVoiceUs ? "tell_by_voice" : "";
    }
    return waits_us >= kUnansweredUs ? "crew_unanswered" : "";
}

} // namespace

bool open(const CommandRow& row) { return row.state == "queued" || row.state == "sent"; }

bool unanswered(const AssignmentRow& assignment, std::int64_t now_us) {
    return waits_for_crew(assignment) && now_us - assignment.created_us >= kSilentUs;
}

OutboxSchedule::Due OutboxSchedule::due(const World& world, const std::set<std::string>& withheld, Ticks now,
                                        std::int64_t now_us) {
    Due out;
    std::map<std::string, Ticks> still_open;
    for (const auto& [id, row] : world.commands) {
        if (open(row) && now_us >= row.expires_us) {
            out.expired.push_back(id);
        }
    }
    std::erase_if(held_, [&](const std::string& id) {
        const auto row = world.commands.find(id);
        return row == world.commands.end() || !open(row->second);
    });
    for (const auto& [vid, head] : heads(world, held_, now_us)) {
        if (withheld.contains(head->id)) {
            continue;
        }
        const auto last = last_sent_.find(head->id);
        if (last != last_sent_.end() && now - last->second < kResendAfter) {
            still_open.insert(*last);
        } else {
            out.send.push_back(head->id);
        }
    }
    last_sent_ = std::move(still_open);
    return out;
}

void OutboxSchedule::held(const World& world, const std::string& vid, const std::string& id) {
    const auto row = world.commands.find(id);
    if (row != world.commands.end() && row->second.vid == vid && open(row->second)) {
        held_.insert(id);
    }
}

void OutboxSchedule::hurry(const World& world, const std::string& vid) {
    std::erase_if(held_, [&](const std::string& id) {
        const auto row = world.commands.find(id);
        return row == world.commands.end() || row->second.vid == vid;
    });
    std::erase_if(last_sent_, [&](const auto& entry) {
        const auto row = world.commands.find(entry.first);
        return row == world.commands.end() || row->second.vid == vid;
    });
}

std::map<PostingId, std::string> posting_alarms(const World& world, std::int64_t now_us) {
    std::map<PostingId, std::string> out;
    for (const auto& [id, row] : world.postings) {
        if (row.state == PostingState::ordered && !row.command.empty() && now_us - row.created_us >= kNotReachedUs) {
            out[id] = "crew_not_reached";
        }
    }
    return out;
}

std::map<PostingId, PostingRow> told_refusals(const World& world, std::int64_t now_us) {
    std::map<PostingId, PostingRow> out;
    for (const auto& [unit, row] : world.refused_postings) {
        if (now_us - row.ended_us < kRefusedPostingUs) {
            out.emplace(row.id, row);
        }
    }
    return out;
}

std::map<AssignmentId, std::string> crew_alarms(const World& world, std::int64_t now_us) {
    std::map<AssignmentId, std::string> out;
    for (const auto& [id, row] : world.assignments) {
        std::string alarm = order_alarm(row, now_us);
        if (!alarm.empty()) {
            out[id] = std::move(alarm);
        }
    }
    // Only the newest of a kind counts: a second destination replaces a first that was lost.
    std::map<std::pair<AssignmentId, std::string>, const CommandRow*> newest;
    for (const auto& [id, row] : world.commands) {
        if (row.kind != "dispatch") {
            const CommandRow*& known = newest[{row.assignment, row.kind}];
            known = known == nullptr || row.unit_seq > known->unit_seq ? &row : known;
        }
    }
    for (const auto& [key, row] : newest) {
        const AssignmentRow* assignment = world.assignment(key.first);
        const bool missing = row->state == "expired" || (open(*row) && now_us - row->issued_us >= kNotReachedUs);
        if (missing && assignment != nullptr && (!ended(assignment->state) || row->kind == "cancel")) {
            out[key.first] = "crew_not_reached";
        }
    }
    return out;
}

} // namespace ems::dispatch
