// The random numbers of the soak runs: splitmix64 (Steele, Lea, Flood 2014; public domain form of
// S. Vigna). One number is one addition and two multiplications, the whole state one word, and it
// gives the same on every machine, which std's distributions do not.
#pragma once

#include <cstdint>

namespace ems::soak {

class SplitMix {
  public:
    explicit SplitMix(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }
    // 0 to below `count`; count > 0.
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    // Both ends included; from <= to.
    std::int64_t between(std::int64_t from, std::int64_t to) {
        return from + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(to - from) + 1));
    }
    // 0 to below 1.
    double share() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    bool chance(double probability) { return share() < probability; }

  private:
    std::uint64_t state_;
};

} // namespace ems::soak
