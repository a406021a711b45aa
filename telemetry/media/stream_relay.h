// Packets of media over TLS streams (telemetry/video/framing.h), for ends that UDP does not reach:
// the same authenticated packets to the same hub. Each connection has an address of its own that no
// datagram can come from, 0.0.0.0 with the connection's number as port, so that the hub learns by
// which way an end is heard as it learns any address.
//
// What waits for a connection is at most kWaitingMax bytes; a packet beyond it is not sent, and the
// hub lets that viewer resume at a key frame. Of speech it is kSpeechWaitingMax, and the kernel's
// buffer is small: what would be heard late is left out.
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
    bool send(const video::Endpoint& to, std::span<const std::uint8_t> packet) override;
    bool send_speech(const video::Endpoint& to, std::span<const std::uint8_t> packet) override;
    [[nodiscard]] std::size_t connections() const;

    static constexpr std::size_t kWaitingMax = 262'144;
    static constexpr std::size_t kSpeechWaitingMax = 4'096; // more than half a second
    static constexpr std::chrono::seconds kSilence{60};
    static constexpr std::chrono::seconds kProofWithin{5};
    static constexpr std::size_t kUnprovenMax = 65'536;

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with the coroutines under way
};

} // namespace ems::media
