// Which packets of the encoder leave for the network while the server is away: none, but for a key
// frame that was let through by itself. Behind it they leave from the next key frame on. What is
// held back has no number yet, so nothing looks lost. A picture that the way has no room for is
// held back as a whole, with all up to the next key frame. lets() on the encoder's thread, the rest
// on the camera's supervisor.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "telemetry/video/rtp.h"

namespace ems::vehicle {

// none: what waits for the way would wait long.
enum class Room { there, none };

class PacketGate {
  public:
    void close() { closed_ = true; }
    void open() { closed_ = false; }
    // The next key frame leaves though the gate is closed.
    void let_one_key_frame() { one_leaves_ = true; }
    // Packets of one picture have one time stamp.
    bool lets(const video::RtpView& packet, Room room = Room::there) {
        const bool begins = newest_ != packet.timestamp;
        newest_ = packet.timestamp;
        const bool key_frame = video::starts_key_frame(packet.payload);
        if (closed_) {
            passing_ = false;
            if (key_frame && one_leaves_.exchange(false)) {
                alone_ = packet.timestamp;
            }
            return alone_ == packet.timestamp;
        }
        alone_.reset();
        if (begins && room == Room::none) {
            passing_ = false;
            refused_ = true;
        } else if (begins) {
            refused_ = false;
        }
        passing_ = passing_ || (key_frame && !refused_);
        return passing_;
    }

  private:
    std::atomic<bool> closed_{false};
    std::atomic<bool> one_leaves_{false};
    bool passing_{true};
    bool refused_{false}; // the picture of the newest packet
    std::optional<std::uint32_t> alone_;
    std::optional<std::uint32_t> newest_; // time stamp
};

} // namespace ems::vehicle
