#include "telemetry/status/status_keys.h"

namespace ems::status {

void describe(ConfigSpec& spec, std::uint16_t default_port, StatusKeys& keys) {
    spec.text("status.address", "127.0.0.1",
              "numeric address of /metrics and /healthz, which ask for no log-in; empty: off",
              &keys.address);
    spec.integer("status.port", default_port, 0, 65'535, "their TCP port; 0: off", &keys.port);
}

StatusConfig config_of(const StatusKeys& keys) {
    StatusConfig out;
    out.address = keys.address;
    out.port = static_cast<std::uint16_t>(keys.port);
    return out;
}

} // namespace ems::status
