// What a bad network does to packets and streams, decided and not done: values of a seed, of the
// settings and of the clock value handed in. Sockets execute it in fault_proxy.h; here is no
// socket, thread or clock. One thread.
//
// Order on the way of a packet: black hole, queue of the token bucket, token bucket, loss, delay
// and jitter, reordering, duplication, corruption. Each packet takes the same number of random
// values whatever is set, so one setting never changes what another one chooses: with the same seed
// the same packets are lost with and without jitter.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <utility>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"

namespace ems::test {

enum class Transport { tcp, udp };
// up: from the client, which connects to the proxy, to the target. down: back.
enum class Direction { up, down };

enum class Passage {
    open,
    hold,       // nothing is delivered until it opens again, then everything, late: a tunnel
    black_hole, // taken and never delivered, nobody is told: a half-open link
};

// Settings of one direction. As made: nothing is done to it.
struct Faults {
    std::chrono::microseconds delay{0};  // of every packet
    std::chrono::microseconds jitter{0}; // 0 to this much more, uniform; keeps the order
    double loss{0};                      // UDP: share of packets
    double duplicate{0};                 // UDP: share of packets that come twice
    double reorder{0}; // UDP: share of packets held back by reorder_by, overtaken by later ones
    std::chrono::microseconds reorder_by{20'000};
    double corrupt{
        0}; // share of packets (UDP) or of blocks of 1024 bytes (TCP) with one bit flipped
    std::uint64_t rate_bytes_per_s{0}; // token bucket over payload bytes; 0: no limit
    std::uint64_t burst_bytes{1'500};  // depth of the bucket
    // What may wait for the bucket: beyond it UDP is dropped, TCP is not read. TCP on hold is read
    // so far, too.
    std::uint64_t queue_bytes{65'536};
    // TCP: each connection ends when so many bytes of this direction were delivered. UDP: then all
    // is swallowed.
    std::optional<std::uint64_t> cut_after_bytes{};
    Passage passage{Passage::open};

    bool operator==(const Faults&) const = default;
};

// Errors: out_of_range, with the setting; invalid_argument for what has no meaning on TCP (loss,
// duplicate, reorder).
Result<void> check(const Faults& faults, Transport transport);

// An independent seed for one use of `seed`.
std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t use);

class FaultPlan {
  public:
    enum class Fate { delivered, lost, overflowed, swallowed };
    struct Flip {
        std::size_t at{0};    // byte
        std::uint8_t mask{0}; // one bit
    };
    struct Verdict {
        Fate fate{Fate::delivered};
        Ticks at{};            // of delivery
        unsigned copies{1};    // 2: duplicated, one behind the other
        bool held_back{false}; // packets behind it may overtake it
        std::optional<Flip> flip;
    };

    explicit FaultPlan(std::uint64_t seed) : random_(seed) {}

    // The next packet of `size` bytes, which comes at `now`; `now` never falls.
    Verdict packet(std::size_t size, Ticks now, const Faults& faults);
    // Packets after this call are not behind those before it: what was on its way has been dropped.
    void forget_order() { last_at_ = Ticks::min(); }
    // When the next bytes of a stream may be delivered; a stream's queue keeps their order.
    Ticks segment(std::size_t size, Ticks now, const Faults& faults);
    // Bytes that a stream may take in now, 0 when the queue of the bucket is full; SIZE_MAX without
    // a bucket.
    std::size_t room(Ticks now, const Faults& faults);
    // When there is room again.
    Ticks room_at(Ticks now, const Faults& faults);

  private:
    struct Draws {
        double loss, duplicate, reorder, corrupt, jitter;
        std::uint64_t place;
    };
    Draws draw();
    double waiting(Ticks now, const Faults& faults);
    Ticks departure(std::size_t size, Ticks now, const Faults& faults);

    std::mt19937_64 random_;
    double level_{0}; // bytes in the bucket; below 0: bytes that wait for it
    Ticks level_at_{};
    bool filled_{false};
    Ticks last_at_{Ticks::min()};
};

// Bits flipped in a byte stream. Chosen by the position in the stream: how it is cut into reads
// does not matter.
class StreamCorruption {
  public:
    static constexpr std::size_t kBlock = 1'024;
    explicit StreamCorruption(std::uint64_t seed) : random_(seed) {}
    // Flips in place, one bit in the given share of blocks; returns how many.
    std::size_t apply(std::span<std::uint8_t> bytes, double share);

  private:
    std::mt19937_64 random_;
    std::size_t in_block_{kBlock};
    double draw_{0};
    std::uint64_t place_{0};
};

// What is on its way, by time of delivery; equal times keep the order of push().
template <class T> class DelayLine {
  public:
    void push(Ticks at, T value) { line_.emplace(at, std::move(value)); }
    // The first one due at `now`.
    std::optional<T> pop(Ticks now) {
        if (line_.empty() || line_.begin()->first > now) {
            return std::nullopt;
        }
        std::optional<T> out{std::move(line_.begin()->second)};
        line_.erase(line_.begin());
        return out;
    }
    [[nodiscard]] std::optional<Ticks> next() const {
        return line_.empty() ? std::nullopt : std::optional{line_.begin()->first};
    }
    [[nodiscard]] std::size_t size() const { return line_.size(); }
    void clear() { line_.clear(); }

  private:
    std::multimap<Ticks, T> line_;
};

} // namespace ems::test
