// The least that speaks MQTT 3.1.1 over a socket of its own: the light publisher of benches, and
// the subscriber that a library is measured against. Blocking, one thread each way; a fault ends
// the process with a sentence, as there is nothing to measure then.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ems::bench {

struct TlsFiles {
    std::string ca;
    std::string certificate;
    std::string key;
};

class RawMqtt {
  public:
    // Connects to 127.0.0.1. Without `tls` in plain text.
    RawMqtt(std::uint16_t port, const std::string& client_id, const TlsFiles* tls);
    ~RawMqtt();
    RawMqtt(const RawMqtt&) = delete;
    RawMqtt& operator=(const RawMqtt&) = delete;

    // Waits for the answer; before any publish.
    void subscribe(const std::string& filter);
    // Gathers; flush() sends. QoS 1 where `packet_id` is not 0.
    void publish(std::string_view topic, std::string_view payload, std::uint16_t packet_id = 0);
    void flush();
    // Reads once, waiting at most `wait_ms`, and hands out what is complete: publishes as topic and
    // payload; PUBACKs are counted.
    using OnPublish = std::function<void(std::string_view topic, std::string_view payload)>;
    void read(int wait_ms, const OnPublish& on_publish);
    [[nodiscard]] std::uint64_t pubacks() const { return pubacks_; }

  private:
    struct Channel;
    void send_all(std::string_view bytes);
    std::uint8_t await_packet();
    // True when a whole packet was handed out.
    bool take_packet(const OnPublish& on_publish, std::uint8_t& kind);

    std::unique_ptr<Channel> channel_;
    std::string out_;
    std::string in_;
    std::size_t at_{0}; // of in_, already handed out
    std::uint64_t pubacks_{0};
};

} // namespace ems::bench
