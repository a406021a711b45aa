// Frames of JT/T 808, the protocol of vehicle terminals, in its versions of 2013 and 2019:
//
//   7E | header | body | XOR of header and body | 7E        big-endian
//
// with 7E sent as 7D 02 and 7D as 7D 01 between the flags. The header is message id u16, attributes
// u16, [protocol version u8 when attribute bit 14 is set: 2019,] phone in BCD (6 or 10 bytes),
// serial u16, [parts u16, part from 1 u16 when bit 13 is set]. Attribute bits 0-9 are the body's
// length, 10-12 its encryption, bit 15 is reserved and ignored. Both versions share one port; bit
// 14 tells. Source: JT/T 808-2013 and 808-2019, section 4.4. Pure; any bytes are survived.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::gateway {

inline constexpr std::size_t kBodySizeMax = 1023;                   // ten bits
inline constexpr std::size_t kFrameSizeMax = 21 + kBodySizeMax + 1; // unescaped, without its flags
inline constexpr std::size_t kFrameSizeEscapedMax = 2 * kFrameSizeMax;

enum class Version : std::uint8_t { v2013, v2019 };

// The terminal's number as it stands in the header: 12 (2013) or 20 (2019) hexadecimal digits. BCD
// by the standard, but letters occur in the field, so it is opaque.
class Phone {
  public:
    Phone() = default;
    // Errors: malformed.
    static Result<Phone> parse(std::string_view digits);
    static Phone of_bytes(std::string_view bytes);

    // As sent, lower case.
    [[nodiscard]] const std::string& str() const { return digits_; }
    // Without leading zeros: the same for a terminal in either version. Never empty.
    [[nodiscard]] std::string number() const;
    auto operator<=>(const Phone&) const = default;

  private:
    explicit Phone(std::string digits) : digits_(std::move(digits)) {}
    std::string digits_{"000000000000"};
};

struct Part {
    std::uint16_t total{1};
    std::uint16_t index{1}; // 1..total
    auto operator<=>(const Part&) const = default;
};

struct Header {
    std::uint16_t id{0};
    Version version{Version::v2013};
    std::uint8_t protocol{1};   // the 2019 header's version byte
    std::uint8_t encryption{0}; // 0: none, bit 0: RSA
    Phone phone;
    std::uint16_t serial{0};
    std::optional<Part> part;
    bool operator==(const Header&) const = default;
};

struct Frame {
    Header header;
    std::string body;
    bool operator==(const Frame&) const = default;
};

// Between the flags: "7D 01" and "7D 02" undone. Errors: malformed (7D before anything else, a bare
// 7E, longer than kFrameSizeMax).
Result<std::string> unescape(std::string_view escaped);
std::string escape(std::string_view bytes);

// What stands between two flags. Errors: malformed (escape, checksum, length, part).
Result<Frame> decode_frame(std::string_view escaped);
// With its flags. The body is at most kBodySizeMax, the phone as long as the version asks.
std::string encode_frame(const Header& header, std::string_view body);

// Cuts a stream into frames. Reads may be split and merged anywhere; memory is bounded by one
// frame; what stands before the first flag, empty frames and an endless one are skipped and
// counted.
class FrameStream {
  public:
    // What stood between flags completed by these bytes, still escaped.
    std::vector<std::string> feed(std::string_view bytes);

    struct Counters {
        std::uint64_t oversize{0};
        std::uint64_t noise_bytes{0}; // before the first flag
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

  private:
    enum class State { outside, inside, skipping };
    State state_{State::outside};
    std::string buffer_;
    Counters counters_;
};

} // namespace ems::gateway
