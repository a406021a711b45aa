// The TCP port of ems-mediad: TLS, and by ALPN what the client wants: a vehicle's back-fill
// ("http/1.1"), for which it shows its certificate, or packets of media where UDP does not pass
// ("ems-rtp"), which prove keys of their own.
//
//     TlsListener listener{executor, config};
//     listener.add("http/1.1", ClientCertificate::demanded, serve);   // a coroutine that runs
//     listener.start();                                               // until the client is done
//
// Bounded: connections_max, and `handshake_limit` for a handshake. Who has neither shown a
// certificate nor proved a key is a stranger. Of those there are at most strangers_per_address_max
// from one address, a further one is refused (a county's desks may share one address and come back
// all at once after a restart, each with nine tiles; who is refused tries again within seconds),
// and strangers_max in all, where the oldest makes room: vehicles and desks find the door open
// however many knock. Everything on the executor's single thread. A coroutine still running when
// the listener ends finds its stream closed.
#pragma once

#include <chrono>
#include <cstddef>
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
    std::size_t strangers_max{128};
    std::size_t strangers_per_address_max{32};
};

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

struct TlsClient {
    std::shared_ptr<TlsStream> stream; // shared: the listener closes it when it ends
    std::string common_name;           // empty: it showed no certificate
    std::function<void()> known;       // to be called when it proved a key: no stranger any more
};

class TlsListener {
  public:
    using Serve = std::function<boost::asio::awaitable<void>(TlsClient)>;

    TlsListener(boost::asio::any_io_executor executor, TlsListenerConfig config);
    ~TlsListener();
    TlsListener(const TlsListener&) = delete;
    TlsListener& operator=(const TlsListener&) = delete;

    // Before start(); each once.
    void add(const std::string& protocol, link::ClientCertificate certificate, Serve serve);
    // Errors: config (a file), invalid_argument (address), busy (the port), io.
    Result<void> start();
    // Accepts no more and closes every stream.
    void stop();
    [[nodiscard]] std::size_t connections() const;
    // Turned away, or closed for another, since the start.
    [[nodiscard]] std::uint64_t strangers_refused() const;

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with the coroutines under way
};

} // namespace ems::media
