// By which way the packets of one session go: UDP, or a TLS stream where UDP does not pass. The
// stream is asked for when nothing of the server was heard for kSilence, and used when it is up and
// UDP still silent. Meanwhile probes go out by UDP; two answers in a row bring the session back to
// it. A way back that did not hold for kHeld makes the next probes rarer, up to kProbeMost, so that
// a network that lets a little pass does not make the picture jump.
//
// Pure: time is handed in. One thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::video {

class PathChoice {
  public:
    enum class Way { udp, stream };

    // A session begins, or its other end is another: it has its time to be heard.
    void begin(Ticks now) { heard_at_ = now; }
    // Something authenticated of the server came by this way.
    void heard(Way way, Ticks now);
    void stream_is_up(Ticks now);
    void stream_is_down();
    // Every 200 ms or so.
    void tick(Ticks now);

    [[nodiscard]] Way way() const { return way_; }
    // The stream is to be connected, or kept.
    [[nodiscard]] bool wants_stream() const { return wants_stream_; }
    // True when a probe by UDP is due; counted as sent.
    bool take_udp_probe(Ticks now);

    static constexpr std::chrono::seconds kSilence{3};
    static constexpr std::chrono::seconds kProbeInterval{5};
    static constexpr std::chrono::seconds kProbeMost{300};
    static constexpr std::chrono::seconds kHeld{60};
    static constexpr std::chrono::seconds kKeepStream{10};

  private:
    Way way_{Way::udp};
    bool wants_stream_{false};
    bool up_{false};
    std::optional<Ticks> heard_at_; // by any way
    std::optional<Ticks> udp_at_;   // way back to UDP
    Ticks probed_at_{};
    Ticks::duration probe_interval_{kProbeInterval};
    bool probe_open_{false}; // not answered yet
    int answers_{0};
};

} // namespace ems::video
