#include "vehicle/agent/vehicle_clock.h"

#include <cstdlib>
#include <sys/timex.h>

#include "telemetry/base/log.h"
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

std::int64_t VehicleClock::since(const Anchor& anchor) const {
    return anchor.utc_us +
           std::chrono::duration_cast<std::chrono::microseconds>(machine_.ticks() - anchor.at)
               .count();
}

bool VehicleClock::machine_was_set() const {
    return machine_.utc_us() >= kEarliestUtcUs;
}

std::int64_t VehicleClock::device_us() const {
    const bool by_machine = (machine_was_set() && !machine_is_wrong_) || !device_;
    return by_machine ? machine_.utc_us() : since(*device_);
}

bool VehicleClock::device_is_wrong(std::int64_t utc_us) {
    const std::int64_t ahead = utc_us - device_us();
    const bool further_off =
        server_ && std::llabs(utc_us - since(*server_)) > std::llabs(device_us() - since(*server_));
    if (std::llabs(ahead) <= kWrongByUs || utc_us < kEarliestUtcUs || further_off) {
        disagreeing_ = 0;
        return false;
    }
    disagreeing_ = std::llabs(ahead - ahead_us_) <= kAgreeUs ? disagreeing_ + 1 : 1;
    ahead_us_ = ahead;
    return disagreeing_ >= kWrongFixes;
}

void VehicleClock::gnss(std::int64_t utc_us) {
    if (utc_us == 0) {
        return;
    }
    if (device_us() < kEarliestUtcUs) {
        device_ = Anchor{utc_us, machine_.ticks()};
    } else if (device_is_wrong(utc_us)) {
        EMS_LOG(warn, "clock", "machine's clock is wrong, following the receiver by_ms={}",
                ahead_us_ / 1'000);
        device_ = Anchor{utc_us, machine_.ticks()};
        machine_is_wrong_ = true;
        disagreeing_ = 0;
    }
    if (std::llabs(device_us() - utc_us) <= kAgreeUs) {
        gnss_agreed_at_ = machine_.ticks();
    }
}

void VehicleClock::server(std::int64_t utc_us) {
    if (utc_us < kEarliestUtcUs) {
        return;
    }
    server_ = Anchor{utc_us, machine_.ticks()};
    if (device_us() < kEarliestUtcUs) {
        device_ = server_;
    }
}

Moment VehicleClock::now() const {
    const Ticks ticks = machine_.ticks();
    const std::int64_t device = device_us();
    Moment moment{
        .device = {device}, .server = {server_ ? since(*server_) : device}, .ticks = ticks};
    if (gnss_agreed_at_ && ticks - *gnss_agreed_at_ < kGnssFreshFor) {
        moment.clk = wire::CLOCK_GNSS;
    } else if (device < kEarliestUtcUs) {
        moment.clk = wire::CLOCK_NEVER_SET;
    } else if (machine_was_set() && !machine_is_wrong_ && machine_is_synchronised()) {
        moment.clk = wire::CLOCK_NTP;
    } else {
        moment.clk = wire::CLOCK_FREE_RUNNING;
    }
    return moment;
}

} // namespace ems::vehicle
