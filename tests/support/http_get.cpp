#include "tests/support/http_get.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ems::test {

HttpReply http_exchange(std::uint16_t port, std::string_view bytes,
                        std::chrono::milliseconds limit) {
    HttpReply out;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(fd);
        return out;
    }
    while (!bytes.empty()) {
        const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    const auto end = std::chrono::steady_clock::now() + limit;
    std::string text;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        pollfd wait{fd, POLLIN, 0};
        if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) <= 0) {
            break;
        }
        char buffer[4096];
        const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
        if (got <= 0) {
            break;
        }
        text.append(buffer, static_cast<std::size_t>(got));
    }
    close(fd);
    const std::size_t gap = text.find("\r\n\r\n");
    if (text.starts_with("HTTP/1.1 ") && gap != std::string::npos) {
        out.status = std::atoi(text.c_str() + 9);
        out.head = text.substr(0, gap + 2);
        out.body = text.substr(gap + 4);
    }
    return out;
}

HttpReply http_get(std::uint16_t port, std::string_view target) {
    return http_exchange(port,
                         "GET " + std::string{target} + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

} // namespace ems::test
