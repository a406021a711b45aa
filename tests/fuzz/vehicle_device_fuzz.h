// What the fuzz targets of the device parsers share: a stream that comes in reads, and what must
// hold of every value a parser lets through.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "telemetry/base/assert.h"
#include "tests/fuzz/fuzz_target.h"
#include "vehicle/device/gnss.h"
#include "vehicle/device/monitor.h"

namespace ems::test {

// The first byte says how long the reads are in which `feed` gets the rest.
template <class F> void in_reads(const std::uint8_t* data, std::size_t size, F feed) {
    if (size == 0) {
        return;
    }
    const std::size_t read = 1 + std::size_t{data[0]};
    std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    for (; !bytes.empty(); bytes.remove_prefix(std::min(read, bytes.size()))) {
        feed(bytes.substr(0, read));
    }
}

inline void must_hold(const vehicle::GnssReading& reading) {
    EMS_ASSERT(reading.fix_mode == 0 || reading.fix_mode == 2 || reading.fix_mode == 3);
    EMS_ASSERT(reading.lat_e7 >= -900'000'000 && reading.lat_e7 <= 900'000'000);
    EMS_ASSERT(reading.lon_e7 >= -1'800'000'000 && reading.lon_e7 <= 1'800'000'000);
    EMS_ASSERT(reading.course_cdeg < 36'000);
    EMS_ASSERT(reading.speed_cm_s <= 102'889);
    EMS_ASSERT(reading.altitude_dm >= -5'000 && reading.altitude_dm <= 200'000);
    EMS_ASSERT(reading.hdop_centi <= 9'999 && reading.satellites <= 99);
    EMS_ASSERT(reading.utc_us == 0 || (reading.utc_us >= vehicle::kEarliestUtcUs &&
                                       reading.utc_us < vehicle::kLatestUtcUs));
}

inline void must_hold(const std::vector<vehicle::MonitorAlarm>& alarms) {
    for (const vehicle::MonitorAlarm& alarm : alarms) {
        EMS_ASSERT(!alarm.code.empty());
        EMS_ASSERT(alarm.text.size() <= 48);
        EMS_ASSERT(std::none_of(alarm.text.begin(), alarm.text.end(),
                                [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }));
    }
}

inline void must_hold(const vehicle::MonitorMessage& message) {
    constexpr std::array<std::int32_t, vehicle::kVitalKinds> kMost{350, 350, 100, 200,  300,
                                                                   300, 300, 150, 5'000};
    for (const vehicle::VitalValue& value : message.values) {
        EMS_ASSERT(value.value.value_or(0) >= 0);
        EMS_ASSERT(value.value.value_or(0) <= kMost.at(static_cast<std::size_t>(value.kind)));
        EMS_ASSERT(value.measured_at.size() <= 24);
    }
    must_hold(message.physiological.value_or(std::vector<vehicle::MonitorAlarm>{}));
    must_hold(message.technical.value_or(std::vector<vehicle::MonitorAlarm>{}));
}

} // namespace ems::test
