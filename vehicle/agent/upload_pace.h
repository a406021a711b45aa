// How fast what was kept on board is sent: behind everything else. It goes in ranges that take
// about 200 ms of the link each, as the ranges before showed, so that never more than that queues
// before a record of vitals, and rests behind each one for so long that it takes no more than
// `share` of the link's time and no more than `most` bytes a second.
//
// Pure: time is handed in.
#pragma once

#include <chrono>
#include <cstddef>

namespace ems::vehicle {

class UploadPace {
  public:
    struct Limits {
        double share{0.3};   // as records sent after an outage (link_budget.h)
        double most{65'536}; // bytes a second
    };
    explicit UploadPace(Limits limits) : limits_(limits) {}

    [[nodiscard]] std::size_t range_bytes() const { return range_bytes_; }
    // From the first byte of a range to the server's answer. Returns how long to rest.
    std::chrono::milliseconds sent(std::size_t bytes, std::chrono::milliseconds took);
    // The link was lost or is another: begin carefully.
    void start_over() { range_bytes_ = kRangeLeast; }

    static constexpr std::size_t kRangeLeast = 2'048;
    static constexpr std::size_t kRangeMost = 65'536;
    static constexpr std::chrono::milliseconds kRangeFor{200};
    static constexpr std::chrono::milliseconds kRestMost{60'000};

  private:
    const Limits limits_;
    std::size_t range_bytes_{kRangeLeast};
};

} // namespace ems::vehicle
