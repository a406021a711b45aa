// The TCP port of ems-mediad: TLS with mutual certificates, and by ALPN what the client wants: a
// vehicle's back-fill ("http/1.1"), or packets of media where UDP does not pass ("ems-rtp").
//
//     TlsListener listener{executor, config};
//     listener.add("http/1.1", serve);           // a coroutine that runs until the client is done
//     listener.start();
//
// Bounded: connections_max, and `handshake_limit` for a handshake. Everything on the executor's
// single thread. A coroutine still running when the listener ends finds its stream closed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "telemetry/base/result.h"
#include "telemetry/link/tls_server.h"

namespace ems::media {

struct TlsListenerConfig {
    std::string address{"127.0.0.1"};
    std::uint16_t port{0};
    link::TlsServerFiles files;
    std::size_t connections_max{512};
    std::chrono::milliseconds handshake_limit{5000};
};

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

struct TlsClient {
    std::shared_ptr<TlsStream> stream; // shared: the listener closes it when it ends
    std::string common_name;
};

class TlsListener {
  public:
    using Serve = std::function<boost::asio::awaitable<void>(TlsClient)>;

    TlsListener(boost::asio::any_io_executor executor, TlsListenerConfig config);
    ~TlsListener();
    TlsListener(const TlsListener&) = delete;
    TlsListener& operator=(const TlsListener&) = delete;

    // Before start(); each once.
    void add(const std::string& protocol, Serve serve);
    // Errors: config (a file), invalid_argument (address), busy (the port), io.
    Result<void> start();
    // Accepts no more and closes every stream.
    void stop();
    [[nodiscard]] std::size_t connections() const;

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with the coroutines under way
};

} // namespace ems::media
