// Arithmetic of a stream of speech between two parties, without packets' bytes, socket or clock.
// One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/video/rtp.h"

namespace ems::video {

// Joins stretches of speech, each with numbers and time stamps of its own (another speaker, another
// session), into one stream: numbers go on without a gap between stretches and keep the gaps inside
// them, time stamps go on by the time that passed. The first number is 1: whoever hears of the stream
// later than its beginning then guesses SRTP's count of wraps right (RFC 3711 section 3.3.1).
class VoiceSplice {
  public:
    struct Header {
        std::uint16_t seq{0};
        std::uint32_t timestamp{0}; // 48 kHz
        bool first{false};          // of its stretch: RTP's marker (RFC 3551 section 4.1)
    };
    // `stretch` differs between stretches. nullopt: a straggler of before this stretch.
    std::optional<Header> next(const RtpView& packet, std::uint64_t stretch, Ticks now);

  private:
    bool started_{false};
    std::uint64_t stretch_{0};
    std::uint16_t first_in_{0};
    std::uint16_t offset_{0};
    std::uint32_t timestamp_offset_{0};
    std::uint16_t newest_out_{0};
    std::uint32_t newest_timestamp_{0};
    Ticks newest_at_{};
};

// How long packets of speech must wait for those behind them: the 98th percentile of how much later
// than the quickest of the last ten seconds they came, between 60 and 80 ms (the reference's range:
// below it a mobile network's scheduling alone is heard, above it talk becomes talk-over).
class JitterTarget {
  public:
    static constexpr std::chrono::milliseconds kLeast{60};
    static constexpr std::chrono::milliseconds kMost{80};
    static constexpr std::chrono::milliseconds kStep{10};

    // A packet with this time stamp (48 kHz) came now.
    void received(std::uint32_t timestamp, Ticks now);
    // Its packets' time stamps have nothing to do with those before.
    void start_over() { count_ = 0; }
    // Rises at once, falls by a step when ten seconds did not need it.
    [[nodiscard]] std::chrono::milliseconds target();

  private:
    static constexpr std::size_t kWindow = 500; // packets of 20 ms
    std::array<std::int64_t, kWindow> transit_us_{};
    std::size_t count_{0};
    std::size_t at_{0};
    std::uint32_t base_timestamp_{0};
    Ticks base_at_{};
    std::chrono::milliseconds target_{kLeast};
    std::size_t since_change_{0};
};

} // namespace ems::video
