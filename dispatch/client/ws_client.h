// The console protocol's transport at the client: one WebSocket connection over TLS with mutual certificates.
// Everything runs on the one thread that runs the io_context.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "dispatch/client/connect_trial.h"
#include "telemetry/base/result.h"

namespace ems::client {

struct WsTarget {
    std::string host;  // an address or a name
    std::uint16_t port{0};
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    std::chrono::milliseconds timeout{5000};       // name, connection, both handshakes together
    std::size_t message_size_max{std::size_t{16} << 20U};  // of a server's message
    std::size_t send_bytes_max{std::size_t{1} << 20U};     // waiting to be sent
};

struct ConnectWatch {
    std::function<void(ConnectStep)> began;
    std::function<void(ConnectCause)> ended;
};

class WsClient {
  public:
    // Errors: link_down, timeout, tls (ours or the server's certificate), config (a file).
    static boost::asio::awaitable<Result<std::shared_ptr<WsClient>>> connect(boost::asio::io_context& io,
                                                                             WsTarget target);
    // The same, and tells `watch` of each step that begins and of the cause when it ends in an error.
    static boost::asio::awaitable<Result<std::shared_ptr<WsClient>>>
    connect(boost::asio::io_context& io, WsTarget target, ConnectWatch watch);
    virtual ~WsClient() = default;
    // Errors: link_down.
    virtual boost::asio::awaitable<Result<std::string>> receive() = 0;
    // Errors: full, link_down.
    virtual Result<void> send(std::string message) = 0;
    // At once; a waiting receive() ends with link_down.
    virtual void close() = 0;
};

} // namespace ems::client
