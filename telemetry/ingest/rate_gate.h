// How much of one vehicle is taken in, so that one that floods delays no other: two token buckets a
// vehicle, of messages and of bytes. What a healthy vehicle ever sends passes: 5 Hz positions and
// waves, vitals and heartbeats (13 messages, 8 kB a second) beside a backlog at its own full budget
// (384 KiB a second in messages of at most 32 KiB), and a reconnect with a window of events.
//
// Shed in order, by what must be left in the buckets: waves leave half, backlog a quarter, live
// positions and vitals a tenth, signs of life nothing. Events are charged, too, also those of a
// backlog, but only a rate of their own, as high as that of everything together, ever holds them
// back: a vehicle has 64 unacknowledged and sends them again after 3 s at the earliest, so a healthy
// one never meets it. Nothing that is refused was acknowledged, so the vehicle still has it.
//
// Thread-safe: asked on the broker's thread before anything is queued, read by the executor.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "telemetry/base/clock.h"

namespace ems::ingest {

// Sustained, each vehicle.
struct RateLimits {
    std::uint32_t messages_per_s{60};
    std::uint32_t bytes_per_s{512 * 1024};
};

enum class Load { waves, backlog, trends, presence, events };
inline constexpr std::size_t kLoads = 5;

class RateGate {
  public:
    // Burst: this long at the sustained rate, and never less than two of the largest messages.
    static constexpr std::chrono::seconds kBurst{5};
    // A vehicle floods from the first message refused beyond its waves until this long after the
    // last one.
    static constexpr std::chrono::seconds kFloodOver{60};

    // What passed and what was refused, of all vehicles, by Load.
    struct Counters {
        std::array<std::uint64_t, kLoads> refused{};
        std::uint64_t floods{0}; // begun
    };
    struct Flood {
        std::string vid;
        Ticks since{};
        std::uint64_t refused{0}; // messages of this vehicle so far
    };

    explicit RateGate(RateLimits limits);

    // False: do not take it. `vid` as it stands in the topic, unchecked.
    bool admit(std::string_view vid, Load load, std::size_t size_bytes, Ticks now);

    [[nodiscard]] Counters counters() const;
    // Vehicles that flood at this moment; forgets those that have stopped.
    [[nodiscard]] std::vector<Flood> floods(Ticks now);
    // Messages refused so far, of each vehicle of which any were.
    [[nodiscard]] std::map<std::string, std::uint64_t> refused() const;
    // Vehicles that sent waves within the time before `now`.
    [[nodiscard]] std::vector<std::string> wave_senders(Ticks now,
                                                        std::chrono::seconds within) const;

  private:
    struct Bucket {
        double messages{0};
        double bytes{0};
        double event_messages{0};
        double event_bytes{0};
        Ticks filled{};
        std::optional<Ticks> wave_at;
        std::optional<Ticks> flood_since;
        Ticks refused_at{};
        std::uint64_t refused{0};
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    Bucket& bucket_of(std::string_view vid, Ticks now);

    const double messages_per_s_;
    const double bytes_per_s_;
    const double messages_max_;
    const double bytes_max_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
    Counters counters_;
    Ticks swept_{};
};

} // namespace ems::ingest
