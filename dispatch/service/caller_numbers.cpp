#include "dispatch/service/caller_numbers.h"

#include <utility>

#include "dispatch/core/outbox.h"

namespace ems::dispatch {

std::vector<CallerNumbers::Wanted> CallerNumbers::follow(const World& world, Ticks now) {
    std::erase_if(known_, [&](const auto& entry) {
        const auto row = world.commands.find(entry.first);
        return row == world.commands.end() || !open(row->second);
    });
    std::vector<Wanted> out;
    for (const auto& [id, row] : world.commands) {
        const AssignmentRow* assignment = row.kind == "dispatch" && open(row) ? world.assignment(row.assignment) : nullptr;
        const IncidentRow* incident = assignment == nullptr ? nullptr : world.incident(assignment->incident);
        if (incident == nullptr) {
            continue;
        }
        Caller& caller = known_.try_emplace(id, Caller{now}).first->second;
        if (caller.hash != incident->caller) {
            caller = {caller.since, incident->caller};
        }
        if (caller.hash.empty()) {
            caller.reading = Reading::done;
        }
        if (caller.reading == Reading::wanted && now >= caller.read_at && readers_ < kCallerReadersMost) {
            caller.reading = Reading::under_way;
            ++readers_;
            out.push_back({id, incident->id, caller.hash});
        }
    }
    return out;
}

// Null: it is no longer wanted, or was corrected meanwhile.
CallerNumbers::Caller* CallerNumbers::reading(const Wanted& wanted) {
    --readers_;
    const auto it = known_.find(wanted.command);
    return it != known_.end() && it->second.hash == wanted.hash ? &it->second : nullptr;
}

void CallerNumbers::read(const Wanted& wanted, std::string number) {
    if (Caller* caller = reading(wanted)) {
        caller->reading = Reading::done;
        caller->number = std::move(number);
    }
}

void CallerNumbers::failed(const Wanted& wanted, Ticks now) {
    if (Caller* caller = reading(wanted)) {
        caller->reading = Reading::wanted;
        caller->read_at = now + kCallerReadAgain;
    }
}

std::set<std::string> CallerNumbers::awaited(Ticks now) const {
    std::set<std::string> out;
    for (const auto& [id, caller] : known_) {
        if (caller.reading != Reading::done && now - caller.since < kCallerWaitMost) {
            out.insert(id);
        }
    }
    return out;
}

std::string CallerNumbers::of(const std::string& command) const {
    const auto it = known_.find(command);
    return it == known_.end() ? std::string{} : it->second.number;
}

} // namespace ems::dispatch
