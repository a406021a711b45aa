// Five readings a second in, one position a second out: the newest that is a fix and could be true.
// A jump faster than 250 km/h (times the time scale of a simulated world) from the last good place
// is held back; five in a row that agree with each other are believed, since then it was the last
// good place that lied. Pure.
#pragma once

#include <optional>

#include "telemetry/base/clock.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/device/gnss.h"

namespace ems::vehicle {

class PositionFilter {
  public:
    explicit PositionFilter(double time_scale) : time_scale_(time_scale) {}

    enum class Verdict { no_fix, good, implausible };
    Verdict add(const GnssReading& reading, Ticks now);

    // The newest good reading since the last call.
    std::optional<GnssReading> take();
    [[nodiscard]] bool suspicious() const { return strange_count_ > 0; }
    [[nodiscard]] std::uint64_t implausible_count() const { return implausible_total_; }

    static wire::Position position_of(const GnssReading& reading);

  private:
    struct Seen {
        GnssReading reading;
        Ticks at{};
    };
    [[nodiscard]] bool reachable(const Seen& from, const GnssReading& to, Ticks now) const;

    const double time_scale_;
    std::optional<Seen> good_;
    std::optional<Seen> strange_;
    int strange_count_{0};
    std::optional<GnssReading> fresh_;
    std::uint64_t implausible_total_{0};
};

} // namespace ems::vehicle
