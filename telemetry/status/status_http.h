// /metrics and /healthz of a server, for Prometheus, curl and whoever watches the machine: a small
// HTTP/1.1 listener of our own, one request a connection. It has no log-in and no encryption, and
// shows no patient data: bind it to loopback or to the network of the monitoring alone.
//
//     StatusServer status{context.get_executor(), {.address = "127.0.0.1", .port = 8121}, pages};
//     status.start();
//
// Answers: 200; 400 not HTTP as RFC 9112 has it; 404; 405; 431 a head above 8 KiB; 503 a failed
// check of /healthz, or too many connections at once.
//
// Bounds: connections_max connections, a further one gets its 503 without being read; a head of
// 8 KiB; `deadline` for reading and writing together. A port that is taken does not stop the server
// from doing its work: it is said in the log and tried again every few seconds, and the monitoring
// sees that nobody answers. Everything runs on the executor's single thread, the pages included:
// they are made when they are asked for and must not wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/result.h"
#include "telemetry/status/health.h"

namespace ems::status {

struct StatusConfig {
    std::string address{}; // numeric; empty: off
    std::uint16_t port{0}; // 0: off
    std::size_t connections_max{16};
    std::chrono::milliseconds deadline{5000};
    std::chrono::milliseconds bind_again{5000};
};

struct StatusPages {
    std::function<std::string()> metrics;
    std::function<Health()> health;
};

// For start-up. Errors: config (the address is not numeric).
Result<void> check(const StatusConfig& config);

class StatusServer {
  public:
    StatusServer(boost::asio::any_io_executor executor, StatusConfig config, StatusPages pages);
    ~StatusServer();
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;

    void start();
    // Closes everything at once; nothing of it keeps the executor's run() from returning.
    void stop();
    [[nodiscard]] bool listening() const;
    [[nodiscard]] std::size_t connection_count() const;

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with its handlers
};

} // namespace ems::status
