// One listening TCP port of a simulated device: whoever connects gets the greeting and then
// everything that is said. Non-blocking; one thread calls serve() when poll() says so. A client
// that does not read for kBacklogBytesMax is disconnected, as a serial line would lose bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

#include "telemetry/base/result.h"

namespace ems::sim {

class DevicePort {
  public:
    static constexpr std::size_t kClientsMax = 4;
    static constexpr std::size_t kBacklogBytesMax = 256 * 1024;

    // `what` names the device in messages. Code::busy when the port is taken. Port 0 takes any free
    // one.
    static Result<std::unique_ptr<DevicePort>> listen(const std::string& host, std::uint16_t port,
                                                      std::string what);
    ~DevicePort();
    DevicePort(const DevicePort&) = delete;
    DevicePort& operator=(const DevicePort&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    // Sent to each client that connects from now on, before anything else.
    void set_greeting(std::string greeting) { greeting_ = std::move(greeting); }
    void say(std::string_view bytes);

    void add_to(std::vector<pollfd>& fds) const;
    // Takes new clients, throws away what clients say, sends what waits.
    void serve();

  private:
    struct Client {
        int fd;
        std::string waiting;
    };
    DevicePort(int fd, std::uint16_t port, std::string what);
    void accept_clients();
    static bool flush(Client& client);
    static bool drain(int fd);

    int fd_;
    std::uint16_t port_;
    std::string what_;
    std::string greeting_;
    std::vector<Client> clients_;
};

} // namespace ems::sim
