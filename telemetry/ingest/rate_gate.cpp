#include "telemetry/ingest/rate_gate.h"

#include <algorithm>

#include "telemetry/ingest/limits.h"

namespace ems::ingest {
namespace {

constexpr double kMessageMaxBytes = 64.0 * 1024;
// Share of a full bucket that a message of this load must leave, by Load.
constexpr std::array<double, kLoads> kLeaves{0.5, 0.25, 0.1, 0, 0};
// Who was silent for longer is as good as new.
constexpr std::chrono::minutes kForgotten{2};
constexpr std::chrono::seconds kSweepEvery{10}; // it looks at all of them
// Vehicles beyond kVehiclesMax share one.
constexpr std::string_view kOthers = "#";

double seconds(Ticks::duration time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

RateGate::RateGate(RateLimits limits)
    : messages_per_s_(limits.messages_per_s), bytes_per_s_(limits.bytes_per_s),
      messages_max_(messages_per_s_ * static_cast<double>(kBurst.count())),
      bytes_max_(
          std::max(bytes_per_s_ * static_cast<double>(kBurst.count()), 2 * kMessageMaxBytes)) {}

RateGate::Bucket& RateGate::bucket_of(std::string_view vid, Ticks now) {
    auto found = buckets_.find(vid);
    if (found == buckets_.end()) {
        if (buckets_.size() >= kVehiclesMax && now - swept_ >= kSweepEvery) {
            swept_ = now;
            std::erase_if(buckets_, [now](const auto& entry) {
                return now - entry.second.filled > kForgotten && !entry.second.flood_since;
            });
        }
        const std::string_view name = buckets_.size() < kVehiclesMax ? vid : kOthers;
        found = buckets_
                    .try_emplace(std::string{name},
                                 Bucket{messages_max_, bytes_max_, messages_max_, bytes_max_, now, {},
                                        {}, {}, 0})
                    .first;
    }
    return found->second;
}

bool RateGate::admit(std::string_view vid, Load load, std::size_t size_bytes, Ticks now) {
    const std::lock_guard lock{mutex_};
    Bucket& bucket = bucket_of(vid, now);
    const double passed = std::max(0.0, seconds(now - bucket.filled));
    bucket.filled = std::max(bucket.filled, now);
    bucket.messages = std::min(messages_max_, bucket.messages + passed * messages_per_s_);
    bucket.bytes = std::min(bytes_max_, bucket.bytes + passed * bytes_per_s_);
    bucket.event_messages =
        std::min(messages_max_, bucket.event_messages + passed * messages_per_s_);
    bucket.event_bytes = std::min(bytes_max_, bucket.event_bytes + passed * bytes_per_s_);
    if (load == Load::waves) {
        bucket.wave_at = now;
    }
    const double size = static_cast<double>(size_bytes);
    const double leaves = kLeaves.at(static_cast<std::size_t>(load));
    const bool event = load == Load::events;
    const bool fits = event ? bucket.event_messages >= 1 && bucket.event_bytes >= size
                            : bucket.messages - 1 >= leaves * messages_max_ &&
                                  bucket.bytes - size >= leaves * bytes_max_;
    if (fits) {
        bucket.event_messages -= event ? 1 : 0;
        bucket.event_bytes -= event ? size : 0;
        bucket.messages = std::max(0.0, bucket.messages - 1);
        bucket.bytes = std::max(0.0, bucket.bytes - size);
        return true;
    }
    ++counters_.refused.at(static_cast<std::size_t>(load));
    ++bucket.refused;
    if (load != Load::waves) {
        bucket.refused_at = now;
        if (!bucket.flood_since) {
            bucket.flood_since = now;
            ++counters_.floods;
        }
    }
    return false;
}

RateGate::Counters RateGate::counters() const {
    const std::lock_guard lock{mutex_};
    return counters_;
}

std::vector<RateGate::Flood> RateGate::floods(Ticks now) {
    const std::lock_guard lock{mutex_};
    std::vector<Flood> out;
    for (auto& [vid, bucket] : buckets_) {
        if (bucket.flood_since && now - bucket.refused_at >= kFloodOver) {
            bucket.flood_since.reset();
        }
        if (bucket.flood_since) {
            out.push_back({vid, *bucket.flood_since, bucket.refused});
        }
    }
    return out;
}

std::map<std::string, std::uint64_t> RateGate::refused() const {
    const std::lock_guard lock{mutex_};
    std::map<std::string, std::uint64_t> out;
    for (const auto& [vid, bucket] : buckets_) {
        if (bucket.refused > 0) {
            out.emplace(vid, bucket.refused);
        }
    }
    return out;
}

std::vector<std::string> RateGate::wave_senders(Ticks now, std::chrono::seconds within) const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> out;
    for (const auto& [vid, bucket] : buckets_) {
        if (bucket.wave_at && now - *bucket.wave_at < within) {
            out.push_back(vid);
        }
    }
    return out;
}

} // namespace ems::ingest
