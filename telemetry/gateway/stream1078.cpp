#include "telemetry/gateway/stream1078.h"

#include <algorithm>
#include <array>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/gateway/bytes.h"

namespace ems::gateway {
namespace {

constexpr std::string_view kMagic{"01cd"};
constexpr std::uint8_t kVersionBits = 0x81;
constexpr std::size_t kSimAt = 8;
constexpr std::uint8_t kTypeLast = static_cast<std::uint8_t>(StreamData::transparent);
constexpr std::uint8_t kFragmentLast = static_cast<std::uint8_t>(Fragment::middle);
// Beyond it the numbers began anew rather than that so many packets are missing.
constexpr std::uint16_t kSkippedMax = 4096;

std::uint64_t u64(ByteReader& in) {
    const std::uint64_t high = in.u32();
    return high << 32U | in.u32();
}

enum class Reading { whole, wrong, part };

struct Size {
    std::size_t header{0};
    std::size_t body{0};
    [[nodiscard]] std::size_t whole() const { return header + body; }
};

// The packet at the beginning of `bytes`, without its body.
Reading read_header(std::string_view bytes, SimSize sim_size, StreamPacket& packet, Size& size) {
    const std::size_t known = std::min(bytes.size(), kMagic.size());
    if (bytes.substr(0, known) != kMagic.substr(0, known) ||
        (bytes.size() > kMagic.size() &&
         static_cast<std::uint8_t>(bytes[kMagic.size()]) != kVersionBits)) {
        return Reading::wrong;
    }
    ByteReader in{bytes.substr(0, kStreamHeaderMax)};
    in.take(kMagic.size() + 1);
    const std::uint8_t type = in.u8();
    packet.marker = (type & 0x80U) != 0;
    packet.payload_type = type & 0x7fU;
    packet.seq = in.u16();
    const std::string_view sim = in.take(static_cast<std::size_t>(sim_size));
    packet.channel = in.u8();
    const std::uint8_t kind = in.u8();
    if (!in.whole("1078")) {
        return Reading::part;
    }
    if (kind >> 4U > kTypeLast || (kind & 0xfU) > kFragmentLast) {
        return Reading::wrong;
    }
    packet.sim = Phone::of_bytes(sim);
    packet.data = static_cast<StreamData>(kind >> 4U);
    packet.fragment = static_cast<Fragment>(kind & 0xfU);
    packet.time_ms = packet.data != StreamData::transparent ? u64(in) : 0;
    const bool video = packet.data < StreamData::audio;
    packet.since_i_frame_ms = video ? in.u16() : std::uint16_t{0};
    packet.since_frame_ms = video ? in.u16() : std::uint16_t{0};
    size.body = in.u16();
    if (!in.whole("1078")) {
        return Reading::part;
    }
    size.header = std::min(bytes.size(), kStreamHeaderMax) - in.left();
    return size.body <= kStreamBodyMax ? Reading::whole : Reading::wrong;
}

enum class Fit { wrong, open, right };

// Whether another packet begins behind the first when that is read so.
Fit fit_of(std::string_view bytes, SimSize sim_size) {
    StreamPacket packet;
    Size size;
    const Reading reading = read_header(bytes, sim_size, packet, size);
    if (reading == Reading::wrong) {
        return Fit::wrong;
    }
    if (reading == Reading::part || bytes.size() < size.whole() + kMagic.size()) {
        return Fit::open;
    }
    return bytes.substr(size.whole(), kMagic.size()) == kMagic ? Fit::right : Fit::wrong;
}

// Where a packet may begin, at the earliest at 1; the end when nowhere.
std::size_t next_beginning(std::string_view bytes) {
    const std::size_t found = bytes.find(kMagic, 1);
    if (found != std::string_view::npos) {
        return found;
    }
    for (std::size_t tail = std::min(kMagic.size() - 1, bytes.size() - 1); tail > 0; --tail) {
        if (bytes.ends_with(kMagic.substr(0, tail))) {
            return bytes.size() - tail;
        }
    }
    return bytes.size();
}

} // namespace

std::string encode(const StreamPacket& packet) {
    EMS_ASSERT(packet.body.size() <= kStreamBodyMax);
    std::string out{kMagic};
    put_u8(out, kVersionBits);
    put_u8(out, static_cast<std::uint8_t>((packet.marker ? 0x80U : 0U) | packet.payload_type));
    put_u16(out, packet.seq);
    const std::string& digits = packet.sim.str();
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        put_u8(out, static_cast<std::uint8_t>(value(digits[i]) << 4 | value(digits[i + 1])));
    }
    put_u8(out, packet.channel);
    put_u8(out, static_cast<std::uint8_t>(static_cast<unsigned>(packet.data) << 4U |
                                          static_cast<unsigned>(packet.fragment)));
    if (packet.data != StreamData::transparent) {
        put_u32(out, static_cast<std::uint32_t>(packet.time_ms >> 32U));
        put_u32(out, static_cast<std::uint32_t>(packet.time_ms & 0xffff'ffffU));
    }
    if (packet.data < StreamData::audio) {
        put_u16(out, packet.since_i_frame_ms);
        put_u16(out, packet.since_frame_ms);
    }
    put_u16(out, static_cast<std::uint16_t>(packet.body.size()));
    return out + packet.body;
}

StreamParser::Step StreamParser::settle_sim(std::string_view bytes) {
    const Fit six = fit_of(bytes, SimSize::six);
    const Fit ten = fit_of(bytes, SimSize::ten);
    // Sound of a terminal with ten bytes ends in the same place when it is read as a picture with
    // six: then six leading zeros tell.
    constexpr std::string_view kPadding{"\0\0\0", 3};
    const bool padded = bytes.size() > kSimAt && bytes.substr(kSimAt, kPadding.size()) == kPadding;
    if (ten == Fit::right && (padded || six != Fit::right)) {
        sim_size_ = SimSize::ten;
    } else if (six == Fit::right && !(padded && ten == Fit::open)) {
        sim_size_ = SimSize::six;
    } else {
        return six == Fit::wrong && ten == Fit::wrong ? Step::noise : Step::wait;
    }
    return Step::packet;
}

StreamParser::Step StreamParser::step(std::string_view bytes, StreamPacket& packet,
                                      std::size_t& taken) {
    if (!sim_size_) {
        if (const Step settled = settle_sim(bytes); settled != Step::packet) {
            return settled;
        }
    }
    Size size;
    const Reading reading = read_header(bytes, *sim_size_, packet, size);
    if (reading == Reading::wrong) {
        return Step::noise;
    }
    if (reading == Reading::part || bytes.size() < size.whole()) {
        return Step::wait;
    }
    packet.body = bytes.substr(size.header, size.body);
    taken = size.whole();
    return Step::packet;
}

std::vector<StreamPacket> StreamParser::feed(std::string_view bytes) {
    unread_ += bytes;
    std::string_view rest{unread_};
    std::vector<StreamPacket> out;
    while (!rest.empty()) {
        StreamPacket packet;
        std::size_t taken = 0;
        const Step done = step(rest, packet, taken);
        if (done == Step::wait) {
            break;
        }
        if (done == Step::noise) {
            taken = next_beginning(rest);
            counters_.noise_bytes += taken;
        } else {
            ++counters_.packets;
            out.push_back(std::move(packet));
        }
        rest.remove_prefix(taken);
    }
    unread_.erase(0, unread_.size() - rest.size());
    EMS_ASSERT(unread_.size() < kStreamUnreadMax);
    return out;
}

// How many numbers are missing before this packet.
std::uint32_t FrameAssembler::skipped_before(const StreamPacket& packet) {
    auto& of_kind = last_seq_of_kind_[packet.data == StreamData::audio ? 1 : 0];
    const auto ahead = [&packet](const std::optional<std::uint16_t>& last) {
        return last ? static_cast<std::uint16_t>(packet.seq - *last - 1) : std::uint16_t{0};
    };
    const std::uint16_t skipped = std::min(ahead(last_seq_), ahead(of_kind));
    last_seq_ = of_kind = packet.seq;
    return skipped;
}

void FrameAssembler::drop_open() {
    if (open_) {
        ++counters_.frames_dropped;
        open_.reset();
    }
    waiting_ = true;
}

std::optional<MediaFrame> FrameAssembler::finish(MediaFrame frame) {
    ++counters_.frames;
    frame.lost = std::exchange(lost_, 0U);
    return frame;
}

std::optional<MediaFrame> FrameAssembler::add(StreamPacket packet) {
    const std::uint32_t skipped = skipped_before(packet);
    if (skipped > 0) {
        const std::uint32_t lost = skipped <= kSkippedMax ? skipped : 1;
        counters_.packets_lost += lost;
        lost_ = std::min<std::uint32_t>(lost_ + lost, kSkippedMax);
        drop_open();
    }
    if (packet.data == StreamData::transparent) {
        return std::nullopt;
    }
    if (packet.data == StreamData::audio) {
        if (packet.fragment != Fragment::whole) {
            ++counters_.frames_dropped;
            return std::nullopt;
        }
        return finish(
            {packet.data, packet.payload_type, packet.time_ms, 0, std::move(packet.body)});
    }
    if (packet.fragment == Fragment::whole || packet.fragment == Fragment::first) {
        if (open_) {
            drop_open(); // its last fragment never came
        }
        open_ =
            MediaFrame{packet.data, packet.payload_type, packet.time_ms, 0, std::move(packet.body)};
    } else {
        const bool fits = open_ && open_->data == packet.data &&
                          open_->bytes.size() + packet.body.size() <= kMediaFrameMax;
        if (!fits) {
            drop_open();
            return std::nullopt;
        }
        open_->bytes += packet.body;
    }
    if (packet.fragment == Fragment::first || packet.fragment == Fragment::middle) {
        return std::nullopt;
    }
    MediaFrame frame = std::move(*open_);
    open_.reset();
    waiting_ = waiting_ && frame.data != StreamData::i_frame;
    if (waiting_) {
        ++counters_.frames_dropped;
        return std::nullopt;
    }
    return finish(std::move(frame));
}

} // namespace ems::gateway
