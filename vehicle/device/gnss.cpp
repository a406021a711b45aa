#include "vehicle/device/gnss.h"

#include <chrono>
#include <cmath>

#include "telemetry/base/assert.h"
#include "vehicle/device/gpsd.h"
#include "vehicle/device/nmea.h"

namespace ems::vehicle {

std::unique_ptr<GnssParser> make_gnss_parser(GnssForm form) {
    switch (form) {
    case GnssForm::nmea:
        return std::make_unique<NmeaParser>();
    case GnssForm::gpsd:
        return std::make_unique<GpsdParser>();
    }
    EMS_ASSERT(false);
    return nullptr;
}

std::optional<std::int64_t> gnss_utc_us(const CivilTime& time) {
    using namespace std::chrono;
    const year_month_day civil{year{time.year}, month{static_cast<unsigned>(time.month)},
                               day{static_cast<unsigned>(time.day)}};
    if (!civil.ok()) {
        return std::nullopt;
    }
    const std::int64_t days = sys_days{civil}.time_since_epoch().count();
    const std::int64_t us = (days * 86'400 + time.hour * 3'600 + time.minute * 60) * 1'000'000 +
                            std::llround(time.second * 1e6);
    return us < kEarliestUtcUs || us >= kLatestUtcUs ? 0 : us;
}

} // namespace ems::vehicle
