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

void LiveGate::received(wire::UpKind kind) {
    const auto it = std::find_if(under_way_.begin(), under_way_.end(),
                                 [kind](const Message& m) { return m.kind == kind; });
    if (it != under_way_.end()) {
        received_bytes_ = std::max(received_bytes_, it->live_bytes);
        under_way_.erase(it);
    }
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

bool LiveGate::judge(Way& way, std::uint32_t limit_quarters, Ticks now) const {
    if (!way.shut_at) {
        if (way.opened_at && now - *way.opened_at >= kProven) {
            way.pause = kShutFirst;
        }
        if (!queue_exceeds(limit_quarters, now)) {
            return true;
        }
        if (way.opened_at && now - *way.opened_at < kProven) {
            way.pause = std::min(way.pause * 2, kShutMost);
        }
        way.shut_at = now;
        return false;
    }
    if (now - *way.shut_at < way.pause || queue_exceeds(kShort, now)) {
        return false;
    }
    way.shut_at.reset();
    way.opened_at = now;
    return true;
}

bool LiveGate::open(wire::Stream stream, Ticks now) {
    switch (stream) {
    case wire::STREAM_W:
        return judge(waves_, kWaves, now);
    case wire::STREAM_V:
        return judge(vitals_, kVitals, now);
    default:
        return true;
    }
}

} // namespace ems::vehicle
