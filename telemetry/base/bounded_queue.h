// Bounded queue between threads (any number of producers and consumers). The caller states what happens when it is
// full: refuse the newest (orders, alarms: the caller must act on it) or drop the oldest (waves, live positions).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "telemetry/base/assert.h"

namespace ems {

enum class WhenFull { refuse_newest, drop_oldest };

template <class T> class BoundedQueue {
  public:
    BoundedQueue(std::size_t capacity, WhenFull policy) : capacity_(capacity), policy_(policy) {
        EMS_ASSERT(capacity > 0);
    }

    // False when the item was refused (full, or closed).
    bool push(T item) {
        {
            const std::lock_guard lock{mutex_};
            if (closed_) {
                return false;
            }
            if (items_.size() >= capacity_) {
                ++dropped_;
                if (policy_ == WhenFull::refuse_newest) {
                    return false;
                }
                items_.pop_front();
            }
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
        return true;
    }

    std::optional<T> try_pop() {
        const std::lock_guard lock{mutex_};
        return take();
    }

    // Waits up to `limit`; nullopt on timeout or when closed and empty.
    std::optional<T> pop_for(std::chrono::milliseconds limit) {
        std::unique_lock lock{mutex_};
        ready_.wait_for(lock, limit, [this] { return !items_.empty() || closed_; });
        return take();
    }

    // Takes at most `count_max` items at once, without waiting.
    std::vector<T> drain(std::size_t count_max) {
        const std::lock_guard lock{mutex_};
        std::vector<T> out;
        while (!items_.empty() && out.size() < count_max) {
            out.push_back(std::move(items_.front()));
            items_.pop_front();
        }
        return out;
    }

    void close() {
        {
            const std::lock_guard lock{mutex_};
            closed_ = true;
        }
        ready_.notify_all();
    }

    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return items_.size();
    }
    [[nodiscard]] std::uint64_t dropped() const {
        const std::lock_guard lock{mutex_};
        return dropped_;
    }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    std::optional<T> take() {
        if (items_.empty()) {
            return std::nullopt;
        }
        std::optional<T> item{std::move(items_.front())};
        items_.pop_front();
        return item;
    }

    const std::size_t capacity_;
    const WhenFull policy_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<T> items_;
    std::uint64_t dropped_{0};
    bool closed_{false};
};

} // namespace ems
