#include "telemetry/video/retransmit.h"

#include <algorithm>
#include <cstring>

#include "telemetry/base/assert.h"

namespace ems::video {

std::optional<std::size_t> make_retransmission(std::span<const std::uint8_t> original,
                                               std::uint32_t rtx_ssrc, std::uint16_t rtx_seq,
                                               std::span<std::uint8_t> out) {
    EMS_ASSERT(out.size() >= original.size() + kRtxOverhead);
    const auto view = parse_rtp(original);
    const std::size_t size = original.size() + kRtxOverhead;
    if (!view || size > kPacketSizeMax) {
        return std::nullopt;
    }
    const auto header = static_cast<std::size_t>(view->payload.data() - original.data());
    std::memcpy(out.data(), original.data(), header);
    write_u16(out, header, view->seq);
    std::memcpy(&out[header + kRtxOverhead], &original[header], original.size() - header);
    out[1] = static_cast<std::uint8_t>((out[1] & 0x80) | kPayloadTypeRtx);
    set_seq(out, rtx_seq);
    set_ssrc(out, rtx_ssrc);
    return size;
}

std::optional<std::span<std::uint8_t>> restore_original(std::span<std::uint8_t> retransmission,
                                                        std::uint32_t media_ssrc,
                                                        std::uint8_t payload_type) {
    const auto view = parse_rtp(retransmission);
    if (!view || view->payload_type != kPayloadTypeRtx || view->payload.size() < kRtxOverhead) {
        return std::nullopt;
    }
    const auto header = static_cast<std::size_t>(view->payload.data() - retransmission.data());
    const std::uint16_t seq = read_u16(retransmission, header);
    std::memmove(&retransmission[kRtxOverhead], retransmission.data(), header);
    const std::span<std::uint8_t> original = retransmission.subspan(kRtxOverhead);
    original[1] = static_cast<std::uint8_t>((original[1] & 0x80) | payload_type);
    set_seq(original, seq);
    set_ssrc(original, media_ssrc);
    return original;
}

unsigned RequestLog::copies_for(std::uint16_t seq, Ticks now) {
    Entry& entry = entries_[seq % entries_.size()];
    if (entry.requests == 0 || entry.seq != seq || now - entry.at > std::chrono::seconds{30}) {
        entry = {now, seq, 1};
        return 1;
    }
    if (now - entry.at < kSameRequest || entry.requests >= kRequestsMax) {
        return 0;
    }
    entry.at = now;
    ++entry.requests;
    return std::min<unsigned>(entry.requests, kCopiesMax);
}

bool RetransmitBudget::take(Ticks now) {
    const double earned = std::chrono::duration<double>(now - at_).count() * kPerSecond;
    left_ = std::min<double>(kBurst, left_ + std::max(0.0, earned));
    at_ = now;
    if (left_ < 1) {
        return false;
    }
    left_ -= 1;
    return true;
}

} // namespace ems::video
