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
        if (assignment == nullptr) {
            continue;
        }
        Caller& caller = known_.try_emplace(id, Caller{now}).first->second;
        if (caller.reading == Reading::wanted) {
            caller.reading = Reading::under_way;
            out.push_back({id, assignment->incident});
        }
    }
    return out;
}

void CallerNumbers::read(const std::string& command, std::string number) {
    if (const auto it = known_.find(command); it != known_.end()) {
        it->second.reading = Reading::done;
        it->second.number = std::move(number);
    }
}

void CallerNumbers::failed(const std::string& command) {
    if (const auto it = known_.find(command); it != known_.end()) {
        it->second.reading = Reading::wanted;
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
