// A libpq connection string split by hosts, so that each host gets a deadline of its own: libpq's
// connect_timeout counts whole seconds and has a floor of two.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::pg {

struct Host {
    std::string name; // "127.0.0.1:5432", for messages
    std::vector<std::pair<std::string, std::string>>
        settings; // everything PQconnectStartParams needs
};

inline constexpr std::size_t kHostsMax = 16;

// Hosts in the order written. target_session_attrs defaults to read-write: a service decides on no
// replica. Fails (Code::config) on what libpq cannot parse or on lists of different lengths. No
// secret stands in the message.
Result<std::vector<Host>> split_hosts(const std::string& conninfo, const std::string& application);

} // namespace ems::pg
