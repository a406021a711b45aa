#include "dispatch/core/database_time.h"

#include <chrono>
#include <cstdlib>

#include "telemetry/base/assert.h"

namespace ems::dispatch {
namespace {

std::int64_t to_us(Ticks::duration length) {
    return std::chrono::duration_cast<std::chrono::microseconds>(length).count();
}

} // namespace

bool DatabaseTime::told(std::int64_t database_us, Ticks asked, Ticks answered) {
    EMS_ASSERT(answered >= asked);
    const std::int64_t half_us = to_us(answered - asked) / 2;
    const Reading fresh{database_us - to_us(asked.time_since_epoch()) - half_us, half_us, answered};
    const bool contradicts =
        held_ && std::abs(fresh.offset_us - held_->offset_us) > half_us + error_us(answered);
    if (!held_ || contradicts || fresh.error_us <= error_us(answered)) {
        held_ = fresh;
    }
    return contradicts;
}

std::int64_t DatabaseTime::us(Ticks now) const {
    EMS_ASSERT(held_);
    return to_us(now.time_since_epoch()) + held_->offset_us;
}

std::int64_t DatabaseTime::error_us(Ticks now) const {
    EMS_ASSERT(held_);
    return held_->error_us + to_us(now - held_->at) * kDriftPpm / 1'000'000;
}

} // namespace ems::dispatch
