// The keeper of the archive as figures: ems_telemetryd_retention_*.
#pragma once

#include "telemetry/base/metrics.h"
#include "telemetry/retention/keeper.h"

namespace ems::retention {

void write_metrics(metrics::Exposition& out, const KeeperCounters& counters);

} // namespace ems::retention
