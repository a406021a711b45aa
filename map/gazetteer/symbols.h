// Text as the gazetteer compares it: small Latin letters without accents or tones, digits, and
// every other letter (Han above all) as it is. Full-width forms are half-width ones; case, tone
// marks and apostrophes do not count; ü, and v after l or n, are u, as keyboards write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ems::map {

[[nodiscard]] constexpr bool is_latin(char32_t c) {
    return (c >= U'a' && c <= U'z');
}
[[nodiscard]] constexpr bool is_digit(char32_t c) {
    return c >= U'0' && c <= U'9';
}

// At most symbols_max symbols; whatever separates words is one space, none at the ends. Bytes that
// are no UTF-8 separate words.
[[nodiscard]] std::u32string fold_text(std::string_view utf8, std::size_t symbols_max);

[[nodiscard]] std::string to_utf8(char32_t c);

} // namespace ems::map
