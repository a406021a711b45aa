// The device's end of a connection, as a test plays it. Nothing here waits: what is not there yet
// is there at a later call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ems::test {

// A stream: what was said to it so far, and a way to say something.
class TcpPeer {
  public:
    TcpPeer() = default;
    ~TcpPeer();
    TcpPeer(const TcpPeer&) = delete;
    TcpPeer& operator=(const TcpPeer&) = delete;

    [[nodiscard]] bool connected() const { return fd_ >= 0; }
    void say(std::string_view bytes) const;
    const std::string& heard();
    // The other end closed.
    bool ended();
    void hang_up();

  protected:
    int fd_{-1};

  private:
    std::string heard_;
    bool ended_{false};
};

// A device that waits to be connected to.
class TcpDevice final : public TcpPeer {
  public:
    TcpDevice();
    ~TcpDevice();
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string address() const { return "tcp:127.0.0.1:" + std::to_string(port_); }
    // True from when somebody connected.
    bool taken();

  private:
    std::uint16_t port_;
    int listener_{-1};
};

// A device that connects.
class TcpCaller final : public TcpPeer {
  public:
    // False: nobody listens there yet.
    bool call(std::uint16_t port);
};

class UdpDevice {
  public:
    UdpDevice();
    ~UdpDevice();
    UdpDevice(const UdpDevice&) = delete;
    UdpDevice& operator=(const UdpDevice&) = delete;
    [[nodiscard]] std::string address() const { return "udp:127.0.0.1:" + std::to_string(port_); }
    std::optional<std::string> hear();
    // To whom it heard last.
    void say(std::string_view datagram) const;

  private:
    std::uint16_t port_;
    int fd_{-1};
    std::uint16_t peer_{0};
};

} // namespace ems::test
