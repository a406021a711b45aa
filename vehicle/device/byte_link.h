// Bytes from one device for ever: over TCP (connecting, or waiting for the device to connect), UDP
// or from a terminal line, connected again after every loss (back-off 0.5 to 5 s until bytes come)
// and after silence. Callbacks run on the io_context's thread; none runs after stop(). Bounded:
// reads of 16 KiB, at most 64 KiB waiting to be written (more is dropped: only requests and
// acknowledgements are written). Over UDP each read and each send is one datagram, to and from one
// peer. Waiting, one device is served at a time: a further one is taken when the first is lost or
// silent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace boost::asio {
class io_context;
}

namespace ems::vehicle {

struct DeviceAddress {
    enum class Kind { none, tcp, listen, udp, pty };
    Kind kind{Kind::none};
    std::string host; // tcp, udp; listen: an address of this machine
    std::uint16_t port{0};
    std::string path; // pty: a terminal or serial device
    std::uint32_t baud{0}; // pty: 0 leaves the speed as the system set it
};

// "none", "tcp:HOST:PORT", "listen:ADDRESS:PORT", "udp:HOST:PORT", "pty:/path", "pty:/path@BAUD"
// (1200 to 921600, as termios names them; 8N1, no flow control). Errors: invalid_argument.
Result<DeviceAddress> parse_device_address(const std::string& text);

class ByteLink {
  public:
    struct Handlers {
        std::function<void()> opened;
        // False: these bytes cannot be followed; the connection is made anew.
        std::function<bool(std::string_view)> bytes;
        std::function<void(const std::string& reason)> closed;
    };
    ByteLink(boost::asio::io_context& io, DeviceAddress address,
             std::chrono::milliseconds silence_max, Handlers handlers);
    ~ByteLink();
    ByteLink(const ByteLink&) = delete;
    ByteLink& operator=(const ByteLink&) = delete;

    void start();
    void stop();
    void send(std::string bytes);
    [[nodiscard]] bool is_open() const;

  private:
    class Body;
    std::shared_ptr<Body> body_; // shared with the operations under way
};

} // namespace ems::vehicle
