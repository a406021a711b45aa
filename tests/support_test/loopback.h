// Plain blocking sockets on 127.0.0.1 for the tests of the fault proxy. Every wait ends after
// kPatience.
#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "telemetry/base/assert.h"
#include "tests/support/free_port.h"

namespace ems::test {

inline constexpr std::chrono::milliseconds kPatience{10'000};

class Socket {
  public:
    explicit Socket(int fd = -1) : fd_(fd) {}
    ~Socket() { close(); }
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }

    [[nodiscard]] int fd() const { return fd_; }
    void close() {
        if (fd_ >= 0) {
            ::close(std::exchange(fd_, -1));
        }
    }
    [[nodiscard]] bool readable(std::chrono::milliseconds limit) const {
        pollfd wait{fd_, POLLIN, 0};
        return poll(&wait, 1, static_cast<int>(limit.count())) > 0;
    }

  protected:
    int fd_;
};

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

inline int bound(int type, std::uint16_t port) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    const int on = 1;
    const int room = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (type == SOCK_DGRAM) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
    const sockaddr_in address = loopback(port);
    EMS_ASSERT(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

class UdpSocket : public Socket {
  public:
    UdpSocket() : UdpSocket(free_port()) {}
    explicit UdpSocket(std::uint16_t port) : Socket(bound(SOCK_DGRAM, port)), port_(port) {}
    [[nodiscard]] std::uint16_t port() const { return port_; }
    void send(std::uint16_t to, const std::string& bytes) {
        const sockaddr_in address = loopback(to);
        EMS_ASSERT(sendto(fd_, bytes.data(), bytes.size(), 0,
                          reinterpret_cast<const sockaddr*>(&address),
                          sizeof address) == static_cast<ssize_t>(bytes.size()));
    }
    // The next datagram and the port it came from; nothing within `limit`: absent.
    std::optional<std::pair<std::string, std::uint16_t>>
    receive(std::chrono::milliseconds limit = kPatience) {
        if (!readable(limit)) {
            return std::nullopt;
        }
        std::string bytes(65'536, '\0');
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const ssize_t size = recvfrom(fd_, bytes.data(), bytes.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &length);
        EMS_ASSERT(size >= 0);
        bytes.resize(static_cast<std::size_t>(size));
        return std::pair{bytes, ntohs(from.sin_port)};
    }

  private:
    std::uint16_t port_;
};

class TcpSocket : public Socket {
  public:
    using Socket::Socket;
    static TcpSocket connected(std::uint16_t port) {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(port);
        if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            ::close(fd);
            return TcpSocket{};
        }
        return TcpSocket{fd};
    }
    [[nodiscard]] bool ok() const { return fd_ >= 0; }
    // False when the other side is gone.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (size <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }
    void finish() { shutdown(fd_, SHUT_WR); }

    struct Got {
        std::string bytes;
        enum class End { open, fin, reset } end{End::open};
    };
    // Up to `count` bytes, or what comes until the end of the stream, or until nothing comes for
    // `limit`.
    Got receive(std::size_t count, std::chrono::milliseconds limit = kPatience) {
        Got out;
        std::string buffer(65'536, '\0');
        while (out.bytes.size() < count && readable(limit)) {
            const ssize_t size =
                recv(fd_, buffer.data(), std::min(buffer.size(), count - out.bytes.size()), 0);
            if (size <= 0) {
                out.end = size == 0 ? Got::End::fin : Got::End::reset;
                return out;
            }
            out.bytes.append(buffer.data(), static_cast<std::size_t>(size));
        }
        return out;
    }
    // To the end of the stream.
    Got receive_all() { return receive(SIZE_MAX); }
};

class TcpListener : public Socket {
  public:
    TcpListener() : port_(free_port()) {
        fd_ = bound(SOCK_STREAM, port_);
        EMS_ASSERT(listen(fd_, 64) == 0);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Not ok() when nobody came.
    TcpSocket accept(std::chrono::milliseconds limit = kPatience) {
        return TcpSocket{readable(limit) ? accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC) : -1};
    }

  private:
    std::uint16_t port_;
};

} // namespace ems::test
