// A UDP socket for one peer, waited on by one thread and woken by any. Not connected: after a
// change of network the kernel picks the new source address, and what comes in is judged by its
// authentication, not by where it came from.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "telemetry/base/result.h"

namespace ems::video {

// An IPv4 address and port in network order.
struct Endpoint {
    std::uint32_t address{0};
    std::uint16_t port{0};
    bool operator==(const Endpoint&) const = default;
    // Errors: invalid_argument (not a dotted address, port 0).
    static Result<Endpoint> parse(const std::string& host, std::uint32_t port);
    [[nodiscard]] bool is_set() const { return port != 0; }
};

class UdpPort {
  public:
    // Errors: io.
    static Result<UdpPort> open();
    ~UdpPort();
    UdpPort(UdpPort&&) noexcept;
    UdpPort& operator=(UdpPort&&) noexcept;

    // False when it was not taken (full buffers, no route): the packet is gone. From any thread.
    bool send(const Endpoint& to, std::span<const std::uint8_t> packet) const;
    // Size of the next datagram put into `into`; nullopt after `limit` or wake().
    std::optional<std::size_t> receive(std::span<std::uint8_t> into,
                                       std::chrono::milliseconds limit) const;
    // What is sent from now on is speech: routers and this machine's queues let it pass video
    // (RFC 3246, DSCP 46).
    void expedite() const;
    // Ends a receive() at once. From any thread.
    void wake() const;

  private:
    UdpPort(int socket, int wake) : socket_(socket), wake_(wake) {}
    int socket_{-1};
    int wake_{-1};
};

} // namespace ems::video
