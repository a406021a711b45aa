#include "console/model/replay_clock.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::console {

ReplaySpeed faster(ReplaySpeed speed) {
    return speed == ReplaySpeed::x16 ? speed : static_cast<ReplaySpeed>(static_cast<int>(speed) * 2);
}

ReplaySpeed slower(ReplaySpeed speed) {
    return speed == ReplaySpeed::x1 ? speed : static_cast<ReplaySpeed>(static_cast<int>(speed) / 2);
}

ReplayClock::ReplayClock(std::int64_t from_us, std::int64_t to_us)
    : from_us_(from_us), to_us_(to_us), anchor_us_(from_us) {
    EMS_ASSERT(from_us < to_us);
}

std::int64_t ReplayClock::at(Ticks now) const {
    if (!playing_) {
        return anchor_us_;
    }
    const std::int64_t passed_us = std::chrono::duration_cast<std::chrono::microseconds>(now - anchor_).count();
    return std::clamp(anchor_us_ + passed_us * static_cast<std::int64_t>(speed_), from_us_, to_us_);
}

// From here on it is counted anew.
void ReplayClock::hold(Ticks now) {
    anchor_us_ = at(now);
    anchor_ = now;
}

void ReplayClock::play(Ticks now) {
    hold(now);
    playing_ = true;
}

void ReplayClock::pause(Ticks now) {
    hold(now);
    playing_ = false;
}

void ReplayClock::set_speed(ReplaySpeed speed, Ticks now) {
    hold(now);
    speed_ = speed;
}

void ReplayClock::seek(std::int64_t us, Ticks now) {
    anchor_us_ = std::clamp(us, from_us_, to_us_);
    anchor_ = now;
    ++jumps_;
}

} // namespace ems::console
