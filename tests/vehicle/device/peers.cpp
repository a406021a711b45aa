#include "tests/vehicle/device/peers.h"

#include <array>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/free_port.h"

namespace ems::test {
namespace {

sockaddr_in local(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int bound(int type, std::uint16_t port) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = local(port);
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
}

} // namespace

TcpPeer::~TcpPeer() {
    hang_up();
}

void TcpPeer::say(std::string_view bytes) const {
    EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
}

const std::string& TcpPeer::heard() {
    std::array<char, 4'096> buffer{};
    for (;;) {
        const ssize_t size = fd_ < 0 ? -1 : recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size <= 0) {
            ended_ = ended_ || size == 0;
            return heard_;
        }
        heard_.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

bool TcpPeer::ended() {
    heard();
    return ended_;
}

void TcpPeer::hang_up() {
    if (fd_ >= 0) {
        close(fd_);
        fd_ = -1;
    }
    heard_.clear();
    ended_ = false;
}

TcpDevice::TcpDevice() : port_(free_port()), listener_(bound(SOCK_STREAM, port_)) {
    EXPECT_EQ(listen(listener_, 4), 0);
}

TcpDevice::~TcpDevice() {
    close(listener_);
}

bool TcpDevice::taken() {
    if (fd_ < 0) {
        fd_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    }
    return fd_ >= 0;
}

bool TcpCaller::call(std::uint16_t port) {
    hang_up();
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = local(port);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        return true;
    }
    hang_up();
    return false;
}

UdpDevice::UdpDevice() : port_(free_port()), fd_(bound(SOCK_DGRAM, port_)) {}

UdpDevice::~UdpDevice() {
    close(fd_);
}

std::optional<std::string> UdpDevice::hear() {
    std::array<char, 4'096> buffer{};
    sockaddr_in from{};
    socklen_t size_of_from = sizeof from;
    const ssize_t size = recvfrom(fd_, buffer.data(), buffer.size(), 0,
                                  reinterpret_cast<sockaddr*>(&from), &size_of_from);
    if (size < 0) {
        return std::nullopt;
    }
    peer_ = ntohs(from.sin_port);
    return std::string{buffer.data(), static_cast<std::size_t>(size)};
}

void UdpDevice::say(std::string_view datagram) const {
    const sockaddr_in to = local(peer_);
    EXPECT_EQ(sendto(fd_, datagram.data(), datagram.size(), 0,
                     reinterpret_cast<const sockaddr*>(&to), sizeof to),
              static_cast<ssize_t>(datagram.size()));
}

} // namespace ems::test
