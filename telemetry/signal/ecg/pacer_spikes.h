// Takes the pulses of a pacemaker out of a lead, so that what paces is not counted as what beats:
// IEC 60601-2-27 asks for no response to pulses of 0.1 to 2 ms, and to those of 10 ms. A pulse
// leaves the line and comes back to it within 12 ms, both faster than any QRS complex moves (0.4 mV
// a millisecond); a straight line stands in its place. A stimulus that captures is followed by its
// beat, which stays. At low rates a pulse that falls between two samples is not seen. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace ems::signal {

class PacerSpikes {
  public:
    explicit PacerSpikes(double rate_hz); // 125 to 1000 Hz

    // The sample of delay() samples ago; nothing before there is one. NaN passes through.
    std::optional<float> push(float mv);
    [[nodiscard]] int delay() const { return static_cast<int>(ahead_); }

  private:
    static constexpr std::size_t kAheadMax = 12; // 12 ms at 1000 Hz
    [[nodiscard]] float ahead(std::size_t i) const { return ring_[(next_ + i) % (ahead_ + 1)]; }
    [[nodiscard]] std::size_t length_of_pulse() const;

    std::size_t ahead_;
    float edge_mv_;
    std::array<float, kAheadMax + 1> ring_{};
    std::size_t next_{0}; // the oldest
    std::size_t held_{0};
    float last_{0};
    float step_{0};
    float unrest_mv_{0};     // greatest step of the last samples
    std::size_t bridged_{0}; // samples of a pulse still to replace
};

} // namespace ems::signal
