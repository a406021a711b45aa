// The threads that decode. Messages wait in a bounded ring per class; each vehicle belongs to one
// shard by the hash of its name, so that within a class its messages come out in the order in which
// they went in. A shard decodes a little ahead of the engine and then waits: what the engine does not
// take stays in its ring.
//
// push() from any thread; take(), open() and the figures from the engine's; stop() from any, once or
// more. `decoded` is called on a shard's thread without a lock when something can be taken; it must
// return at once.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "telemetry/base/bounded_queue.h"
#include "telemetry/base/clock.h"
#include "telemetry/ingest/decode.h"

namespace ems::ingest {

enum class MessageClass { events, trends, waves, backlog };
inline constexpr std::array kMessageClasses{MessageClass::events, MessageClass::trends,
                                            MessageClass::waves, MessageClass::backlog};

struct RingBound {
    std::size_t capacity{0}; // of all shards together
    WhenFull when_full{WhenFull::refuse_newest};
    std::size_t per_vehicle{0}; // of one name; what is beyond is refused. 0: no bound of its own
};
using RingBounds = std::array<RingBound, kMessageClasses.size()>; // by MessageClass

class DecodeShards {
  public:
    // Messages of one class that a shard has decoded and the engine has not taken.
    static constexpr std::size_t kAhead = 32;

    // 1 to kShardsMax. The clock must outlive it.
    DecodeShards(std::size_t count, const RingBounds& bounds, RegionCode region, const Clock& clock,
                 std::function<void()> decoded);
    ~DecodeShards();
    DecodeShards(const DecodeShards&) = delete;
    DecodeShards& operator=(const DecodeShards&) = delete;

    // `vid` as it stands in the topic, unchecked. False when it was refused: its ring is full, or holds
    // as much of this vehicle as it may, or stop() was called.
    bool push(MessageClass of, std::string_view vid, link::MqttMessage&& message);
    // Until the first call nothing is decoded: the rings hold. Called again when the region's time
    // scale may have changed.
    void open(double time_scale);
    // At most `count_max`, without waiting; each vehicle's in their order.
    std::vector<Decoded> take(MessageClass of, std::size_t count_max);
    [[nodiscard]] bool has_decoded(MessageClass of) const;

    [[nodiscard]] std::size_t size(MessageClass of) const; // in the ring
    [[nodiscard]] std::size_t capacity(MessageClass of) const;
    [[nodiscard]] std::uint64_t dropped(MessageClass of) const; // or refused, by the ring's policy

    // Ends the threads; what was not taken is gone.
    void stop();

  private:
    struct Arrived {
        std::uint64_t number{0}; // of arrival in its class: which is the oldest of all shards
        std::string vid;         // where the ring bounds one vehicle's
        link::MqttMessage message;
    };
    struct Shard {
        std::array<std::deque<Arrived>, kMessageClasses.size()> in;
        std::array<std::deque<Decoded>, kMessageClasses.size()> out;
        std::size_t turn{0};
        std::condition_variable work;
        std::thread thread;
    };
    struct Ring {
        RingBound bound;
        std::size_t size{0};
        std::uint64_t arrived{0};
        std::uint64_t dropped{0};
        std::map<std::string, std::size_t, std::less<>> of_vehicle; // where the bound asks for it
    };
    void run(Shard& shard);
    [[nodiscard]] std::size_t next_class(Shard& shard) const; // kMessageClasses.size(): none
    [[nodiscard]] bool runnable(const Shard& shard, std::size_t of) const;
    void drop_oldest(std::size_t of);
    void leave(Ring& ring, const Arrived& arrived) const;

    const RegionCode region_;
    const Clock& clock_;
    const std::function<void()> decoded_;
    mutable std::mutex mutex_; // of all below
    std::array<Ring, kMessageClasses.size()> rings_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::size_t first_{0}; // shard that take() begins with
    double time_scale_{1};
    bool open_{false};
    bool stopping_{false};
};

} // namespace ems::ingest
