// Exponential back-off with jitter of +-30 %, so that a fleet that lost its broker does not come back in one moment.
// Pure: the delay is returned, waiting is the caller's. Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace ems {

struct BackoffLimits {
    std::chrono::milliseconds first{1000};
    std::chrono::milliseconds most{30'000};
};

class Backoff {
  public:
    Backoff(BackoffLimits limits, std::uint64_t seed)
        : limits_(limits), base_(limits.first), random_(seed) {}

    // first, 2 first, 4 first ... most; each times 0.7 to 1.3.
    std::chrono::milliseconds next() {
        std::uniform_real_distribution<double> jitter{0.7, 1.3};
        const double ms = static_cast<double>(base_.count()) * jitter(random_);
        base_ = std::min(base_ * 2, limits_.most);
        return std::chrono::milliseconds{static_cast<std::int64_t>(ms)};
    }
    void reset() { base_ = limits_.first; }

  private:
    BackoffLimits limits_;
    std::chrono::milliseconds base_;
    std::mt19937_64 random_;
};

} // namespace ems
