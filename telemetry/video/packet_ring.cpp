#include "telemetry/video/packet_ring.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/assert.h"

namespace ems::video {

static_assert(65'536 % PacketRing::kPacketsMax == 0,
              "a slot must stay a number's own over the wrap");

std::unique_ptr<PacketRing::Buffer> PacketRing::take_buffer() {
    if (spare_.empty()) {
        // Not value-initialised: put() writes what is read.
        return std::unique_ptr<Buffer>{new Buffer};
    }
    auto buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
}

void PacketRing::free_slot(Slot& slot) {
    // As many spare ones as are in use are kept, so a falling bit rate gives memory back.
    if (spare_.size() < packets_) {
        spare_.push_back(std::move(slot.buffer));
    }
    slot.buffer.reset();
    --packets_;
    while (spare_.size() > packets_ + 64) {
        spare_.pop_back();
    }
}

void PacketRing::drop_oldest() {
    const Entry entry = arrivals_.front();
    arrivals_.pop_front();
    Slot& slot = slots_[entry.seq % kPacketsMax];
    if (slot.buffer && slot.seq == entry.seq && slot.at == entry.at) {
        free_slot(slot);
    }
}

void PacketRing::put(std::span<const std::uint8_t> packet, Ticks now) {
    EMS_ASSERT(packet.size() >= kRtpHeaderSize);
    EMS_ASSERT(packet.size() <= kPacketSizeMax);
    const std::uint16_t seq = read_u16(packet, 2);
    while (!arrivals_.empty() &&
           (now - arrivals_.front().at > kAgeMax || arrivals_.size() >= kPacketsMax)) {
        drop_oldest();
    }
    Slot& slot = slots_[seq % kPacketsMax];
    if (slot.buffer && slot.seq == seq) {
        return;
    }
    if (slot.buffer) {
        free_slot(slot);
    }
    slot.buffer = take_buffer();
    std::copy(packet.begin(), packet.end(), slot.buffer->begin());
    slot.size = static_cast<std::uint16_t>(packet.size());
    slot.seq = seq;
    slot.at = now;
    ++packets_;
    arrivals_.push_back({seq, now});
}

std::span<const std::uint8_t> PacketRing::find(std::uint16_t seq, Ticks now) const {
    const Slot& slot = slots_[seq % kPacketsMax];
    if (!slot.buffer || slot.seq != seq || now - slot.at > kAgeMax) {
        return {};
    }
    return std::span{*slot.buffer}.first(slot.size);
}

void PacketRing::clear() {
    while (!arrivals_.empty()) {
        drop_oldest();
    }
    spare_.clear();
}

} // namespace ems::video
