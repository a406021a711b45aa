#include "telemetry/gateway/frame.h"

#include <algorithm>

#include "telemetry/base/assert.h"
#include "telemetry/gateway/bytes.h"

namespace ems::gateway {
namespace {

constexpr char kFlag = 0x7e;
constexpr char kEscape = 0x7d;
constexpr std::uint16_t kLengthMask = 0x03ff;
constexpr unsigned kEncryptionShift = 10;
constexpr std::uint16_t kEncryptionMask = 0x7;
constexpr std::uint16_t kPartBit = 1U << 13U;
constexpr std::uint16_t kVersionBit = 1U << 14U;
constexpr std::size_t kPhoneBytes2013 = 6;
constexpr std::size_t kPhoneBytes2019 = 10;
constexpr std::size_t kFrameSizeMin = 2 + 2 + kPhoneBytes2013 + 2 + 1;

char checksum(std::string_view bytes) {
    char sum = 0;
    for (const char byte : bytes) {
        sum = static_cast<char>(sum ^ byte);
    }
    return sum;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Failure malformed(std::string detail) {
    return fail(Code::malformed, std::move(detail));
}

} // namespace

Result<Phone> Phone::parse(std::string_view digits) {
    std::string lower{digits};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const bool hex =
        std::all_of(lower.begin(), lower.end(), [](char c) { return hex_value(c) >= 0; });
    if (!hex || (lower.size() != 2 * kPhoneBytes2013 && lower.size() != 2 * kPhoneBytes2019)) {
        return malformed("phone: not 12 or 20 digits");
    }
    return Phone{std::move(lower)};
}

Phone Phone::of_bytes(std::string_view bytes) {
    EMS_ASSERT(bytes.size() == kPhoneBytes2013 || bytes.size() == kPhoneBytes2019);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string digits;
    for (const char byte : bytes) {
        digits.push_back(kDigits[static_cast<std::uint8_t>(byte) >> 4U]);
        digits.push_back(kDigits[static_cast<std::uint8_t>(byte) & 0xfU]);
    }
    return Phone{std::move(digits)};
}

std::string Phone::number() const {
    const std::size_t first = digits_.find_first_not_of('0');
    return first == std::string::npos ? "0" : digits_.substr(first);
}

Result<std::string> unescape(std::string_view escaped) {
    if (escaped.size() > kFrameSizeEscapedMax) {
        return malformed("frame: too long");
    }
    std::string out;
    out.reserve(escaped.size());
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        if (escaped[i] == kFlag) {
            return malformed("frame: a flag inside");
        }
        if (escaped[i] != kEscape) {
            out.push_back(escaped[i]);
            continue;
        }
        ++i;
        if (i == escaped.size() || (escaped[i] != 1 && escaped[i] != 2)) {
            return malformed("frame: bad escape");
        }
        out.push_back(escaped[i] == 1 ? kEscape : kFlag);
    }
    if (out.size() > kFrameSizeMax) {
        return malformed("frame: too long");
    }
    return out;
}

std::string escape(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + 8);
    for (const char byte : bytes) {
        if (byte == kFlag || byte == kEscape) {
            out.push_back(kEscape);
            out.push_back(byte == kEscape ? 1 : 2);
        } else {
            out.push_back(byte);
        }
    }
    return out;
}

Result<Frame> decode_frame(std::string_view escaped) {
    auto bytes = unescape(escaped);
    if (!bytes) {
        return Failure{std::move(bytes).error()};
    }
    if (bytes->size() < kFrameSizeMin) {
        return malformed("frame: too short");
    }
    const std::string_view checked{bytes->data(), bytes->size() - 1};
    if (checksum(checked) != bytes->back()) {
        return malformed("frame: checksum");
    }
    ByteReader in{checked};
    Frame frame;
    Header& header = frame.header;
    header.id = in.u16();
    const std::uint16_t attributes = in.u16();
    header.encryption = static_cast<std::uint8_t>(attributes >> kEncryptionShift & kEncryptionMask);
    if ((attributes & kVersionBit) != 0) {
        header.version = Version::v2019;
        header.protocol = in.u8();
    }
    const std::string_view phone =
        in.take(header.version == Version::v2019 ? kPhoneBytes2019 : kPhoneBytes2013);
    header.serial = in.u16();
    if ((attributes & kPartBit) != 0) {
        Part part;
        part.total = in.u16();
        part.index = in.u16();
        header.part = part;
    }
    frame.body = in.take(attributes & kLengthMask);
    EMS_TRY(in.finish("frame"));
    header.phone = Phone::of_bytes(phone);
    if (header.part && (header.part->index < 1 || header.part->index > header.part->total)) {
        return malformed("frame: part " + std::to_string(header.part->index) + " of " +
                         std::to_string(header.part->total));
    }
    return frame;
}

std::string encode_frame(const Header& header, std::string_view body) {
    EMS_ASSERT(body.size() <= kBodySizeMax);
    EMS_ASSERT(header.encryption <= kEncryptionMask);
    const bool v2019 = header.version == Version::v2019;
    const std::string& digits = header.phone.str();
    EMS_ASSERT(digits.size() == 2 * (v2019 ? kPhoneBytes2019 : kPhoneBytes2013));
    std::uint16_t attributes = static_cast<std::uint16_t>(body.size());
    attributes =
        static_cast<std::uint16_t>(attributes | header.encryption << kEncryptionShift |
                                   (header.part ? kPartBit : 0U) | (v2019 ? kVersionBit : 0U));
    std::string out;
    put_u16(out, header.id);
    put_u16(out, attributes);
    if (v2019) {
        put_u8(out, header.protocol);
    }
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        put_u8(out,
               static_cast<std::uint8_t>(hex_value(digits[i]) << 4 | hex_value(digits[i + 1])));
    }
    put_u16(out, header.serial);
    if (header.part) {
        put_u16(out, header.part->total);
        put_u16(out, header.part->index);
    }
    out += body;
    out.push_back(checksum(out));
    return kFlag + escape(out) + kFlag;
}

std::vector<std::string> FrameStream::feed(std::string_view bytes) {
    std::vector<std::string> frames;
    while (!bytes.empty()) {
        const std::size_t flag = std::min(bytes.find(kFlag), bytes.size());
        const std::string_view run = bytes.substr(0, flag);
        if (state_ == State::outside) {
            counters_.noise_bytes += run.size();
        } else if (state_ == State::inside && buffer_.size() + run.size() > kFrameSizeEscapedMax) {
            ++counters_.oversize;
            buffer_.clear();
            state_ = State::skipping;
        } else if (state_ == State::inside) {
            buffer_ += run;
        }
        if (flag == bytes.size()) {
            break;
        }
        if (!buffer_.empty()) {
            frames.push_back(std::move(buffer_));
            buffer_.clear();
        }
        state_ = State::inside;
        bytes.remove_prefix(flag + 1);
    }
    return frames;
}

} // namespace ems::gateway
