#include <arpa/inet.h>
#include <cstdio>
#include <memory>
#include <netinet/in.h>
#include <random>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "dispatch/app/admin/commands.h"

namespace ems::admin {
namespace {

// Below the range the kernel hands to outgoing connections (32768 and up).
constexpr int kPortFirst = 20000;
constexpr int kPortLast = 31999;

bool can_bind(int type, int port) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool bound =
        fd >= 0 && bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return bound;
}

void print_free_ports(int count) {
    std::mt19937 random{std::random_device{}()};
    std::uniform_int_distribution<int> pick{kPortFirst, kPortLast};
    std::set<int> found;
    for (int attempt = 0; attempt < 20 * (kPortLast - kPortFirst); ++attempt) {
        if (found.size() == static_cast<std::size_t>(count)) {
            break;
        }
        const int port = pick(random);
        if (!found.contains(port) && can_bind(SOCK_STREAM, port) && can_bind(SOCK_DGRAM, port)) {
            found.insert(port);
            std::printf("%d\n", port);
        }
    }
    if (found.size() < static_cast<std::size_t>(count)) {
        throw Refusal{"not enough free ports between 20000 and 31999"};
    }
}

} // namespace

void add_free_ports(CLI::App& app) {
    const auto count = std::make_shared<int>(1);
    CLI::App* const ports =
        app.add_subcommand("free-ports", "print distinct ports of 127.0.0.1 free for TCP and UDP");
    ports->add_option("count", *count, "how many")->required()->check(CLI::Range(1, 1000));
    ports->callback([count] { print_free_ports(*count); });
}

} // namespace ems::admin
