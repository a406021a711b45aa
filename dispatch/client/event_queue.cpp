#include "dispatch/client/event_queue.h"

#include <algorithm>

namespace ems::client {
namespace {

bool is_live(const Event& event) { return std::holds_alternative<LiveArrived>(event); }
// The snapshot tells which alarms stand: what was dropped of them comes back with it.
bool has_alarms(const Event& event) {
    const auto* live = std::get_if<LiveArrived>(&event);
    return live != nullptr && live->live.alarms_size() > 0;
}
bool is_state(const Event& event) { return std::holds_alternative<StateArrived>(event); }

} // namespace

// State goes as a whole or not at all: one delta less would leave a torn picture that nobody notices.
void EventQueue::lose_state() {
    events_.erase(std::remove_if(events_.begin(), events_.end(), is_state), events_.end());
    state_lost_ = true;
    resync_asked_ = false;
}

void EventQueue::make_room(const Event& event) {
    const bool alarms = std::any_of(events_.begin(), events_.end(), has_alarms);
    const auto live = std::remove_if(events_.begin(), events_.end(), is_live);
    live_dropped_ += static_cast<std::uint64_t>(events_.end() - live);
    events_.erase(live, events_.end());
    if (alarms) {
        lose_state();
    }
    if (events_.size() < capacity_) {
        return;
    }
    if (is_state(event) || std::any_of(events_.begin(), events_.end(), is_state)) {
        lose_state();
    }
    if (events_.size() >= capacity_) {
        // Replies and phases only, of an owner that has stopped listening: the oldest mean nothing any more.
        events_.pop_front();
    }
}

void EventQueue::push(Event event) {
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        if (events_.size() >= capacity_) {
            if (is_live(event)) {
                ++live_dropped_;
                if (has_alarms(event)) {
                    lose_state();
                }
                return;
            }
            make_room(event);
        }
        // Deltas after lost ones do not fit: only a snapshot ends the gap.
        if (state_lost_ && is_state(event)) {
            if (std::holds_alternative<api::Delta>(std::get<StateArrived>(event).state)) {
                return;
            }
            state_lost_ = false;
            resync_asked_ = false;
        }
        first = events_.empty();
        events_.push_back(std::move(event));
    }
    filled_.notify_all();
    if (first && wake_) {
        wake_();
    }
}

EventQueue::Drained EventQueue::drain(std::size_t count_max) {
    const std::lock_guard lock{mutex_};
    Drained out;
    while (!events_.empty() && out.events.size() < count_max) {
        out.events.push_back(std::move(events_.front()));
        events_.pop_front();
    }
    out.resync = state_lost_ && events_.empty() && !resync_asked_;
    resync_asked_ = resync_asked_ || out.resync;
    return out;
}

bool EventQueue::wait(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    return filled_.wait_for(lock, limit, [this] { return !events_.empty(); });
}

std::uint64_t EventQueue::live_dropped() const {
    const std::lock_guard lock{mutex_};
    return live_dropped_;
}

} // namespace ems::client
