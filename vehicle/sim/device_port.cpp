#include "vehicle/sim/device_port.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "telemetry/base/log.h"

namespace ems::sim {

Result<std::unique_ptr<DevicePort>> DevicePort::listen(const std::string& host, std::uint16_t port,
                                                       std::string what) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        return fail(Code::config, fmt::format("'{}' is not an IPv4 address", host));
    }
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(Code::io, fmt::format("no socket for {}: {}", what, std::strerror(errno)));
    }
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(fd, 8) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        const int error = errno;
        ::close(fd);
        return error == EADDRINUSE
                   ? fail(Code::busy, fmt::format("port {}:{} for {} is in use", host, port, what))
                   : fail(Code::io, fmt::format("cannot listen on {}:{} for {}: {}", host, port,
                                                what, std::strerror(error)));
    }
    return std::unique_ptr<DevicePort>{
        new DevicePort{fd, ntohs(address.sin_port), std::move(what)}};
}

DevicePort::DevicePort(int fd, std::uint16_t port, std::string what)
    : fd_(fd), port_(port), what_(std::move(what)) {}

DevicePort::~DevicePort() {
    for (const Client& client : clients_) {
        ::close(client.fd);
    }
    ::close(fd_);
}

void DevicePort::say(std::string_view bytes) {
    for (Client& client : clients_) {
        client.waiting.append(bytes);
    }
    std::erase_if(clients_, [](Client& client) {
        if (flush(client)) {
            return false;
        }
        ::close(client.fd);
        return true;
    });
}

void DevicePort::add_to(std::vector<pollfd>& fds) const {
    fds.push_back({fd_, POLLIN, 0});
    for (const Client& client : clients_) {
        const int events = client.waiting.empty() ? POLLIN : POLLIN | POLLOUT;
        fds.push_back({client.fd, static_cast<short>(events), 0});
    }
}

void DevicePort::accept_clients() {
    while (true) {
        const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return; // none waiting, or out of descriptors: asked again at the next turn
        }
        if (clients_.size() >= kClientsMax) {
            EMS_LOG(warn, "sim", "client refused device='{}' clients={}", what_, clients_.size());
            ::close(fd);
            continue;
        }
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        clients_.push_back({fd, greeting_});
        EMS_LOG(info, "sim", "client connected device='{}' clients={}", what_, clients_.size());
    }
}

// False when the client is gone.
bool DevicePort::drain(int fd) {
    std::array<char, 2048> unused{};
    while (true) {
        const ssize_t got = ::recv(fd, unused.data(), unused.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return false;
        }
        if (got < 0) {
            return true;
        }
    }
}

bool DevicePort::flush(Client& client) {
    while (!client.waiting.empty()) {
        const ssize_t sent =
            ::send(client.fd, client.waiting.data(), client.waiting.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            client.waiting.erase(0, static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EINTR) {
            return client.waiting.size() <= kBacklogBytesMax;
        } else {
            return false;
        }
    }
    return true;
}

void DevicePort::serve() {
    accept_clients();
    const std::size_t before = clients_.size();
    std::erase_if(clients_, [](Client& client) {
        if (drain(client.fd) && flush(client)) {
            return false;
        }
        ::close(client.fd);
        return true;
    });
    if (clients_.size() != before) {
        EMS_LOG(info, "sim", "client left device='{}' clients={}", what_, clients_.size());
    }
}

} // namespace ems::sim
