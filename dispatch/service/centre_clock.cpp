#include "dispatch/service/centre_clock.h"

#include <chrono>
#include <cstdlib>

#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::int64_t kSkewToldUs = 2'000'000;   // reliability, FMEA 26

std::int64_t to_us(Ticks at) {
    return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

} // namespace

std::int64_t CentreClock::utc_us() const {
    return known_ ? to_us(machine_.ticks()) + offset_us_ : machine_.utc_us();
}

void CentreClock::told(std::int64_t database_us, Ticks asked) {
    const Ticks now = machine_.ticks();
    if (database_.told(database_us, asked, now)) {
        EMS_LOG(error, "clock", "the database's clock was set: now {}", utc_iso(database_us));
    }
    offset_us_ = database_.us(now) - to_us(now);
    known_ = true;
    const bool skewed = std::abs(wall_ahead_us()) > kSkewToldUs;
    if (skewed && !said_skewed_) {
        EMS_LOG(warn, "clock", "this machine's clock is {} ms ahead of the database's", wall_ahead_us() / 1000);
    }
    said_skewed_ = skewed;
}

std::int64_t CentreClock::wall_ahead_us() const { return known_ ? machine_.utc_us() - utc_us() : 0; }

} // namespace ems::dispatch
