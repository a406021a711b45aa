// Cameras of vehicle terminals as cameras of the relay: a terminal that was asked to (JT/T 808
// 0x9101, by ems-telemetryd) connects by TCP and sends one channel as JT/T 1078; its pictures go
// to the hub as RTP, and are watched, sent again and recorded from there as any other's.
//
// The protocol knows neither encryption nor a secret. A connection is believed while its packets
// bear the number and channel of a stream that is wanted, come from the address of that terminal's
// 808 session, and no other connection sends the same; any other is closed. The listener's address
// is that of the private vehicle network.
//
// Only H.264 is taken, for no picture is transcoded; another encoding closes the connection and is
// written down as the stream's problem. A terminal makes key frames when it likes: a viewer who
// comes sees nothing before the next one.
//
// A connection whose stream is not known yet is unclaimed. Of those one address has at most
// unclaimed_per_address_max, a further one is refused (terminals of one carrier may share an address,
// but are unclaimed for a moment only; who is refused is asked again within seconds); where all
// places are taken, the oldest of them makes room: a terminal finds the door open however many
// knock. A claimed one is never closed for another.
//
// Bounds: connections_max; 8 KiB a read, read on only after what was read is relayed; `silence`
// without a packet, or a stream wanted no longer for `wanted_no_longer`, closes the line.
// Everything runs on the executor's single thread, which is the hub's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/terminal_store.h"
#include "telemetry/media/udp_relay.h"

namespace ems::media {

struct TerminalStreamsConfig {
    std::string address;   // numeric, of the listener; empty: no terminal is asked for a stream
    std::uint16_t port{0}; // 0: any, then port() tells
    std::size_t connections_max{64};
    std::size_t unclaimed_per_address_max{8};
    std::chrono::milliseconds silence{5000};
    std::chrono::milliseconds known_within{3000}; // for the session's address to become known here
    std::chrono::milliseconds wanted_no_longer{3000};
};

struct TerminalStreamFigures {
    std::size_t connections{0};
    std::uint64_t connections_refused{0}; // nobody asked, another address, a second one, too many,
                                          // or closed for a newer one
    std::uint64_t frames{0};
    std::uint64_t packets_lost{0};
    std::uint64_t noise_bytes{0};
    std::uint64_t unsupported{0}; // connections closed for their encoding
};

class TerminalStreams {
  public:
    // A packet of sound of a channel whose sound is taken; `time_ms` of the terminal's clock.
    using OnSound = std::function<void(const CameraKey& camera, std::uint8_t payload_type,
                                       std::uint64_t time_ms, std::string_view body)>;

    // Hub, relay and clock outlive this object.
    TerminalStreams(boost::asio::any_io_executor executor, TerminalStreamsConfig config, Hub& hub,
                    UdpRelay& relay, const Clock& clock, OnSound on_sound);
    ~TerminalStreams();
    TerminalStreams(const TerminalStreams&) = delete;
    TerminalStreams& operator=(const TerminalStreams&) = delete;

    [[nodiscard]] bool enabled() const;
    // Listens, when it is enabled. Errors: invalid_argument (address), busy (the port is taken),
    // io.
    Result<void> start();
    void stop();
    [[nodiscard]] std::uint16_t port() const;
    // Closes what is silent or wanted no longer; to be called about every 200 ms.
    void tick();

    // All channels that are cameras, as the database says now.
    void apply(const std::vector<TerminalChannel>& channels);
    [[nodiscard]] std::vector<TerminalWant> wants() const;
    // True once after a stream began, ended or was refused for its encoding.
    bool take_changed();
    // Cameras of terminals that are logged in.
    [[nodiscard]] std::vector<TerminalChannel> present() const;
    [[nodiscard]] TerminalStreamFigures figures() const;

  private:
    struct Body;
    class Line;
    std::shared_ptr<Body> body_; // shared with its coroutines
};

} // namespace ems::media
