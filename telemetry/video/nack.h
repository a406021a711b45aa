// Which packets of a stream are missing, and when to ask for each of them (again): the receiver's
// half of retransmission (RFC 4585 section 6.2.1), without RFC 4585's timing rules, which let one
// request through in a second and so lose 7 to 27 % of pictures at 5 % loss (README, measured).
//
// A number is asked for when it did not come within the reorder window, again after each 1.2 round
// trips, and given up when an answer could not come before the deadline. Each request goes out
// twice, kRepeatAfter apart: a request is 50 bytes, and one lost costs a round trip. At 20 % loss
// in both directions five tries leave one packet in 500,000 missing, with the copies that an
// answerer sends (RequestLog in retransmit.h).
//
// Values only; time is handed in. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"

namespace ems::video {

// A round trip, smoothed as RFC 6298 section 2 does.
class RoundTrip {
  public:
    // Until the first measurement.
    static constexpr std::chrono::microseconds kAssumed{100'000};
    void measured(std::chrono::microseconds trip);
    [[nodiscard]] std::optional<std::chrono::microseconds> value() const { return smoothed_; }
    [[nodiscard]] std::chrono::microseconds or_assumed() const {
        return smoothed_.value_or(kAssumed);
    }

  private:
    std::optional<std::chrono::microseconds> smoothed_;
};

class NackGenerator {
  public:
    static constexpr std::chrono::milliseconds kReorderWindow{10};
    static constexpr std::chrono::milliseconds kRepeatAfter{5};
    static constexpr std::chrono::milliseconds kRetryMin{20};
    // More missing at once is an outage: all is given up and a key frame is due.
    static constexpr std::size_t kMissingMax = 512;
    static constexpr std::size_t kAskedAtOnceMax = 256; // rtcp.h: kMissingMax

    // Numbers are given up so long after the gap was seen.
    explicit NackGenerator(std::chrono::milliseconds deadline) : deadline_(deadline) {}

    void set_deadline(std::chrono::milliseconds deadline) { deadline_ = deadline; }
    void set_round_trip(std::chrono::microseconds trip) { trip_ = trip; }

    // A packet came, by whatever way.
    void received(std::uint16_t seq, Ticks now);
    // Numbers before the first one may be missing, too: asks for `count` of them.
    void expect_before(std::uint16_t first, std::size_t count, Ticks now);
    // Numbers to ask for now, rising on the circle; valid until the next call.
    std::span<const std::uint16_t> due(Ticks now);
    // When due() has something to do; none: nothing is missing.
    [[nodiscard]] std::optional<Ticks> next_due() const;
    // Numbers given up since the last call.
    std::size_t take_given_up();
    [[nodiscard]] std::size_t missing() const { return missing_.size(); }
    // Another numbering begins.
    void start_over();

  private:
    struct Missing {
        std::uint16_t seq{0};
        Ticks seen_at{};  // the gap
        Ticks next_at{};  // of the next request
        Ticks asked_at{}; // of the last try
        unsigned requests{0};
    };
    void add(std::uint16_t seq, Ticks now);
    [[nodiscard]] std::chrono::microseconds retry_after() const;
    [[nodiscard]] bool over(const Missing& it, Ticks now) const;
    void asked(Missing& it, Ticks now) const;

    std::chrono::milliseconds deadline_;
    std::chrono::microseconds trip_{RoundTrip::kAssumed};
    std::optional<std::uint16_t> newest_;
    std::deque<Missing> missing_; // rising
    std::vector<std::uint16_t> due_;
    std::optional<Ticks> next_due_; // not later than the earliest
    std::size_t given_up_{0};
};

} // namespace ems::video
