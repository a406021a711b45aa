// A monitor of one form, fed to its end.
#pragma once

#include "tests/fuzz/vehicle_device_fuzz.h"

namespace ems::test {

inline void fuzz_monitor(vehicle::MonitorForm form, const std::uint8_t* data, std::size_t size) {
    const auto monitor = vehicle::make_monitor(form);
    in_reads(data, size, [&](std::string_view bytes) {
        for (const vehicle::MonitorMessage& message : monitor->feed(bytes, Ticks{}).messages) {
            must_hold(message);
        }
    });
}

} // namespace ems::test
