// Whether vehicles are asked to keep their waves to themselves: while their ring was more than half
// full, until it is less than a quarter full. Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/ingest/limits.h"

namespace ems::ingest {

class WaveHold {
  public:
    enum class Say { nothing, hold, release };

    // What is to be said now, of a ring that holds `size` of `capacity` messages. `hold` again
    // every kHoldRepeat, `release` once.
    Say update(std::size_t size, std::size_t capacity, Ticks now) {
        if (!said_ && size * kHoldAbove > capacity) {
            ++begun_;
            said_ = now;
            return Say::hold;
        }
        if (said_ && size * kHoldBelow < capacity) {
            said_.reset();
            return Say::release;
        }
        if (said_ && now - *said_ >= kHoldRepeat) {
            said_ = now;
            return Say::hold;
        }
        return Say::nothing;
    }
    [[nodiscard]] bool holding() const { return said_.has_value(); }
    // How often it began.
    [[nodiscard]] std::uint64_t begun() const { return begun_; }

  private:
    std::optional<Ticks> said_;
    std::uint64_t begun_{0};
};

} // namespace ems::ingest
