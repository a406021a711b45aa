// The console protocol's transport at the server: WebSocket over TLS with mutual certificates, one binary message per
// frame. Knows nothing of what the messages mean.
//
//     auto server = WsServer::listen(io, config);            // Errors: one sentence, e.g. the port is busy
//     (*server)->serve([&](std::shared_ptr<WsConnection> connection) -> asio::awaitable<void> {
//         for (;;) {
//             Result<std::string> message = co_await connection->receive();
//             if (!message) { co_return; }                    // closed, whoever did it
//             ...
//             connection->send(make_ws_buffer(reply.SerializeAsString()), WsClass::state);
//         }
//     });
//
// Threads: everything here, handlers included, runs on the one thread that runs the io_context. From elsewhere, post.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "telemetry/base/result.h"

namespace ems::dispatch {

struct WsServerConfig {
    std::string host{"127.0.0.1"};
    std::uint16_t port{8443};
    std::string ca_file;
    std::string crl_file;  // read again when it changes, before each handshake; empty: no revocation
    std::string certificate_file;
    std::string key_file;
    std::size_t connections_max{128};
    std::size_t message_size_max{256 * 1024};               // of a client's message; a longer one closes the connection
    std::size_t state_bytes_max{std::size_t{2} << 20U};     // waiting to be sent
    std::size_t live_bytes_max{std::size_t{1} << 20U};
    std::chrono::milliseconds handshake_timeout{5000};
    std::chrono::milliseconds idle_timeout{15'000};         // a ping goes out at half of it
};

// Encoded once, sent to many.
using WsBuffer = std::shared_ptr<const std::string>;
inline WsBuffer make_ws_buffer(std::string bytes) {
    return std::make_shared<const std::string>(std::move(bytes));
}

// state: replies, snapshots, deltas, alarms: never dropped; a console that lets more than state_bytes_max pile up is
// disconnected with the next message and will synchronise anew. live: positions, vitals, waves: the oldest waiting one is dropped at live_bytes_max.
// State goes out before live; within a class order is kept.
enum class WsClass { state, live };

struct WsConnectionCounters {
    std::uint64_t messages_in{0};
    std::uint64_t messages_out{0};
    std::uint64_t live_dropped{0};
    std::size_t state_bytes_waiting{0};
    std::size_t live_bytes_waiting{0};
};

class WsConnection {
  public:
    virtual ~WsConnection() = default;
    // The next binary message. One receive at a time. Errors: link_down (closed), malformed (text or too long: closed).
    virtual boost::asio::awaitable<Result<std::string>> receive() = 0;
    // Never waits. After the end of the connection it does nothing.
    virtual void send(WsBuffer message, WsClass kind) = 0;
    // Sends what waits in the state class (for at most 1 s), then closes. A waiting receive() ends with link_down.
    virtual void close(std::string reason) = 0;
    [[nodiscard]] virtual bool open() const = 0;
    // CN of the client's certificate, checked against the authority and the revocation list.
    [[nodiscard]] virtual const std::string& peer_cn() const = 0;
    [[nodiscard]] virtual std::uint64_t id() const = 0;
    [[nodiscard]] virtual const WsConnectionCounters& counters() const = 0;
};

class WsServer {
  public:
    // Runs for one connection until it returns; then the connection is closed. An escaped exception is logged and ends
    // that connection only.
    using Session = std::function<boost::asio::awaitable<void>(std::shared_ptr<WsConnection>)>;

    // Binds and listens. Errors: config (a file), busy (the port), io.
    static Result<std::unique_ptr<WsServer>> listen(boost::asio::io_context& io,
                                                    const WsServerConfig& config);
    virtual ~WsServer() = default;
    virtual void serve(Session session) = 0;
    // Accepts no more and closes every connection. The io_context still has to run for their ends.
    virtual void stop() = 0;
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual std::size_t connections() const = 0;
};

} // namespace ems::dispatch
