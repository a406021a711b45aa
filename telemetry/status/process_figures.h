// What the kernel says of this process, under the names that every Prometheus client library uses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/base/metrics.h"

namespace ems::status {

struct ProcessFigures {
    std::uint64_t resident_bytes{0};
    std::uint64_t virtual_bytes{0};
    std::uint64_t threads{0};
    std::uint64_t open_fds{0};
    std::uint64_t max_fds{0};
    double cpu_s{0};   // user and system, all threads
    double start_s{0}; // UTC since 1970
};

// From /proc/self; what cannot be read is 0. Takes well under a millisecond.
ProcessFigures read_process();
// process_resident_memory_bytes and so on, and ems_build_info of `server` ("telemetryd").
void write_process(metrics::Exposition& out, const ProcessFigures& process, std::string_view server,
                   std::string_view version);

} // namespace ems::status
