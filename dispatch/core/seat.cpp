#include "dispatch/core/seat.h"

#include <utility>

#include "dispatch/core/outbox.h"
#include "telemetry/base/assert.h"

namespace ems::dispatch {

void Seat::take(std::uint64_t term, World world) {
    EMS_ASSERT(term > 0);
    term_ = term;
    world_ = std::move(world);
    withheld_.clear();
    for (const auto& [id, row] : world_.commands) {
        if (row.state == "queued") {
            withheld_.insert(id);
        }
    }
}

bool Seat::applied(std::uint64_t term, const Rows& rows) {
    if (term != term_) {
        return false;
    }
    merge(world_, rows);
    withheld_.clear();
    return true;
}

bool Seat::reloaded(std::uint64_t term, World world, Refusal why) {
    if (term != term_) {
        return false;
    }
    for (const auto& [id, row] : world.commands) {
        if (why == Refusal::not_replicated && open(row) && !world_.commands.contains(id)) {
            withheld_.insert(id);
        }
    }
    world_ = std::move(world);
    return true;
}

AfterRefusal Seat::refused(std::uint64_t term, Refusal refusal, int attempt) const {
    if (term != term_) {
        return AfterRefusal::give_back;
    }
    if (refusal == Refusal::term_stale || refusal == Refusal::outcome_unknown) {
        return AfterRefusal::step_down;
    }
    if (refusal == Refusal::repeated || refusal == Refusal::values) {
        return AfterRefusal::give_back;
    }
    const bool changed = refusal == Refusal::constraint || refusal == Refusal::conflict;
    return changed && attempt < kDecideAttempts ? AfterRefusal::decide_again : AfterRefusal::reload;
}

bool refuses_the_event(Refusal refusal) {
    return refusal == Refusal::values || refusal == Refusal::constraint || refusal == Refusal::transition;
}

} // namespace ems::dispatch
