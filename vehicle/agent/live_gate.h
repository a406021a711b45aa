// Whether live waves and vitals may enter a link now. A link narrower than the live stream (fitted
// ECG: 5 kB/s) queues all streams one behind the other, in the client, the kernel and the modem,
// and an alarm would wait behind minutes of waves. What is kept back stays in the spool and goes
// with the backlog; events and positions are never kept back here.
//
// The queue is measured end to end: the broker receipts what goes with QoS 1 (at least u/hb, once a
// second), in order, and has then taken all that was handed over before it. Waves stop when the
// oldest receipt is missing for kWavesWaitMost or more than kWaveBytesMost of live bytes are
// unreceipted, vitals at twice that. They start again after kShutFirst with a short queue; each
// time that fails within kProven the pause doubles, up to kShutMost: what fits no more is tried
// seldom. While somebody watches no pause is longer than kShutMostWatched.
//
// A wide link that stalled for seconds (a handover between cells) looks the same until it goes on.
// Then it does not: its receipts come faster than what they are of was handed over. Only a queue
// that drained more slowly than it was filled makes the pause double.
// Pure: time is handed in. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "vehicle/agent/watched.h"

namespace ems::vehicle {

class LiveGate {
  public:
    static constexpr std::chrono::milliseconds kWavesWaitMost{2'000};
    static constexpr std::size_t kWaveBytesMost{16'384};
    static constexpr std::chrono::milliseconds kShutFirst{5'000};
    static constexpr std::chrono::milliseconds kShutMost{300'000};
    static constexpr std::chrono::milliseconds kShutMostWatched{20'000};
    static constexpr std::chrono::milliseconds kProven{30'000};

    // The link is gone: nothing is under way, and nothing is known of the next one.
    void reset();
    // Handed over to the link. What a u/bf holds is bounded by LinkBudget: its bytes do not count
    // here, its receipt does.
    void sent(wire::UpKind kind, std::size_t bytes, Ticks now);
    // The broker has the lowest message of that kind that had no receipt yet; `at`: when the
    // receipt came. How long that message was under way; nothing for kinds other than those with
    // QoS 1.
    std::optional<Ticks::duration> received(wire::UpKind kind, Ticks at);
    // A live record of `stream` may be handed over. `watched`: somebody looks at it.
    bool open(wire::Stream stream, Watched watched, Ticks now);

    // Since the oldest message without a receipt was handed over, 0 without one.
    [[nodiscard]] std::chrono::milliseconds waiting(Ticks now) const;
    [[nodiscard]] std::uint64_t unreceipted_bytes() const { return live_bytes_ - received_bytes_; }

  private:
    struct Message {
        wire::UpKind kind{};
        Ticks at{};
        std::uint64_t live_bytes{0}; // handed over up to here
    };
    // What was without a receipt when a way was shut, and how it drained.
    struct Queue {
        std::size_t messages{0};     // of it, that have no receipt yet
        Ticks::duration filled_in{}; // from the first of its messages to the last
        std::optional<Ticks> first_receipt{};
        Ticks last_receipt{};
        [[nodiscard]] bool drained_slowly(Ticks shut_at) const;
    };
    // One stream's way in.
    struct Way {
        std::optional<Ticks> shut_at;
        std::optional<Ticks> opened_at;
        std::chrono::milliseconds pause{kShutFirst};
        bool failed_early{false}; // shut within kProven of its opening
        Queue queue;
    };
    [[nodiscard]] bool queue_exceeds(std::uint32_t quarters, Ticks now) const;
    // While it is shut: how long in all, as far as the queue has told by now.
    [[nodiscard]] static std::chrono::milliseconds pause_of(const Way& way);
    bool judge(Way& way, std::uint32_t limit_quarters, Watched watched, Ticks now) const;
    void shut(Way& way, Ticks now) const;

    std::deque<Message> under_way_; // as many as the link takes
    std::uint64_t live_bytes_{0};
    std::uint64_t received_bytes_{0};
    Way waves_;
    Way vitals_;
};

} // namespace ems::vehicle
