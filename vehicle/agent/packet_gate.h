// Which packets of the encoder leave for the network while the server is away: none, but for a key
// frame that was let through by itself. Behind it they leave from the next key frame on. What is
// held back has no number yet, so nothing looks lost. check() on the encoder's thread, the rest on
// the camera's supervisor.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "telemetry/video/rtp.h"

namespace ems::vehicle {

class PacketGate {
  public:
    void close() { closed_ = true; }
    void open() { closed_ = false; }
    // The next key frame leaves though the gate is closed.
    void let_one_key_frame() { one_leaves_ = true; }
    // Packets of one picture have one time stamp.
    bool lets(const video::RtpView& packet) {
        const bool key_frame = video::starts_key_frame(packet.payload);
        if (closed_) {
            passing_ = false;
            if (key_frame && one_leaves_.exchange(false)) {
                alone_ = packet.timestamp;
            }
            return alone_ == packet.timestamp;
        }
        alone_.reset();
        passing_ = passing_ || key_frame;
        return passing_;
    }

  private:
    std::atomic<bool> closed_{false};
    std::atomic<bool> one_leaves_{false};
    bool passing_{true};
    std::optional<std::uint32_t> alone_;
};

} // namespace ems::vehicle
