// Packets of media over TLS streams (telemetry/video/framing.h), for ends that UDP does not reach:
// the same authenticated packets to the same hub. Each connection has an address of its own that no
// datagram can come from, 0.0.0.0 with the connection's number as port, so that the hub learns by
// which way an end is heard as it learns any address.
//
// Nobody is shown what has waited: a picture is not begun while more than kRoom bytes wait for its
// connection, or what is being written has been for more than kSlowAfter, and the hub lets that
// viewer resume at a key frame. One that was begun goes on up to kWaitingMax bytes, as a large key
// frame is more than kRoom by itself. Of speech kSpeechWaitingMax may wait. The kernel's buffers are
// small.
//
// Where a viewer's right ended, what waits goes with the connection, the kernel's part as well,
// unless somebody else is heard by it.
//
// A vehicle shows its certificate, and its connection stays until it is silent for kSilence. A desk
// may have none, and needs none: each packet proves a key, and who holds no live grant is sent
// nothing. Without a certificate a connection is closed when no packet proved a key for
// kProofWithin, as long as the hub goes on sending to a viewer who says nothing, or when more than
// kUnprovenMax bytes came meanwhile. So it ends with the grant as well. On the executor's single
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include "telemetry/media/tls_listener.h"
#include "telemetry/media/udp_relay.h"

namespace ems::media {

class StreamRelay final : public StreamPaths {
  public:
    // `relay` outlives this object.
    explicit StreamRelay(UdpRelay& relay);
    ~StreamRelay() override;

    // Of the protocol "ems-rtp".
    TlsListener::Serve serve();
    bool send(const Outgoing& packet) override;
    bool send_speech(const video::Endpoint& to, std::span<const std::uint8_t> packet) override;
    void drop(const video::Endpoint& end) override;
    [[nodiscard]] std::size_t connections() const;

    static constexpr std::size_t kWaitingMax = 262'144;
    static constexpr std::size_t kRoom = 32'768; // as on a vehicle (video/stream_line.h)
    static constexpr std::chrono::milliseconds kSlowAfter{300};
    static constexpr std::size_t kSpeechWaitingMax = 4'096; // more than half a second
    static constexpr std::chrono::seconds kSilence{60};
    static constexpr std::chrono::seconds kProofWithin{5};
    static constexpr std::size_t kUnprovenMax = 65'536;

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with the coroutines under way
};

} // namespace ems::media
