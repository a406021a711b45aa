// The network side of a camera: session, address, time stamps. It outlives the pipelines that feed
// it, so that a key never counts a packet twice and the picture's clock runs on over a rebuilt
// encoder. Any thread; send() is the encoder's.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/video/media_sender.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/video/udp_port.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {

class CameraSender {
  public:
    // `port` outlives the sender.
    explicit CameraSender(const video::UdpPort& port) : port_(port) {}

    // True when the session is another than the one that runs. Errors: invalid_argument (address,
    // SSRC, key sizes).
    Result<bool> start(const wire::MediaSession& session);
    void stop();

    // Of the session that runs; nullopt: none does.
    [[nodiscard]] std::optional<std::uint32_t> bitrate_kbit() const;
    // A pipeline begins: its clock may start anywhere. While no pipeline runs.
    void rebase() { rebase_ = true; }
    // Where the server of the session takes a stream; nullopt: it takes none, or there is no
    // session.
    [[nodiscard]] std::optional<video::StreamTarget> stream_target() const;
    // Everything leaves by this line from now on; null: by UDP. It outlives the sender.
    void leave_by(video::StreamLine* line) { line_ = line; }
    // Asks the server of the session whether it hears us.
    void probe();
    void probe_by_udp();
    // The same, and tells it that this camera rests.
    void tell_rest();
    // An RTP packet of the encoder. Dropped without a session, and beyond the packets of one. The
    // last of a picture bears the mark.
    void send(std::span<const std::uint8_t> packet,
              const std::optional<video::CaptureMark>& mark = {});
    // A datagram that came from anywhere; its bytes are changed. nullopt when it is not the
    // server's of this session.
    std::optional<video::MediaSender::Heard> hear(std::span<std::uint8_t> datagram);
    // Pictures whose last packet was sent.
    [[nodiscard]] std::uint64_t frames_sent() const { return frames_sent_; }

  private:
    struct Sending {
        std::string session_id;
        video::Endpoint server;
        video::StreamTarget stream; // port 0: none
        std::uint32_t bitrate_kbit;
        std::uint64_t packets;
        std::unique_ptr<video::MediaSender> sender;
    };
    static Result<Sending> admit(const wire::MediaSession& session);
    [[nodiscard]] video::MediaSender::Send to(const video::Endpoint& server) const;

    const video::UdpPort& port_;
    std::atomic<video::StreamLine*> line_{nullptr};
    std::atomic<std::uint64_t> frames_sent_{0};
    mutable std::mutex mutex_; // guards the session
    std::optional<Sending> sending_;

    // Of the encoder's thread, or of the supervisor while no pipeline runs.
    std::atomic<bool> rebase_{true};
    std::uint32_t timestamp_offset_{0};
    std::uint32_t timestamp_sent_{0};
    Ticks timestamp_at_{};
};

} // namespace ems::vehicle
