#include "telemetry/video/capture_mark.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

constexpr std::uint8_t kHasExtension = 0x10;
constexpr std::uint16_t kOneByteHeaders = 0xBEDE; // RFC 8285 section 4.2
constexpr std::uint8_t kTimeElement = 1;
constexpr std::uint8_t kFormElement = 2;
constexpr std::uint8_t kStillBit = 1;
constexpr std::uint8_t kDisciplinedBit = 2;
constexpr std::uint8_t kEndElement = 15;
constexpr std::size_t kTimeSize = 8;
constexpr std::size_t kPrefix = 4; // profile and length in words
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kUnixInNtpS = 2'208'988'800; // RFC 5905 figure 4
// Seconds below it are of NTP's era 1, which begins in February 2036.
constexpr std::uint32_t kEraSplit = 0x8000'0000;
constexpr std::int64_t kEraS = std::int64_t{1} << 32;

constexpr std::int64_t kAheadMaxUs = kSecondUs;
constexpr std::int64_t kAgoMaxUs = 60 * kSecondUs;

std::size_t header_size(std::span<const std::uint8_t> packet) {
    return kRtpHeaderSize + 4U * (packet[0] & 0x0FU);
}

void write_ntp(std::span<std::uint8_t> bytes, std::size_t at, std::int64_t us) {
    const std::int64_t seconds = us / kSecondUs;
    const auto fraction = (static_cast<std::uint64_t>(us % kSecondUs) << 32) / kSecondUs;
    write_u32(bytes, at, static_cast<std::uint32_t>(seconds + kUnixInNtpS));
    write_u32(bytes, at + 4, static_cast<std::uint32_t>(fraction));
}

std::int64_t read_ntp(std::span<const std::uint8_t> bytes, std::size_t at) {
    const std::uint32_t seconds = read_u32(bytes, at);
    const std::uint64_t fraction = read_u32(bytes, at + 4);
    const std::int64_t unix_s =
        std::int64_t{seconds} + (seconds < kEraSplit ? kEraS : 0) - kUnixInNtpS;
    // To the nearest: written, it was cut off.
    return unix_s * kSecondUs + static_cast<std::int64_t>((fraction * kSecondUs + (1ULL << 31)) >> 32);
}

} // namespace

CaptureMark mark_at(const MarkClock& clock, Ticks captured_at, SentForm form) {
    const auto ticks =
        std::chrono::duration_cast<std::chrono::microseconds>(captured_at.time_since_epoch());
    return {clock.at_zero_us + ticks.count(), form, clock.trust};
}

std::optional<std::size_t> add_capture_mark(std::span<std::uint8_t> buffer, std::size_t size,
                                            const CaptureMark& mark) {
    EMS_ASSERT(buffer.size() >= size + kCaptureMarkSize);
    const std::span<const std::uint8_t> packet = buffer.first(size);
    if (size + kCaptureMarkSize > kPacketSizeMax || mark.captured_us < 0 || !parse_rtp(packet) ||
        (packet[0] & kHasExtension) != 0) {
        return std::nullopt;
    }
    const std::size_t begin = header_size(packet);
    std::memmove(&buffer[begin + kCaptureMarkSize], &buffer[begin], size - begin);
    buffer[0] |= kHasExtension;
    write_u16(buffer, begin, kOneByteHeaders);
    write_u16(buffer, begin + 2, (kCaptureMarkSize - kPrefix) / 4);
    buffer[begin + kPrefix] = (kTimeElement << 4) | (kTimeSize - 1);
    write_ntp(buffer, begin + kPrefix + 1, mark.captured_us);
    const std::size_t form = begin + kPrefix + 1 + kTimeSize;
    buffer[form] = kFormElement << 4; // of one byte
    buffer[form + 1] = static_cast<std::uint8_t>((mark.form == SentForm::still ? kStillBit : 0U) |
                                                 (mark.clock == CaptureClock::disciplined ? kDisciplinedBit : 0U));
    buffer[form + 2] = 0; // padding
    return size + kCaptureMarkSize;
}

std::optional<CaptureMark> read_capture_mark(std::span<const std::uint8_t> packet) {
    if (!parse_rtp(packet) || (packet[0] & kHasExtension) == 0) {
        return std::nullopt;
    }
    const std::size_t begin = header_size(packet);
    if (read_u16(packet, begin) != kOneByteHeaders) {
        return std::nullopt;
    }
    // parse_rtp() has seen that all of it is there.
    std::span<const std::uint8_t> rest =
        packet.subspan(begin + kPrefix, 4U * read_u16(packet, begin + 2));
    CaptureMark mark;
    bool has_time = false;
    while (!rest.empty()) {
        const std::uint8_t element = rest[0] >> 4;
        if (element == 0) {
            rest = rest.subspan(1);
            continue;
        }
        const std::size_t length = (rest[0] & 0x0FU) + 1U;
        if (element == kEndElement || rest.size() < 1 + length) {
            break;
        }
        if (element == kTimeElement && length == kTimeSize) {
            mark.captured_us = read_ntp(rest, 1);
            has_time = true;
        } else if (element == kFormElement && length == 1) {
            mark.form = (rest[1] & kStillBit) != 0 ? SentForm::still : SentForm::moving;
            mark.clock = (rest[1] & kDisciplinedBit) != 0 ? CaptureClock::disciplined
                                                          : CaptureClock::free_running;
        }
        rest = rest.subspan(1 + length);
    }
    return has_time ? std::optional{mark} : std::nullopt;
}

std::optional<std::chrono::microseconds> time_on_the_way(const CaptureMark& mark,
                                                         std::int64_t arrived_us) {
    const std::int64_t ago = arrived_us - mark.captured_us;
    if (ago < -kAheadMaxUs || ago > kAgoMaxUs) {
        return std::nullopt;
    }
    return std::chrono::microseconds{ago};
}

void CaptureTrust::saw(const CaptureMark& mark, std::int64_t arrived_us) {
    const std::int64_t passed = arrived_us - stretch_from_us_;
    if (passed < 0 || passed >= kStretchUs) {
        least_before_us_ = passed >= 0 && passed < 2 * kStretchUs ? least_us_ : std::nullopt;
        least_us_.reset();
        stretch_from_us_ = arrived_us;
    }
    const std::int64_t ago = arrived_us - mark.captured_us;
    least_us_ = std::min(least_us_.value_or(ago), ago);
}

bool CaptureTrust::believed() const {
    if (!least_us_) {
        return false;
    }
    return std::llabs(std::min(*least_us_, least_before_us_.value_or(*least_us_))) <= kSkewMaxUs;
}

} // namespace ems::video
