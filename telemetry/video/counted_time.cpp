#include "telemetry/video/counted_time.h"

#include <algorithm>

#include "telemetry/video/capture_mark.h"

namespace ems::video {

void CountedTime::begin_anew() {
    counted_us_ = 0;
    least_us_.reset();
    least_before_us_.reset();
}

void CountedTime::saw(std::int64_t at_zero_us, std::int64_t arrived_us) {
    constexpr std::int64_t kStretchUs = CaptureTrust::kStretchUs;
    const std::int64_t passed = arrived_us - stretch_from_us_;
    if (passed < 0 || passed >= kStretchUs) {
        least_before_us_ = passed >= 0 && passed < 2 * kStretchUs ? least_us_ : std::nullopt;
        least_us_.reset();
        stretch_from_us_ = arrived_us;
    }
    least_us_ = std::min(least_us_.value_or(at_zero_us), at_zero_us);
}

std::int64_t CountedTime::spoken_us(std::uint64_t count_ms, std::int64_t arrived_us) {
    const auto on_ms = newest_ms_ ? static_cast<std::int64_t>(count_ms - *newest_ms_) : 0;
    newest_ms_ = count_ms;
    if (on_ms < -kBackMostMs || on_ms > kOnMostMs) {
        begin_anew();
    } else {
        counted_us_ += on_ms * 1'000;
    }
    saw(arrived_us - counted_us_, arrived_us);
    const std::int64_t spoken_us =
        counted_us_ + std::min(*least_us_, least_before_us_.value_or(*least_us_));
    if (time_on_the_way({spoken_us}, arrived_us)) {
        return spoken_us;
    }
    begin_anew();
    saw(arrived_us, arrived_us);
    return arrived_us;
}

} // namespace ems::video
