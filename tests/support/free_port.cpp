#include "tests/support/free_port.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <random>
#include <set>
#include <sys/socket.h>
#include <unistd.h>

#include "telemetry/base/assert.h"
#include "tests/support/child_process.h"

namespace ems::test {
namespace {

bool can_bind(int type, std::uint16_t port) {
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool bound =
        bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    return bound;
}

// Until this process ends no other one of the build is given this port, and this one not again: between the choice and the
// listening lie seconds. The byte of one file whose place is the port is locked, by this opening of it.
bool reserve(std::uint16_t port) {
    static const int file = open(build_path("test-ports").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    static std::set<std::uint16_t> ours;
    EMS_ASSERT(file >= 0);
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = port;
    lock.l_len = 1;
    return !ours.contains(port) && fcntl(file, F_OFD_SETLK, &lock) == 0 && ours.insert(port).second;
}

} // namespace

std::uint16_t free_port() {
    static std::mt19937 random{std::random_device{}()};
    std::uniform_int_distribution<int> pick{20000, 31999};
    for (int attempt = 0; attempt < 1000; ++attempt) {
        const auto port = static_cast<std::uint16_t>(pick(random));
        if (can_bind(SOCK_STREAM, port) && can_bind(SOCK_DGRAM, port) && reserve(port)) {
            return port;
        }
    }
    EMS_ASSERT(!"no free port");
    return 0; // not reached; an unoptimized build does not see it
}

} // namespace ems::test
