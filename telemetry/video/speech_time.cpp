#include "telemetry/video/speech_time.h"

#include <cstdlib>

#include "telemetry/video/voice_packets.h"

namespace ems::video {
namespace {

constexpr std::uint32_t kClockKhz = kVoiceClockHz / 1000;
constexpr std::uint32_t kFrame = 20 * kClockKhz;
// Farther from a mark than this the two clocks that made mark and time stamp have drifted apart, or
// the speaker's pipeline began anew.
constexpr std::int64_t kReachMs = 5'000;

} // namespace

bool SpeechMarks::is_due(std::uint32_t timestamp) {
    const bool goes_on = newest_ && timestamp != *newest_ && timestamp - *newest_ <= 2 * kFrame;
    newest_ = timestamp;
    count_ = goes_on ? count_ + 1 : 0;
    return count_ < kAtFirst || count_ % kEvery == 0;
}

std::int64_t SpeechTime::spoken_us(std::span<const std::uint8_t> packet, std::uint32_t timestamp,
                                   std::int64_t arrived_us) {
    if (const auto mark = read_capture_mark(packet)) {
        trust_.saw(*mark, arrived_us);
        newest_ = {timestamp, mark->captured_us};
    }
    if (!newest_ || !trust_.believed()) {
        return arrived_us;
    }
    const std::int64_t ahead = static_cast<std::int32_t>(timestamp - newest_->timestamp);
    if (std::llabs(ahead) > kReachMs * kClockKhz) {
        return arrived_us;
    }
    const std::int64_t spoken_us = newest_->captured_us + ahead * 1'000 / kClockKhz;
    return time_on_the_way({spoken_us}, arrived_us) ? spoken_us : arrived_us;
}

} // namespace ems::video
