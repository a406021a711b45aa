#include "telemetry/video/udp_port.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace ems::video {
namespace {

// A key frame of 60 packets must fit while the thread is away.
constexpr int kBufferSize = 1 << 20;

} // namespace

Result<Endpoint> Endpoint::parse(const std::string& host, std::uint32_t port) {
    in_addr address{};
    if (port == 0 || port > 65535 || inet_pton(AF_INET, host.c_str(), &address) != 1) {
        return fail(Code::invalid_argument, fmt::format("{}:{} is no IPv4 endpoint", host, port));
    }
    return Endpoint{address.s_addr, htons(static_cast<std::uint16_t>(port))};
}

Result<UdpPort> UdpPort::open() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    UdpPort port{socket, wake};
    if (socket < 0 || wake < 0) {
        return fail(Code::io, std::generic_category().message(errno));
    }
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kBufferSize, sizeof kBufferSize);
    setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kBufferSize, sizeof kBufferSize);
    return port;
}

UdpPort::~UdpPort() {
    if (socket_ >= 0) {
        close(socket_);
    }
    if (wake_ >= 0) {
        close(wake_);
    }
}

UdpPort::UdpPort(UdpPort&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), wake_(std::exchange(other.wake_, -1)) {}

UdpPort& UdpPort::operator=(UdpPort&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(wake_, other.wake_);
    return *this;
}

bool UdpPort::send(const Endpoint& to, std::span<const std::uint8_t> packet) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = to.address;
    address.sin_port = to.port;
    return sendto(socket_, packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) == static_cast<ssize_t>(packet.size());
}

std::optional<std::size_t> UdpPort::receive(std::span<std::uint8_t> into,
                                            std::chrono::milliseconds limit) const {
    pollfd waits[2] = {{socket_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (poll(waits, 2, static_cast<int>(limit.count())) <= 0) {
        return std::nullopt;
    }
    if ((waits[1].revents & POLLIN) != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t taken = read(wake_, &count, sizeof count);
        return std::nullopt;
    }
    const ssize_t size = recv(socket_, into.data(), into.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 || static_cast<std::size_t>(size) > into.size()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(size);
}

void UdpPort::expedite() const {
    constexpr int kExpedited = 0xB8; // DSCP 46 in the upper six bits
    constexpr int kInteractive = 6;  // the highest that needs no privilege
    setsockopt(socket_, IPPROTO_IP, IP_TOS, &kExpedited, sizeof kExpedited);
    setsockopt(socket_, SOL_SOCKET, SO_PRIORITY, &kInteractive, sizeof kInteractive);
}

void UdpPort::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
}

} // namespace ems::video
