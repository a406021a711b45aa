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
// seldom. Pure: time is handed in. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"

namespace ems::vehicle {

class LiveGate {
  public:
    static constexpr std::chrono::milliseconds kWavesWaitMost{2'000};
    static constexpr std::size_t kWaveBytesMost{16'384};
    static constexpr std::chrono::milliseconds kShutFirst{5'000};
    static constexpr std::chrono::milliseconds kShutMost{300'000};
    static constexpr std::chrono::milliseconds kProven{30'000};

    // The link is gone: nothing is under way, and nothing is known of the next one.
    void reset();
    // Handed over to the link. What a u/bf holds is bounded by LinkBudget: its bytes do not count
    // here, its receipt does.
    void sent(wire::UpKind kind, std::size_t bytes, Ticks now);
    // The broker has the lowest message of that kind that had no receipt yet. Of other kinds than
    // those with QoS 1: ignored.
    void received(wire::UpKind kind);
    // A live record of `stream` may be handed over.
    bool open(wire::Stream stream, Ticks now);

    // Since the oldest message without a receipt was handed over, 0 without one.
    [[nodiscard]] std::chrono::milliseconds waiting(Ticks now) const;
    [[nodiscard]] std::uint64_t unreceipted_bytes() const { return live_bytes_ - received_bytes_; }

  private:
    struct Message {
        wire::UpKind kind{};
        Ticks at{};
        std::uint64_t live_bytes{0}; // handed over up to here
    };
    // One stream's way in.
    struct Way {
        std::optional<Ticks> shut_at;
        std::optional<Ticks> opened_at;
        std::chrono::milliseconds pause{kShutFirst};
    };
    [[nodiscard]] bool queue_exceeds(std::uint32_t quarters, Ticks now) const;
    bool judge(Way& way, std::uint32_t limit_quarters, Ticks now) const;

    std::deque<Message> under_way_; // as many as the link takes
    std::uint64_t live_bytes_{0};
    std::uint64_t received_bytes_{0};
    Way waves_;
    Way vitals_;
};

} // namespace ems::vehicle
