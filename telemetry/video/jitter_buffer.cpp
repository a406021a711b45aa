#include "telemetry/video/jitter_buffer.h"

#include <algorithm>
#include <utility>

#include "telemetry/video/nack.h"

namespace ems::video {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// More missing at once is never asked for: an outage, after which the next key frame is the start.
constexpr std::int64_t kJumpMax = NackGenerator::kMissingMax;
// Nothing came for this long beyond the delay: what is missing has passed its time, however little
// it is, and is not waited for.
constexpr milliseconds kOutage{500};

// First in the packet, or in an aggregate behind a delimiter.
bool carries_parameters(std::span<const std::uint8_t> payload) {
    constexpr std::uint8_t kSps = 7;
    constexpr std::uint8_t kStapA = 24;
    if (payload.empty()) {
        return false;
    }
    const std::uint8_t type = payload[0] & 0x1F;
    // An aggregate that starts a key frame carries parameters in front: a slice of a key frame is
    // too large to share a packet with them in every case but the smallest pictures.
    return type == kSps || (type == kStapA && starts_key_frame(payload));
}

} // namespace

milliseconds JitterDelay::update(microseconds slower_round_trip, double loss, Ticks now) {
    const microseconds wanted = slower_round_trip * 5 * (loss > kHeavyLoss ? 4 : 3) / 3;
    const microseconds target = std::clamp<microseconds>(wanted, limits_.least, limits_.most);
    if (target >= delay_) {
        delay_ = target;
    } else if (updated_at_) {
        const auto passed = std::chrono::duration_cast<microseconds>(now - *updated_at_);
        const microseconds fall = passed * kFallPerSecond.count() / 1000;
        delay_ = std::max(target, delay_ - fall);
    }
    updated_at_ = now;
    return value();
}

Ticks JitterBuffer::due(const Held& held) const {
    return transit_.expected_at(held.timestamp) + delay_;
}

std::int64_t JitterBuffer::extended(std::uint16_t seq) const {
    return *newest_ + seq_distance(seq, static_cast<std::uint16_t>(*newest_ & 0xFFFF));
}

void JitterBuffer::start_over() {
    packets_.clear();
    newest_.reset();
    arrived_at_ = {};
    transit_ = {};
    waiting_ = true;
}

bool JitterBuffer::put(const RtpView& view, std::span<const std::uint8_t> packet, Ticks now) {
    if (!newest_) {
        newest_ = view.seq;
        arrived_at_ = now;
        next_ = view.seq - kJumpMax; // what was sent before the first one may still come
    }
    const std::int64_t number = extended(view.seq);
    const bool after_outage = number > *newest_ + 1 && now - arrived_at_ > kOutage + delay_;
    arrived_at_ = now;
    if (after_outage || number > *newest_ + kJumpMax || packets_.size() >= kPacketsMax) {
        packets_.clear();
        waiting_ = true;
        next_ = number;
        ++counters_.gaps;
    }
    if (number < next_) {
        ++counters_.late;
        return false;
    }
    if (number >= *newest_) {
        newest_ = number;
        if (transit_.sample(view.timestamp, now).restarted) {
            packets_.clear();
            waiting_ = true;
            next_ = number;
        }
    }
    Held held;
    held.packet = {{packet.begin(), packet.end()}, now};
    held.timestamp = view.timestamp;
    held.marker = view.marker;
    held.starts_key_frame = starts_key_frame(view.payload);
    held.has_parameters = carries_parameters(view.payload);
    return packets_.try_emplace(number, std::move(held)).second;
}

// Where to begin. A slice of a key frame whose packet before is not there yet may lack its
// parameters: it is waited for until it is time. `now` absent: whether there will be one.
JitterBuffer::HeldPackets::const_iterator JitterBuffer::key_frame(std::optional<Ticks> now) const {
    for (auto it = packets_.begin(); it != packets_.end(); ++it) {
        if (it->second.starts_key_frame &&
            (it->second.has_parameters || !now || packets_.contains(it->first - 1) ||
             *now >= due(it->second))) {
            return it;
        }
    }
    return packets_.end();
}

bool JitterBuffer::begin_at_key_frame(Ticks now) {
    const auto found = key_frame(now);
    if (found == packets_.end()) {
        // What is past its time is of no use to a key frame any more.
        while (!packets_.empty() && now >= due(packets_.begin()->second) &&
               !packets_.begin()->second.starts_key_frame) {
            next_ = packets_.begin()->first + 1;
            packets_.erase(packets_.begin());
        }
        return false;
    }
    next_ = found->first;
    packets_.erase(packets_.begin(), found);
    waiting_ = false;
    at_once_ = true;
    return true;
}

// Number behind the last packet of the picture at the head; none while it is not whole.
std::optional<std::int64_t> JitterBuffer::end_of_picture() const {
    std::int64_t number = next_;
    std::optional<std::uint32_t> timestamp;
    for (auto it = packets_.find(next_); it != packets_.end() && it->first == number; ++it) {
        if (timestamp && it->second.timestamp != *timestamp) {
            return number; // of an encoder that sets no marker
        }
        timestamp = it->second.timestamp;
        ++number;
        if (it->second.marker) {
            return number;
        }
    }
    return std::nullopt;
}

// Gives up the gap at the head when what is behind it is due.
bool JitterBuffer::skip_gap(Ticks now) {
    std::int64_t number = next_;
    for (auto it = packets_.begin(); it != packets_.end(); ++it, ++number) {
        if (it->first == number) {
            continue;
        }
        if (now < due(it->second)) {
            return false;
        }
        ++counters_.gaps;
        next_ = it->first;
        packets_.erase(packets_.begin(), it);
        waiting_ = true;
        return true;
    }
    return false;
}

std::vector<JitterBuffer::Packet> JitterBuffer::take(Ticks now) {
    std::vector<Packet> out;
    // Each turn ends, begins at a key frame, or gives up a gap, of which there are finitely many.
    while (!packets_.empty()) {
        if (waiting_ && !begin_at_key_frame(now)) {
            break;
        }
        const auto end = end_of_picture();
        if (!end) {
            if (!skip_gap(now)) {
                break;
            }
            continue;
        }
        if (!at_once_ && now < due(packets_.begin()->second)) {
            break;
        }
        at_once_ = false;
        while (next_ != *end) {
            out.push_back(std::move(packets_.begin()->second.packet));
            packets_.erase(packets_.begin());
            ++next_;
        }
        ++counters_.pictures;
        break;
    }
    return out;
}

std::optional<Ticks> JitterBuffer::next_due() const {
    if (packets_.empty()) {
        return std::nullopt;
    }
    if (waiting_ || end_of_picture()) {
        return due(packets_.begin()->second);
    }
    std::int64_t number = next_;
    for (const auto& [held_number, held] : packets_) {
        if (held_number != number++) {
            return due(held);
        }
    }
    return std::nullopt; // its last packets are on their way
}

bool JitterBuffer::wants_key_frame() const {
    return waiting_ && key_frame(std::nullopt) == packets_.end();
}

} // namespace ems::video
