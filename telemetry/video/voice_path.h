// By which way the packets of an end of the intercom go: UDP, or TLS where UDP is silent
// (path_choice.h). The crew's line asks by UDP whether that passes again and comes back to it; a
// desk's stays by TLS, and its next line begins there. One thread at a time, but for the stream's
// own, which only wakes the port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/base/clock.h"
#include "telemetry/video/path_choice.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/video/udp_port.h"

namespace ems::video {

class VoicePath {
  public:
    enum class Returns { to_udp, never };
    using Way = PathChoice::Way;

    // `port` outlives this object.
    VoicePath(const UdpPort& port, Returns returns) : port_(port), returns_(returns) {}

    // A line is joined, or another ticket takes it over. Without a stream (its port 0) there is UDP
    // alone.
    void join(const Endpoint& server, const StreamTarget& stream, Ticks now);
    void leave();
    // Every 200 ms or so. True: the way is another, and the server has to be told at once.
    bool follow(Ticks now);
    // True: a question by UDP whether that passes is due; it counts as asked.
    bool take_udp_probe(Ticks now);
    // Something authenticated of the server came.
    void heard(Way way, Ticks now) { choice_.heard(way, now); }

    // False: it is gone. What would wait in the stream for long is not sent.
    bool send(std::span<const std::uint8_t> packet);
    bool send_by_udp(std::span<const std::uint8_t> packet) { return port_.send(server_, packet); }
    // Size of the next packet that came by the stream, put into `into`.
    std::optional<std::size_t> take(std::span<std::uint8_t> into);
    [[nodiscard]] bool by_stream() const { return choice_.way() == Way::stream; }

  private:
    const UdpPort& port_;
    const Returns returns_;
    Endpoint server_;
    StreamTarget stream_;
    PathChoice choice_;
    Way way_{Way::udp}; // when follow() told it last
    bool joined_{false};
    bool udp_was_silent_{false};     // when the line before ended
    std::optional<StreamLine> line_; // of a line whose ticket names a stream
};

} // namespace ems::video
