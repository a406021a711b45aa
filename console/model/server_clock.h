// How far the server's clock is ahead of this machine's, from the times in its messages. The largest difference of the
// newest 60 s is the one with the least delay on the way; older ones are forgotten, since both clocks may be set right.
// Bounded: one sample a second.
#pragma once

#include <cstdint>
#include <deque>

namespace ems::console {

class ServerClock {
  public:
    static constexpr std::int64_t kWindowUs = 60'000'000;

    // 0 before the first message.
    [[nodiscard]] std::int64_t offset_us() const { return samples_.empty() ? 0 : samples_.front().offset_us; }
    void forget() { samples_.clear(); }
    void note(std::int64_t server_us, std::int64_t local_us) {
        if (!samples_.empty() && local_us < samples_.back().local_us) {
            samples_.clear(); // this machine's clock was set back
        }
        const std::int64_t offset_us = server_us - local_us;
        while (!samples_.empty() && samples_.back().offset_us <= offset_us) {
            samples_.pop_back();
        }
        const bool second_has_better = !samples_.empty() && local_us - samples_.back().local_us < kStepUs;
        if (!second_has_better) {
            samples_.push_back({local_us, offset_us});
        }
        while (samples_.size() > 1 && local_us - samples_.front().local_us > kWindowUs) {
            samples_.pop_front();
        }
    }

  private:
    static constexpr std::int64_t kStepUs = 1'000'000;
    struct Sample {
        std::int64_t local_us;
        std::int64_t offset_us;
    };
    std::deque<Sample> samples_; // by time, offsets falling
};

} // namespace ems::console
