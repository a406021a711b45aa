// How one camera reaches ems-mediad: by UDP, by TLS where UDP does not pass (path_choice.h), or not
// at all, when its packets are held back (outage_watch.h, packet_gate.h). Says what is to be kept
// on board. lets() on the encoder's thread, the rest on the camera's supervisor.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "telemetry/base/clock.h"
#include "telemetry/video/media_sender.h"
#include "telemetry/video/path_choice.h"
#include "telemetry/video/stream_line.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/camera_sender.h"
#include "vehicle/agent/outage_watch.h"
#include "vehicle/agent/packet_gate.h"

namespace ems::vehicle {

class CameraReach {
  public:
    using Way = video::PathChoice::Way;

    // With a ring pictures are held back from a server that is away; without one they go out all
    // the same. `sender` outlives this object; `wake` is called when something came by TLS.
    CameraReach(CameraSender& sender, const CameraOptions& options, std::function<void()> wake);

    // May this packet of the encoder leave?
    bool lets(const video::RtpView& packet);

    // The server gave another session, or wants no pictures.
    void session(Ticks now);
    void stopped();
    // The camera rests, and sends again.
    void rest() { watch_.rest(); }
    void wake(Ticks now);
    // What the server said, by which way. True: it was away and is not any more.
    bool heard(const video::MediaSender::Heard& what, Way way, Ticks now);
    // Every 200 ms or so.
    void tick(Ticks now);
    // Size of the next datagram that came by TLS, put into `into`.
    std::optional<std::size_t> take(std::span<std::uint8_t> into);
    // True once after the way changed: the server needs a key frame.
    bool take_key_frame_request() { return std::exchange(key_frame_wanted_, false); }

    [[nodiscard]] bool is_away() const { return watch_.is_away(); }
    [[nodiscard]] bool keeps() const { return watch_.keeps(); }
    [[nodiscard]] Ticks heard_at() const { return watch_.heard_at(); }

  private:
    void watch(Ticks now);
    void choose_way(Ticks now);

    CameraSender& sender_;
    const std::string camera_;
    const video::StreamFiles certificates_;
    const bool has_ring_;
    OutageWatch watch_;
    video::PathChoice path_;
    PacketGate gate_;
    std::atomic<bool> by_stream_{false};
    bool key_frame_wanted_{false};
    std::optional<video::StreamLine> line_; // none without certificates
};

} // namespace ems::vehicle
