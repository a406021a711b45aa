#include "telemetry/video/transit.h"

#include <algorithm>
#include <cstdlib>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t kJumpMax = std::int64_t{kVideoClockHz} * 60;

} // namespace

std::int64_t Transit::media_us(std::uint32_t timestamp) const {
    const std::int64_t ahead = static_cast<std::int32_t>(timestamp - *newest_);
    return newest_us_ + ahead * 100 / 9; // 90 kHz
}

Transit::Sample Transit::sample(std::uint32_t timestamp, Ticks now) {
    Sample out;
    if (newest_) {
        const std::int64_t ahead = static_cast<std::int32_t>(timestamp - *newest_);
        if (std::abs(ahead) > kJumpMax) {
            fastest_.reset();
            fastest_before_.reset();
            newest_us_ = 0;
            newest_ = timestamp;
            out.restarted = true;
        }
    } else {
        newest_ = timestamp;
    }
    const std::int64_t media = media_us(timestamp);
    if (media >= newest_us_) {
        newest_us_ = media;
        newest_ = timestamp;
    }
    out.us = std::chrono::duration_cast<microseconds>(now.time_since_epoch()).count() - media;
    if (!fastest_ || now - window_began_ >= kWindow) {
        fastest_before_ = fastest_;
        fastest_ = out.us;
        window_began_ = now;
    }
    fastest_ = std::min(*fastest_, out.us);
    return out;
}

std::int64_t Transit::fastest_us() const {
    EMS_ASSERT(fastest_.has_value());
    return std::min(*fastest_, fastest_before_.value_or(*fastest_));
}

Ticks Transit::expected_at(std::uint32_t timestamp) const {
    EMS_ASSERT(newest_.has_value());
    return Ticks{microseconds{media_us(timestamp) + fastest_us()}};
}

} // namespace ems::video
