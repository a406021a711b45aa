#include "vehicle/agent/live_gate.h"

#include <algorithm>

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;

// Of the limits for waves.
constexpr std::uint32_t kShort = 2; // quarters: a queue this short lets them in again
constexpr std::uint32_t kWaves = 4;
constexpr std::uint32_t kVitals = 8;

bool has_receipt(wire::UpKind kind) {
    switch (kind) {
    case wire::UpKind::birth:
    case wire::UpKind::state:
    case wire::UpKind::evt:
    case wire::UpKind::bf:
    case wire::UpKind::hb:
        return true;
    default:
        return false;
    }
}

} // namespace

void LiveGate::reset() {
    *this = {};
}

void LiveGate::sent(wire::UpKind kind, std::size_t bytes, Ticks now) {
    if (kind != wire::UpKind::bf) {
        live_bytes_ += bytes;
    }
    if (has_receipt(kind)) {
        under_way_.push_back({kind, now, live_bytes_});
    }
}

std::optional<Ticks::duration> LiveGate::received(wire::UpKind kind, Ticks at) {
    const auto it = std::find_if(under_way_.begin(), under_way_.end(),
                                 [kind](const Message& m) { return m.kind == kind; });
    if (it == under_way_.end()) {
        return std::nullopt;
    }
    const auto place = static_cast<std::size_t>(it - under_way_.begin());
    for (Way* way : {&waves_, &vitals_}) {
        Queue& queue = way->queue;
        if (way->shut_at && place < queue.messages) {
            queue.first_receipt = queue.first_receipt.value_or(at);
            queue.last_receipt = at;
            --queue.messages;
        }
    }
    const Ticks::duration under_way = at - it->at;
    received_bytes_ = std::max(received_bytes_, it->live_bytes);
    under_way_.erase(it);
    return under_way;
}

milliseconds LiveGate::waiting(Ticks now) const {
    return under_way_.empty()
               ? milliseconds{0}
               : std::chrono::duration_cast<milliseconds>(now - under_way_.front().at);
}

bool LiveGate::queue_exceeds(std::uint32_t quarters, Ticks now) const {
    return waiting(now) * 4 > kWavesWaitMost * quarters ||
           unreceipted_bytes() * 4 > kWaveBytesMost * quarters;
}

bool LiveGate::Queue::drained_slowly(Ticks shut_at) const {
    if (!first_receipt) {
        return true; // more bytes between two heartbeats than may wait
    }
    if (filled_in == Ticks::duration::zero()) { // one message, which has no spread
        return last_receipt - shut_at > kWavesWaitMost;
    }
    return last_receipt - *first_receipt >= filled_in;
}

void LiveGate::shut(Way& way, Ticks now) const {
    way.shut_at = now;
    way.failed_early = way.opened_at && now - *way.opened_at < kProven;
    if (!way.failed_early) {
        way.pause = kShutFirst;
    }
    way.queue = {};
    way.queue.messages = under_way_.size();
    if (!under_way_.empty()) {
        way.queue.filled_in = under_way_.back().at - under_way_.front().at;
    }
}

milliseconds LiveGate::pause_of(const Way& way) {
    if (!way.failed_early) {
        return way.pause;
    }
    return way.queue.messages > 0 || way.queue.drained_slowly(*way.shut_at)
               ? std::min(way.pause * 2, kShutMost)
               : kShutFirst;
}

bool LiveGate::judge(Way& way, std::uint32_t limit_quarters, Watched watched, Ticks now) const {
    if (!way.shut_at) {
        if (!queue_exceeds(limit_quarters, now)) {
            return true;
        }
        shut(way, now);
        return false;
    }
    const milliseconds pause = pause_of(way);
    const milliseconds most = watched == Watched::yes ? kShutMostWatched : kShutMost;
    if (now - *way.shut_at < std::min(pause, most) || queue_exceeds(kShort, now)) {
        return false;
    }
    way.pause = pause;
    way.shut_at.reset();
    way.opened_at = now;
    return true;
}

bool LiveGate::open(wire::Stream stream, Watched watched, Ticks now) {
    switch (stream) {
    case wire::STREAM_W:
        return judge(waves_, kWaves, watched, now);
    case wire::STREAM_V:
        return judge(vitals_, kVitals, watched, now);
    default:
        return true;
    }
}

} // namespace ems::vehicle
