// The configuration keys of /metrics and /healthz, the same for every server.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/base/config.h"
#include "telemetry/status/status_http.h"

namespace ems::status {

// Where each server answers when its configuration does not say.
inline constexpr std::uint16_t kTelemetrydPort = 8121;
inline constexpr std::uint16_t kDispatchdPort = 8122;
inline constexpr std::uint16_t kMediadPort = 8123;

struct StatusKeys {
    std::string address;
    std::int64_t port{0};
};

// status.address, status.port. `keys` must outlive the loading.
void describe(ConfigSpec& spec, std::uint16_t default_port, StatusKeys& keys);
StatusConfig config_of(const StatusKeys& keys);

} // namespace ems::status
