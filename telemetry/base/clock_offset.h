// How far a vehicle's clock stands behind the server's, from the messages it sends live: the
// smallest difference between receipt and the vehicle's own time stamp over the last five minutes
// is the one with the least delay on the way. A value that does not know any clock; times are
// microseconds of UTC. Bounded: one minimum per ten seconds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace ems {

class ClockOffset {
  public:
    static constexpr std::int64_t kWindowUs = 300'000'000;
    static constexpr std::int64_t kBucketUs = 10'000'000;

    // 0 is no time and tells nothing.
    void heard(std::int64_t device_us, std::int64_t received_us) {
        if (device_us <= 0) {
            return;
        }
        const std::int64_t difference = behind_us(device_us, received_us);
        // Minima of the future are left over from before the server's clock was set back.
        std::erase_if(minima_, [&](const Minimum& m) {
            return m.from_us > received_us || received_us - m.from_us >= kWindowUs;
        });
        if (minima_.empty() || received_us - minima_.back().from_us >= kBucketUs) {
            minima_.push_back({received_us, difference});
        } else {
            minima_.back().difference_us = std::min(minima_.back().difference_us, difference);
        }
    }
    // The vehicle's clock was seen to be set: what was learnt of it no longer holds.
    void forget() { minima_.clear(); }

    // Server's minus vehicle's clock; nothing before the first message.
    [[nodiscard]] std::optional<std::int64_t> us() const {
        const auto least = std::min_element(
            minima_.begin(), minima_.end(),
            [](const Minimum& a, const Minimum& b) { return a.difference_us < b.difference_us; });
        return least == minima_.end() ? std::nullopt : std::optional{least->difference_us};
    }

    // Age at its receipt of what the vehicle measured at `device_us`, not below 0.
    [[nodiscard]] std::int64_t age_us(std::int64_t device_us, std::int64_t received_us) const {
        const std::int64_t behind = behind_us(device_us, received_us);
        return std::max<std::int64_t>(0, behind - us().value_or(behind));
    }
    [[nodiscard]] std::size_t size() const { return minima_.size(); }

  private:
    struct Minimum {
        std::int64_t from_us{0};
        std::int64_t difference_us{0};
    };
    // Bounded, so that no time stamp makes the arithmetic overflow.
    static std::int64_t behind_us(std::int64_t device_us, std::int64_t received_us) {
        return received_us - std::clamp<std::int64_t>(device_us, 0, 1'000'000'000'000'000'000);
    }
    std::deque<Minimum> minima_;
};

} // namespace ems
