// One MQTT 5 session of a process over mutual TLS, kept up for ever by its own supervisor thread.
//
// The broker is a lossy wire: nothing is kept here while it is away. publish() then fails with link_down, and the
// caller holds its record in its own spool or outbox. After each connect the subscriptions are made anew. The client
// below is destroyed and made again on every reconnect, never reconnected; clean start, no session, no buffer, no
// persistence (telemetry/README.md tells why).
//
//     MqttConfig config;  config.port = 8883;  config.client_id = "srv-telemetry-a"; ...
//     config.subscriptions = {{wire::up_filter(region), Qos::at_least_once}};
//     MqttHandlers handlers;
//     handlers.message = [&](MqttMessage&& m) { queue.push(std::move(m)); };
//     handlers.link = [&](const LinkChange& change) { if (change.up) { ... publish the birth ... } };
//     MqttSession session{config, handlers};
//     session.start();
//
// Use one session per process: the library below shares one receive thread among all of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/link/backoff.h"

namespace ems::link {

enum class Qos { at_most_once, at_least_once };

struct Subscription {
    std::string filter;
    Qos qos{Qos::at_most_once};
};

// Only the servers' own state is ever retained: a retained state of a vehicle would show old as new.
enum class Retain { no, yes };

// A last will: published by the broker when the connection ends without a farewell.
struct Will {
    std::string topic;
    std::string payload;
    Retain retain{Retain::no};
};

struct MqttMessage {
    std::string topic;
    std::string payload;
    Ticks received{};     // monotonic
    bool retained{false}; // kept by the broker from before: may be old
};

struct LinkChange {
    bool up{false};
    std::uint64_t attempt{0};  // counts connection attempts of this session, from 1
    Code code{Code::link_down}; // when down: link_down, tls, refused, timeout
    std::string reason;        // English, for the log
};

// A message the broker did not take although the link was up: refused by the ACL, mostly.
struct PublishFailure {
    std::string topic;
    int reason_code{0};  // of MQTT 5, e.g. 135 "not authorized"; 0 when the link was lost first
};

struct MqttConfig {
    std::string host{"127.0.0.1"};
    std::uint16_t port{8883};
    std::string client_id;         // the certificate's CN
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    std::chrono::seconds keepalive{15};
    std::chrono::milliseconds connect_timeout{5000};
    BackoffLimits backoff;         // servers: {200 ms, 2 s}
    std::vector<Subscription> subscriptions;
    std::size_t pending_max{2048};                      // messages handed over and not finished
    std::size_t pending_bytes_max{std::size_t{4} << 20U};
    std::size_t payload_max{60 * 1024};                 // the broker closes the connection above 64 KiB
};

struct MqttHandlers {
    // Asked before each attempt, on the supervisor's thread; absent: no will.
    std::function<std::optional<Will>(std::uint64_t attempt)> will;
    // On the library's only receive thread. Must return at once (push to a queue) and must not call this session.
    std::function<void(MqttMessage&&)> message;
    // On the supervisor's thread; up comes after the subscriptions are made. publish() and drop() are allowed inside.
    std::function<void(const LinkChange&)> link;
    // On a library thread; must return at once and must not call this session.
    std::function<void(const PublishFailure&)> publish_failed;
    // The same, when the broker has receipted a message (QoS 1), or when one was written (QoS 0). Of one topic in the
    // order of publishing. Says nothing of storage.
    std::function<void(const std::string& topic, Ticks at)> published;
};

struct LinkCounters {
    std::uint64_t attempts{0};
    std::uint64_t connects{0};
    std::uint64_t published{0};   // handed over
    std::uint64_t finished{0};    // written (QoS 0) or acknowledged by the broker (QoS 1)
    std::uint64_t failed{0};      // refused by the broker, or unfinished when the link went
    std::uint64_t refused_full{0};
    std::uint64_t received{0};
};

class MqttSession {
  public:
    MqttSession(MqttConfig config, MqttHandlers handlers);
    // Stops when still running.
    ~MqttSession();
    MqttSession(const MqttSession&) = delete;
    MqttSession& operator=(const MqttSession&) = delete;

    // One clear sentence when a file cannot be read or the client id is missing. For start-up. Errors: config.
    static Result<void> check(const MqttConfig& config);

    void start();
    // Says farewell (no will is published), joins the supervisor. No handler runs after it. Takes at most 2 s.
    void stop();

    // From any thread but the library's own; never waits for the network. Success says only that the message was handed
    // over. Errors: link_down, full (pending_max, pending_bytes_max), out_of_range (payload_max).
    Result<void> publish(const std::string& topic, std::string payload, Qos qos,
                         Retain retain = Retain::no);

    // Gives the present connection up and connects anew: the owner found the link dead by missing heartbeats.
    void drop(std::string reason);

    [[nodiscard]] bool connected() const;
    [[nodiscard]] LinkCounters counters() const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::link
