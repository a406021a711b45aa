// When sound was spoken whose packets tell milliseconds of a clock of their own, and no mark by which
// that clock could be compared with others (JT/T 1078, capture_mark.h). The first packet counts as
// spoken when it came, the others at what their count says since. A packet that comes sooner than that
// moves the map, and the quickest one of the last half to whole minute holds it: so a clock's drift is
// bounded to what it makes of a minute, and a clogged way moves nothing. A count that goes back, jumps
// on by a minute or tells of more than a minute ago is mapped anew. Pure; one thread.
#pragma once

#include <cstdint>
#include <optional>

namespace ems::video {

class CountedTime {
  public:
    // UTC of the packet's begin; `arrived_us` by this machine's clock. Any count is survived.
    std::int64_t spoken_us(std::uint64_t count_ms, std::int64_t arrived_us);

    static constexpr std::int64_t kBackMostMs = 500;
    static constexpr std::int64_t kOnMostMs = 60'000;

  private:
    void begin_anew();
    void saw(std::int64_t at_zero_us, std::int64_t arrived_us);

    std::optional<std::uint64_t> newest_ms_;
    std::int64_t counted_us_{0};                 // since it was mapped
    std::int64_t stretch_from_us_{0};            // by arrival
    std::optional<std::int64_t> least_us_;       // UTC at counted_us_ 0, by this stretch's packets
    std::optional<std::int64_t> least_before_us_; // by those of the stretch before
};

} // namespace ems::video
