// When a decoder that shows nothing is made anew: packets have come without a hole for kStallLimit
// and no picture came out. The time of an outage does not count, since nobody fed the decoder then:
// one that is whole shows the first key frame after it at once, while a new one costs a second.
// Values only; time is handed in. One thread at a time.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::video {

class DecoderWatch {
  public:
    static constexpr std::chrono::milliseconds kStallLimit{5000};
    // Without a packet for this long nobody feeds it.
    static constexpr std::chrono::milliseconds kFedWithin{1000};

    // To be called several times within kFedWithin. last_packet and last_picture are absent before
    // the first one.
    [[nodiscard]] bool is_stalled(Ticks built_at, std::optional<Ticks> last_packet,
                                  std::optional<Ticks> last_picture, Ticks now) {
        if (!last_packet || now - *last_packet >= kFedWithin) {
            fed_since_.reset();
            return false;
        }
        fed_since_ = fed_since_.value_or(now);
        const Ticks alive = std::max({built_at, *fed_since_, last_picture.value_or(built_at)});
        return now - alive > kStallLimit;
    }

  private:
    std::optional<Ticks> fed_since_;
};

} // namespace ems::video
