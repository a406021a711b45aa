#include "telemetry/media/ogg_opus.h"

#include <array>
#include <utility>

namespace ems::media {
namespace {

constexpr std::uint8_t kFirst = 2;
constexpr std::uint8_t kLast = 4;
// RFC 6716 section 3.1: SILK wide band, 20 ms, mono, one frame.
constexpr std::uint8_t kUsualToc = 9 << 3;
constexpr std::size_t kSegmentsMax = 255;
// What Opus needs before its output is right (RFC 7845 section 4.2): 80 ms.
constexpr std::uint16_t kPreSkip = 3'840;

std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t n = 0; n < 256; ++n) {
        std::uint32_t value = n << 24U;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value << 1U) ^ ((value & 0x8000'0000U) != 0 ? 0x04C1'1DB7U : 0U);
        }
        table[n] = value;
    }
    return table;
}

// RFC 3533 section 6: polynomial 0x04C11DB7, nothing inverted.
std::uint32_t checksum(const std::string& bytes) {
    static const std::array<std::uint32_t, 256> table = make_table();
    std::uint32_t crc = 0;
    for (const char byte : bytes) {
        crc = (crc << 8U) ^ table[(crc >> 24U) ^ static_cast<unsigned char>(byte)];
    }
    return crc;
}

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int n = 0; n < bytes; ++n) {
        out.push_back(static_cast<char>((value >> (8 * n)) & 0xFFU));
    }
}

} // namespace

OggOpusWriter::OggOpusWriter(std::uint32_t serial, const std::string& title)
    : serial_(serial), toc_(kUsualToc) {
    body_ = "OpusHead";
    put(body_, 1, 1); // version
    put(body_, 1, 1); // channel
    put(body_, kPreSkip, 2);
    put(body_, 48'000, 4);
    put(body_, 0, 3); // gain, mapping
    lacing_ = {static_cast<std::uint8_t>(body_.size())};
    page(kFirst, 0);
    const std::string vendor = "ems-mediad";
    const std::string comment = "TITLE=" + title.substr(0, 100);
    body_ = "OpusTags";
    put(body_, vendor.size(), 4);
    body_ += vendor;
    put(body_, 1, 4);
    put(body_, comment.size(), 4);
    body_ += comment;
    lacing_ = {static_cast<std::uint8_t>(body_.size())};
    page(0, 0);
}

void OggOpusWriter::page(std::uint8_t flags, std::uint64_t granule) {
    std::string bytes = "OggS";
    put(bytes, 0, 1);
    put(bytes, flags, 1);
    put(bytes, granule, 8);
    put(bytes, serial_, 4);
    put(bytes, pages_++, 4);
    put(bytes, 0, 4);
    put(bytes, lacing_.size(), 1);
    bytes.append(lacing_.begin(), lacing_.end());
    bytes += body_;
    std::string sum;
    put(sum, checksum(bytes), 4);
    bytes.replace(22, 4, sum);
    out_ += bytes;
    lacing_.clear();
    body_.clear();
    packets_ = 0;
}

void OggOpusWriter::add(std::span<const std::uint8_t> packet) {
    if (packet.empty() || packet.size() > kOpusPacketMax) {
        add_lost();
        return;
    }
    const std::size_t segments = packet.size() / 255 + 1;
    if (lacing_.size() + segments > kSegmentsMax) {
        flush();
    }
    for (std::size_t n = 1; n < segments; ++n) {
        lacing_.push_back(255);
    }
    lacing_.push_back(static_cast<std::uint8_t>(packet.size() % 255));
    body_.append(packet.begin(), packet.end());
    toc_ = packet[0] & 0xFC;
    samples_ += kOpusFrameSamples;
    if (++packets_ >= kOggPacketsPerPage) {
        flush();
    }
}

void OggOpusWriter::add_lost() {
    const std::array<std::uint8_t, 1> nothing{toc_};
    add(nothing);
}

void OggOpusWriter::flush() {
    if (packets_ > 0) {
        page(0, samples_);
    }
}

void OggOpusWriter::end() {
    page(kLast, samples_);
}

std::string OggOpusWriter::take() {
    return std::exchange(out_, {});
}

} // namespace ems::media
