// How long after its time what a loudspeaker plays comes back into the microphone: what a sound
// card holds longer than its driver says, and the way through the room. Found by correlating what
// is played with what is heard, second by second, at 4 kHz; told when two seconds in which
// something was played agree. Somebody who speaks meanwhile does not disturb it: his voice is not
// what is played. Without an echo (a headset) nothing is told.
//
// Bounded: lags of 0 to kMost, 40 us of work for each 10 ms heard. Pure; one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ems::video {

class EchoDelay {
  public:
    static constexpr std::chrono::milliseconds kMost{250};

    // Samples of 48 kHz. `at`: of the first, when it is due at the loudspeaker and when the driver
    // says the microphone gave it; of one clock. What is played comes before its time.
    void played(std::span<const std::int16_t> samples, std::chrono::nanoseconds at);
    void captured(std::span<const std::int16_t> samples, std::chrono::nanoseconds at);
    [[nodiscard]] std::optional<std::chrono::milliseconds> found() const;

  private:
    static constexpr std::int64_t kRateHz = 4'000;
    static constexpr std::int64_t kStepNs = 1'000'000'000 / kRateHz;
    static constexpr std::size_t kLags = 1 + static_cast<std::size_t>(kMost.count() * kRateHz / 1'000);
    static constexpr std::size_t kSecond = kRateHz;

    // One of the two, at kRateHz: the newest second, by place in time.
    class Track {
      public:
        // True when it does not go on where it was.
        bool put(std::span<const std::int16_t> samples, std::chrono::nanoseconds at);
        [[nodiscard]] std::int64_t end() const { return end_; }
        [[nodiscard]] float at(std::int64_t place) const;

      private:
        void add(float sample);
        std::array<float, kSecond> ring_{};
        std::int64_t end_{0};
        std::int64_t known_{0}; // places behind end_ that mean something
        float sum_{0};
        int summed_{0};
        float before_{0};
    };
    void correlate(std::int64_t from, std::int64_t to);
    void judge();
    void start_over();

    Track played_;
    Track captured_;
    std::array<float, kLags> products_{};
    float played_energy_{0};
    std::size_t correlated_{0};
    std::optional<std::size_t> lag_before_; // of the second before
    std::optional<std::size_t> lag_;
};

} // namespace ems::video
