// Text that is cut to a bound. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace ems {

// At most `bytes_max` bytes of UTF-8 text, cut between characters: half a one is not UTF-8, and a
// message with it is refused as a whole.
[[nodiscard]] constexpr std::string_view cut_text(std::string_view utf8, std::size_t bytes_max) {
    if (utf8.size() <= bytes_max) {
        return utf8;
    }
    std::size_t size = bytes_max;
    while (size > 0 && (static_cast<unsigned char>(utf8[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return utf8.substr(0, size);
}

} // namespace ems
