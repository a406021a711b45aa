#include "telemetry/ingest/decode_shards.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/ingest/limits.h"

namespace ems::ingest {
namespace {

// Decoded without looking up: an event that comes meanwhile waits no longer than for these.
constexpr std::size_t kAtOnce = 8;
static_assert(kAtOnce <= DecodeShards::kAhead);

std::size_t index_of(MessageClass of) {
    return static_cast<std::size_t>(of);
}
constexpr std::size_t kNone = kMessageClasses.size();

} // namespace

DecodeShards::DecodeShards(std::size_t count, const RingBounds& bounds, RegionCode region,
                           const Clock& clock, std::function<void()> decoded)
    : region_(std::move(region)), clock_(clock), decoded_(std::move(decoded)) {
    EMS_ASSERT(count >= 1);
    EMS_ASSERT(count <= kShardsMax);
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        EMS_ASSERT(bounds[i].capacity > 0);
        rings_[i].bound = bounds[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
        shards_.push_back(std::make_unique<Shard>());
    }
    for (const auto& shard : shards_) {
        shard->thread = std::thread{[this, &own = *shard] { run(own); }};
    }
}

DecodeShards::~DecodeShards() {
    stop();
}

void DecodeShards::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    for (const auto& shard : shards_) {
        shard->work.notify_all();
        if (shard->thread.joinable()) {
            shard->thread.join();
        }
    }
}

bool DecodeShards::push(MessageClass of, std::string_view vid, link::MqttMessage&& message) {
    const std::size_t at = index_of(of);
    Shard& shard = *shards_[std::hash<std::string_view>{}(vid) % shards_.size()];
    {
        const std::lock_guard lock{mutex_};
        Ring& ring = rings_[at];
        if (stopping_) {
            return false;
        }
        const auto own = ring.of_vehicle.find(vid);
        if (own != ring.of_vehicle.end() && own->second >= ring.bound.per_vehicle) {
            ++ring.dropped;
            return false;
        }
        if (ring.size >= ring.bound.capacity) {
            ++ring.dropped;
            if (ring.bound.when_full == WhenFull::refuse_newest) {
                return false;
            }
            drop_oldest(at);
        }
        shard.in[at].push_back({++ring.arrived, {}, std::move(message)});
        if (ring.bound.per_vehicle > 0) {
            shard.in[at].back().vid = vid;
            ++ring.of_vehicle[std::string{vid}];
        }
        ++ring.size;
        if (!runnable(shard, at)) {
            return true; // whoever makes it so wakes the shard
        }
    }
    shard.work.notify_one();
    return true;
}

void DecodeShards::drop_oldest(std::size_t of) {
    Shard* holder = nullptr;
    for (const auto& shard : shards_) {
        const auto& in = shard->in[of];
        if (!in.empty() &&
            (holder == nullptr || in.front().number < holder->in[of].front().number)) {
            holder = shard.get();
        }
    }
    EMS_ASSERT(holder != nullptr);
    leave(rings_[of], holder->in[of].front());
    holder->in[of].pop_front();
}

void DecodeShards::leave(Ring& ring, const Arrived& arrived) const {
    --ring.size;
    const auto own = ring.of_vehicle.find(arrived.vid);
    if (own != ring.of_vehicle.end() && --own->second == 0) {
        ring.of_vehicle.erase(own);
    }
}

void DecodeShards::open(double time_scale) {
    {
        const std::lock_guard lock{mutex_};
        open_ = true;
        time_scale_ = time_scale;
    }
    for (const auto& shard : shards_) {
        shard->work.notify_one();
    }
}

bool DecodeShards::runnable(const Shard& shard, std::size_t of) const {
    return open_ && !shard.in[of].empty() && shard.out[of].size() < kAhead;
}

// Events before anything else; the others in turns, so that none of them starves.
std::size_t DecodeShards::next_class(Shard& shard) const {
    constexpr std::size_t kEvents = static_cast<std::size_t>(MessageClass::events);
    if (runnable(shard, kEvents)) {
        return kEvents;
    }
    for (std::size_t i = 1; i <= kNone; ++i) {
        const std::size_t of = (shard.turn + i) % kNone;
        if (runnable(shard, of)) {
            shard.turn = of;
            return of;
        }
    }
    return kNone;
}

void DecodeShards::run(Shard& shard) {
    std::vector<Arrived> taken;
    std::vector<Decoded> made;
    std::unique_lock lock{mutex_};
    for (;;) {
        std::size_t of = kNone;
        shard.work.wait(lock, [&] {
            of = next_class(shard);
            return stopping_ || of != kNone;
        });
        if (stopping_) {
            return;
        }
        auto& in = shard.in[of];
        const auto count = static_cast<std::ptrdiff_t>(
            std::min({in.size(), kAhead - shard.out[of].size(), kAtOnce}));
        taken.assign(std::make_move_iterator(in.begin()),
                     std::make_move_iterator(in.begin() + count));
        in.erase(in.begin(), in.begin() + count);
        for (const Arrived& arrived : taken) {
            leave(rings_[of], arrived);
        }
        const Reception reception{clock_.server_now(), Lane::live, time_scale_};
        lock.unlock();
        for (const Arrived& arrived : taken) {
            made.push_back(decode(arrived.message, region_, reception));
        }
        lock.lock();
        std::move(made.begin(), made.end(), std::back_inserter(shard.out[of]));
        made.clear();
        lock.unlock();
        decoded_();
        lock.lock();
    }
}

std::vector<Decoded> DecodeShards::take(MessageClass of, std::size_t count_max) {
    const std::size_t at = index_of(of);
    std::vector<Decoded> out;
    std::array<Shard*, kShardsMax> freed{};
    std::size_t freed_count = 0;
    {
        const std::lock_guard lock{mutex_};
        for (std::size_t i = 0; i < shards_.size() && out.size() < count_max; ++i) {
            Shard& shard = *shards_[(first_ + i) % shards_.size()];
            auto& from = shard.out[at];
            const auto count = static_cast<std::ptrdiff_t>(
                std::min(from.size(), count_max - out.size()));
            out.insert(out.end(), std::make_move_iterator(from.begin()),
                       std::make_move_iterator(from.begin() + count));
            from.erase(from.begin(), from.begin() + count);
            if (count > 0 && runnable(shard, at)) {
                freed[freed_count++] = &shard;
            }
        }
        first_ = (first_ + 1) % shards_.size();
    }
    for (std::size_t i = 0; i < freed_count; ++i) {
        freed[i]->work.notify_one();
    }
    return out;
}

bool DecodeShards::has_decoded(MessageClass of) const {
    const std::lock_guard lock{mutex_};
    return std::any_of(shards_.begin(), shards_.end(), [of](const auto& shard) {
        return !shard->out[index_of(of)].empty();
    });
}

std::size_t DecodeShards::size(MessageClass of) const {
    const std::lock_guard lock{mutex_};
    return rings_[index_of(of)].size;
}

std::size_t DecodeShards::capacity(MessageClass of) const {
    return rings_[index_of(of)].bound.capacity; // never changes
}

std::uint64_t DecodeShards::dropped(MessageClass of) const {
    const std::lock_guard lock{mutex_};
    return rings_[index_of(of)].dropped;
}

} // namespace ems::ingest
