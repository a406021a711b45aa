#include "vehicle/agent/vehicle_clock.h"

#include <cstdlib>
#include <sys/timex.h>

#include "vehicle/device/nmea.h"

namespace ems::vehicle {
namespace {

constexpr std::int64_t kAgreeUs =
    1'000'000; // a fix arrives some tenths of a second after its moment
constexpr std::chrono::seconds kGnssFreshFor{10};

bool machine_is_synchronised() {
    timex state{};
    return adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
}

} // namespace

void VehicleClock::gnss(std::int64_t utc_us) {
    if (utc_us == 0) {
        return;
    }
    if (device_us() < kEarliestUtcUs) {
        correction_us_ = utc_us - machine_.utc_us();
        set_from_outside_ = true;
    }
    if (std::llabs(device_us() - utc_us) <= kAgreeUs) {
        gnss_agreed_at_ = machine_.ticks();
    }
}

void VehicleClock::server(std::int64_t utc_us) {
    if (utc_us < kEarliestUtcUs) {
        return;
    }
    if (device_us() < kEarliestUtcUs) {
        correction_us_ = utc_us - machine_.utc_us();
        set_from_outside_ = true;
    }
    server_offset_us_ = utc_us - device_us();
}

Moment VehicleClock::now() const {
    const Ticks ticks = machine_.ticks();
    Moment moment{.device = {device_us()}, .server = {device_us()}, .ticks = ticks};
    moment.server.us += server_offset_us_.value_or(0);
    if (gnss_agreed_at_ && ticks - *gnss_agreed_at_ < kGnssFreshFor) {
        moment.clk = wire::CLOCK_GNSS;
    } else if (device_us() < kEarliestUtcUs) {
        moment.clk = wire::CLOCK_NEVER_SET;
    } else if (!set_from_outside_ && machine_is_synchronised()) {
        moment.clk = wire::CLOCK_NTP;
    } else {
        moment.clk = wire::CLOCK_FREE_RUNNING;
    }
    return moment;
}

} // namespace ems::vehicle
