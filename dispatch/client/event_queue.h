// What a Client hands to its owner, bounded. Live data gives way first. When state itself no longer fits, all waiting
// state is thrown away and a new snapshot is asked for once the owner has caught up. From any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "dispatch/client/client.h"

namespace ems::client {

class EventQueue {
  public:
    EventQueue(std::size_t capacity, std::function<void()> wake)
        : capacity_(capacity), wake_(std::move(wake)) {}

    void push(Event event);
    struct Drained {
        std::vector<Event> events;
        bool resync{false};  // state was thrown away and there is room again
    };
    Drained drain(std::size_t count_max);
    bool wait(std::chrono::milliseconds limit);
    [[nodiscard]] std::uint64_t live_dropped() const;

  private:
    void make_room(const Event& event);
    void lose_state();

    const std::size_t capacity_;
    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Event> events_;
    std::uint64_t live_dropped_{0};
    bool state_lost_{false};
    bool resync_asked_{false};  // once is enough: the snapshot is on its way, or the link ends
};

} // namespace ems::client
