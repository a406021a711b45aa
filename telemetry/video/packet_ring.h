// The packets of one stream that were sent or relayed in the last two seconds, to be sent again on
// request. Bounded by age and count; memory follows the bit rate of the last two seconds (600
// kbit/s: 0.2 MB, 4 Mbit/s: 1.4 MB) and is never more than count x 3 KB beside a table of 0.1 MB.
// Values only; time is handed in. One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/rtp.h"

namespace ems::video {

class PacketRing {
  public:
    static constexpr std::size_t kPacketsMax = 4096; // divides 65536
    static constexpr std::chrono::milliseconds kAgeMax{2000};

    PacketRing() : slots_(kPacketsMax) {}

    // Keeps a plain RTP packet (before encryption, at most kPacketSizeMax bytes, asserted) by the
    // number in its header. One that is there already stays as it was.
    void put(std::span<const std::uint8_t> packet, Ticks now);
    // Empty when it is not there or too old; valid until the next put().
    [[nodiscard]] std::span<const std::uint8_t> find(std::uint16_t seq, Ticks now) const;
    [[nodiscard]] bool holds(std::uint16_t seq, Ticks now) const { return !find(seq, now).empty(); }
    void clear();

    [[nodiscard]] std::size_t packets() const { return packets_; }
    // Of packet buffers, those kept for reuse included.
    [[nodiscard]] std::size_t memory_bytes() const {
        return (packets_ + spare_.size()) * kPacketSizeMax;
    }

    // Of the table of numbers and the order of arrival, which are there without a packet too.
    [[nodiscard]] std::size_t table_bytes() const {
        return slots_.size() * sizeof(Slot) + arrivals_.size() * sizeof(Entry);
    }

  private:
    using Buffer = std::array<std::uint8_t, kPacketSizeMax>;
    struct Slot {
        std::unique_ptr<Buffer> buffer; // null: free
        Ticks at{};
        std::uint16_t size{0};
        std::uint16_t seq{0};
    };
    struct Entry {
        std::uint16_t seq{0};
        Ticks at{};
    };
    void free_slot(Slot& slot);
    void drop_oldest();
    std::unique_ptr<Buffer> take_buffer();

    std::vector<Slot> slots_;    // by seq modulo their count
    std::deque<Entry> arrivals_; // oldest first; one whose slot was taken by another is skipped
    std::vector<std::unique_ptr<Buffer>> spare_;
    std::size_t packets_{0};
};

} // namespace ems::video
