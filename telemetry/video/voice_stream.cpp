#include "telemetry/video/voice_stream.h"

#include <algorithm>
#include <vector>

#include "telemetry/video/voice_packets.h"

namespace ems::video {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

std::optional<VoiceSplice::Header> VoiceSplice::next(const RtpView& packet, std::uint64_t stretch,
                                                     Ticks now) {
    Header header;
    if (!started_ || stretch != stretch_) {
        header.first = true;
        const auto passed = started_ ? duration_cast<microseconds>(now - newest_at_) : microseconds{0};
        const auto ticks =
            static_cast<std::uint32_t>(passed.count() * (kVoiceClockHz / 1000) / 1000);
        const auto next = static_cast<std::uint16_t>(newest_out_ + 1);
        offset_ = static_cast<std::uint16_t>(next - packet.seq);
        timestamp_offset_ =
            started_ ? newest_timestamp_ + std::max(ticks, 1U) - packet.timestamp : 0U;
        first_in_ = packet.seq;
        stretch_ = stretch;
    } else if (seq_distance(packet.seq, first_in_) < 0) {
        return std::nullopt; // its number was given away already
    }
    header.seq = static_cast<std::uint16_t>(packet.seq + offset_);
    header.timestamp = packet.timestamp + timestamp_offset_;
    if (!started_ || header.first || seq_distance(header.seq, newest_out_) > 0) {
        newest_out_ = header.seq;
        newest_timestamp_ = header.timestamp;
        newest_at_ = now;
    }
    started_ = true;
    // The mark follows at a distance that no straggler reaches, so that the circle can wrap.
    constexpr std::int32_t kFar = 4096;
    if (seq_distance(packet.seq, first_in_) > kFar) {
        first_in_ = static_cast<std::uint16_t>(packet.seq - kFar / 2);
    }
    return header;
}

void JitterTarget::received(std::uint32_t timestamp, Ticks now) {
    if (count_ == 0) {
        base_timestamp_ = timestamp;
        base_at_ = now;
        at_ = 0;
    }
    const auto sent_us = static_cast<std::int64_t>(static_cast<std::int32_t>(
                             timestamp - base_timestamp_)) * 1000 / (kVoiceClockHz / 1000);
    transit_us_[at_] = duration_cast<microseconds>(now - base_at_).count() - sent_us;
    at_ = (at_ + 1) % kWindow;
    count_ = std::min(count_ + 1, kWindow);
    ++since_change_;
}

milliseconds JitterTarget::target() {
    if (count_ < 2) {
        return target_;
    }
    std::vector<std::int64_t> sorted(transit_us_.begin(),
                                     transit_us_.begin() + static_cast<std::ptrdiff_t>(count_));
    const auto late = static_cast<std::ptrdiff_t>(count_ - 1) * 98 / 100;
    std::nth_element(sorted.begin(), sorted.begin() + late, sorted.end());
    const std::int64_t spread = sorted[static_cast<std::size_t>(late)] -
                                *std::min_element(sorted.begin(), sorted.end());
    // A frame of room: the decoder wants the next packet before this one has been played.
    const milliseconds wanted =
        std::clamp(std::chrono::ceil<milliseconds>(microseconds{spread}) + milliseconds{20}, kLeast,
                   kMost);
    const milliseconds stepped = (wanted + kStep - milliseconds{1}) / kStep * kStep;
    if (stepped > target_) {
        target_ = stepped;
        since_change_ = 0;
    } else if (stepped < target_ && since_change_ >= kWindow) {
        target_ -= kStep;
        since_change_ = 0;
    }
    return target_;
}

} // namespace ems::video
