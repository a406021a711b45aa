// The JT/T 808 gateway as figures: ems_telemetryd_terminal_*.
#pragma once

#include <cstddef>

#include "telemetry/base/metrics.h"
#include "telemetry/gateway/session.h"

namespace ems::gateway {

void write_metrics(metrics::Exposition& out, const GatewayCounters& counters,
                   std::size_t connections);

} // namespace ems::gateway
