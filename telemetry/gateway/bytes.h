// Big-endian numbers out of and into bytes. A reader that ran short gives zeros and remembers it;
// nothing read is to be used before finish() or whole() said that all of it was there. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::gateway {

class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return number(4); }
    // The next `size` bytes; empty when there are fewer.
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            short_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::string_view take_rest() { return take(rest_.size()); }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

    // Errors: malformed, when something read was not there.
    [[nodiscard]] Result<void> whole(std::string_view what) const {
        return short_ ? Result<void>{fail(Code::malformed, std::string{what} + ": too short")}
                      : Result<void>{};
    }
    // Errors: malformed, when something read was not there or something is left.
    [[nodiscard]] Result<void> finish(std::string_view what) const {
        EMS_TRY(whole(what));
        return rest_.empty()
                   ? Result<void>{}
                   : Result<void>{fail(Code::malformed, std::string{what} + ": too long")};
    }

  private:
    std::uint32_t number(std::size_t size) {
        std::uint32_t value = 0;
        for (const char byte : take(size)) {
            value = value << 8U | static_cast<std::uint8_t>(byte);
        }
        return value;
    }

    std::string_view rest_;
    bool short_{false};
};

inline void put_u8(std::string& out, std::uint8_t value) {
    out.push_back(static_cast<char>(value));
}
inline void put_u16(std::string& out, std::uint16_t value) {
    put_u8(out, static_cast<std::uint8_t>(value >> 8U));
    put_u8(out, static_cast<std::uint8_t>(value & 0xffU));
}
inline void put_u32(std::string& out, std::uint32_t value) {
    put_u16(out, static_cast<std::uint16_t>(value >> 16U));
    put_u16(out, static_cast<std::uint16_t>(value & 0xffffU));
}

// FNV-1a, 64 bit: the same for ever, so that a key made of it is.
inline constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325U;
inline std::uint64_t fnv1a(std::string_view bytes, std::uint64_t basis = kFnvBasis) {
    for (const char byte : bytes) {
        basis = (basis ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3U;
    }
    return basis;
}

// A fixed field filled up with NUL or blanks, on either side.
inline std::string_view trim_padding(std::string_view field) {
    const auto padding = [](char c) { return c == '\0' || c == ' '; };
    while (!field.empty() && padding(field.front())) {
        field.remove_prefix(1);
    }
    while (!field.empty() && padding(field.back())) {
        field.remove_suffix(1);
    }
    return field;
}

} // namespace ems::gateway
