// A server's link to the broker as figures.
#pragma once

#include <string>

#include "telemetry/base/metrics.h"
#include "telemetry/link/mqtt_session.h"

namespace ems::link {

// `prefix` is "ems_telemetryd": ems_telemetryd_broker_up and so on.
void write_metrics(metrics::Exposition& out, const std::string& prefix, const MqttSession& session);

} // namespace ems::link
