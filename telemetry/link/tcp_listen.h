// One way to begin listening on a TCP port, with an error that names the port.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/base/result.h"

#include <boost/asio/ip/tcp.hpp>

namespace ems::link {

// Errors: invalid_argument (not a numeric address), busy (the port is taken), io.
Result<void> listen_tcp(boost::asio::ip::tcp::acceptor& acceptor, const std::string& address, std::uint16_t port,
                        int backlog);

} // namespace ems::link
