// Puts the packets of one H.264 stream back into order and gives its pictures out at an even pace:
// each a fixed delay after the moment it would have come by the fastest way (transit.h), whole or
// not at all. After a gap that was not filled in time nothing comes before the next key frame,
// since a decoder would paint guesses, and a physician must not see those. The first picture after
// a start or a gap comes out as soon as it is whole.
//
// JitterDelay decides how long the delay is. Values only; time is handed in. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/transit.h"

namespace ems::video {

struct JitterLimits {
    std::chrono::milliseconds least{150};
    std::chrono::milliseconds most{500};
};

// Five round trips of the slower of both ways (vehicle to server, server to viewer), within the
// limits; a third more when more than a tenth is lost (measured: 10 % loss needs 5 round trips, 20
// % needs 6.7). Rises at once, falls by kFallPerSecond, so that a short calm does not cost a
// picture.
class JitterDelay {
  public:
    static constexpr double kHeavyLoss = 0.10;
    static constexpr std::chrono::milliseconds kFallPerSecond{10};
    explicit JitterDelay(JitterLimits limits) : limits_(limits), delay_(limits.least) {}
    std::chrono::milliseconds update(std::chrono::microseconds slower_round_trip, double loss,
                                     Ticks now);
    [[nodiscard]] std::chrono::milliseconds value() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(delay_);
    }

  private:
    const JitterLimits limits_;
    std::chrono::microseconds delay_;
    std::optional<Ticks> updated_at_;
};

class JitterBuffer {
  public:
    static constexpr std::size_t kPacketsMax = 4096;

    struct Packet {
        std::vector<std::uint8_t> bytes;
        Ticks arrived_at{};
    };
    struct Counters {
        std::uint64_t pictures{0};
        std::uint64_t gaps{0}; // that were not filled in time
        std::uint64_t late{0}; // packets that came after their time
    };

    explicit JitterBuffer(std::chrono::milliseconds delay) : delay_(delay) {}
    void set_delay(std::chrono::milliseconds delay) { delay_ = delay; }

    // An authenticated packet with its view; `now` never falls. False when it came too late or
    // twice.
    bool put(const RtpView& view, std::span<const std::uint8_t> packet, Ticks now);
    // The packets of the next picture in order, when it is time; empty: none is due.
    std::vector<Packet> take(Ticks now);
    // When take() should be called again; none: not before another packet came.
    [[nodiscard]] std::optional<Ticks> next_due() const;
    // Nothing can come out before a key frame that is not here yet.
    [[nodiscard]] bool wants_key_frame() const;
    // Another stream begins.
    void start_over();

    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] std::size_t packets() const { return packets_.size(); }

  private:
    struct Held {
        Packet packet;
        std::uint32_t timestamp{0};
        bool marker{false};
        bool starts_key_frame{false};
        bool has_parameters{false}; // begins with what a decoder needs first
    };
    using HeldPackets = std::map<std::int64_t, Held>;
    [[nodiscard]] Ticks due(const Held& held) const;
    std::int64_t extended(std::uint16_t seq) const;
    [[nodiscard]] HeldPackets::const_iterator key_frame(std::optional<Ticks> now) const;
    bool begin_at_key_frame(Ticks now);
    [[nodiscard]] std::optional<std::int64_t> end_of_picture() const;
    bool skip_gap(Ticks now);

    std::chrono::milliseconds delay_;
    Transit transit_;
    HeldPackets packets_;                // by extended number
    std::optional<std::int64_t> newest_; // of all that came
    Ticks arrived_at_{};                 // of the last one that came
    std::int64_t next_{0};               // to go out
    bool waiting_{true};                 // for a key frame
    bool at_once_{false};                // the next picture is the first
    Counters counters_;
};

} // namespace ems::video
