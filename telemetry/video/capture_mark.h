// When a picture was taken, and in what form it is sent: elements of the RTP header extension (RFC
// 8285, one byte each) of its last packet. Time as urn:ietf:params:rtp-hdrext:ntp-64 (RFC 6051
// section 3.3), element 1; the form and the clock, element 2, are this product's own. In the last packet, which is
// shorter than the others anyway: those before stay of one size, which a server sends with one call.
//
// The time is the vehicle's, as vitals and waves bear it, so that a recording can be shown in step
// with them; a vehicle whose clock was never set sends none, nor do cameras of others. The extension
// is authenticated and not encrypted: it tells nothing of a patient. Pure; from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/base/clock.h"

namespace ems::video {

// Whether the vehicle's clock is held by a time server, to some milliseconds, so that it can be
// compared with the centre's; one that a satellite receiver merely agrees with may be 2 s away.
enum class CaptureClock : std::uint8_t { free_running, disciplined };
// still: one picture every few seconds, which is all that the link carries (video_budget.h).
enum class SentForm : std::uint8_t { moving, still };

struct CaptureMark {
    std::int64_t captured_us{0}; // UTC, the vehicle's clock
    SentForm form{SentForm::moving};
    CaptureClock clock{CaptureClock::free_running};
    bool operator==(const CaptureMark&) const = default;
};

inline constexpr std::size_t kCaptureMarkSize = 16;

// The clock by which a vehicle's marks are made.
struct MarkClock {
    std::int64_t at_zero_us{0}; // UTC when the monotonic clock (Ticks) was zero
    CaptureClock trust{CaptureClock::free_running};
};
CaptureMark mark_at(const MarkClock& clock, Ticks captured_at, SentForm form = SentForm::moving);

// Puts it into the plain packet of `size` bytes at the begin of `buffer`, which has room for
// kCaptureMarkSize more (asserted). The new size; nullopt, and nothing changed, when the packet is
// malformed, has an extension already, or would become too large.
std::optional<std::size_t> add_capture_mark(std::span<std::uint8_t> buffer, std::size_t size,
                                            const CaptureMark& mark);
// Of a plain packet; nullopt when it bears none.
std::optional<CaptureMark> read_capture_mark(std::span<const std::uint8_t> packet);

// How long ago it was taken when the packet came, by two clocks that need not agree: nullopt when
// they cannot be those of one moment, from 1 s before to 60 s ago.
std::optional<std::chrono::microseconds> time_on_the_way(const CaptureMark& mark,
                                                         std::int64_t arrived_us);

// Whether one camera's marks are of the time by which the centre files vitals: where it sees a
// vehicle's clock more than 2 s away it corrects their times (telemetry/README.md), and marks are
// worth nothing then. Judged by the quickest picture of the last half to whole minute, so that a
// clogged link is not taken for a wrong clock. One thread.
class CaptureTrust {
  public:
    static constexpr std::int64_t kSkewMaxUs = 2'000'000;
    static constexpr std::int64_t kStretchUs = 30'000'000;
    void saw(const CaptureMark& mark, std::int64_t arrived_us);
    [[nodiscard]] bool believed() const;

  private:
    std::int64_t stretch_from_us_{0};
    std::optional<std::int64_t> least_us_; // of this stretch
    std::optional<std::int64_t> least_before_us_;
};

} // namespace ems::video
