// Packets on their way out, and what a relay socket needs of the one who decides about packets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"

namespace ems::media {

// One packet to send, in a buffer of the outbox.
struct Outgoing {
    video::Endpoint to;
    std::size_t size{0};
    std::uint32_t viewer_ssrc{0}; // whose stream breaks when it is not sent; 0: nobody's
    std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead> bytes;
};

// Packets of one batch, in buffers made once.
class Outbox {
  public:
    explicit Outbox(std::size_t capacity) : packets_(capacity) {}
    // Null when full.
    Outgoing* add() { return count_ < packets_.size() ? &packets_[count_++] : nullptr; }
    void remove_last() { --count_; }
    // What can wait leaves the other half to what cannot.
    [[nodiscard]] bool half_full() const { return 2 * count_ >= packets_.size(); }
    [[nodiscard]] std::span<Outgoing> packets() { return std::span{packets_}.first(count_); }
    void clear() { count_ = 0; }

  private:
    std::vector<Outgoing> packets_;
    std::size_t count_{0};
};

// Whether a datagram proved a key that is good now, and was no repetition.
enum class Proof { none, key };

// One thread; time is handed in.
class DatagramHandler {
  public:
    virtual ~DatagramHandler() = default;
    // A datagram as it came; its bytes are changed.
    virtual Proof receive(std::span<std::uint8_t> datagram, const video::Endpoint& from, Ticks now,
                          Outbox& out) = 0;
    // Every 100 ms at least, and at next_due().
    virtual void tick(Ticks now, Outbox& out) = 0;
    // When tick() has something to do before its usual time.
    [[nodiscard]] virtual std::optional<Ticks> next_due() const = 0;
    // This packet of the outbox was not sent.
    virtual void not_sent(const Outgoing& packet) = 0;
    // Where somebody's right ended since the last call and nobody is heard any more: what still
    // waits for such an end is for nobody.
    virtual std::vector<video::Endpoint> take_ended() { return {}; }
};

} // namespace ems::media
