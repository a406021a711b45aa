#include "dispatch/app/ctl/text_width.h"

#include <algorithm>
#include <array>

namespace ems::ctl {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// EastAsianWidth.txt of Unicode 15, W and F, gathered into blocks.
constexpr std::array kWide{
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x2329, 0x232a},
    Range{0x23e9, 0x23ec},   Range{0x25fd, 0x25fe},   Range{0x2614, 0x2615},
    Range{0x2648, 0x2653},   Range{0x26a1, 0x26a1},   Range{0x26ce, 0x26ce},
    Range{0x2705, 0x2705},   Range{0x274c, 0x274c},   Range{0x2753, 0x2755},
    Range{0x2757, 0x2757},   Range{0x2795, 0x2797},   Range{0x2e80, 0x303e},
    Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},   Range{0x4e00, 0xa4cf},
    Range{0xa960, 0xa97c},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
    Range{0xfe10, 0xfe19},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},
    Range{0xffe0, 0xffe6},   Range{0x1b000, 0x1b2fb}, Range{0x1f300, 0x1f64f},
    Range{0x1f680, 0x1f6ff}, Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};
// Combining marks, joiners and variation selectors that occur in such text.
constexpr std::array kNone{Range{0x0300, 0x036f}, Range{0x200b, 0x200f},  Range{0x202a, 0x202e},
                           Range{0x2060, 0x2064}, Range{0x20d0, 0x20ff},  Range{0x302a, 0x302d},
                           Range{0x3099, 0x309a}, Range{0xfe00, 0xfe0f},  Range{0xfe20, 0xfe2f},
                           Range{0xfeff, 0xfeff}, Range{0xe0100, 0xe01ef}};

template <std::size_t N> bool within(const std::array<Range, N>& ranges, char32_t c) {
    const auto next =
        std::upper_bound(ranges.begin(), ranges.end(), c,
                         [](char32_t value, const Range& range) { return value < range.first; });
    return next != ranges.begin() && c <= std::prev(next)->last;
}

struct Character {
    char32_t code{0}; // 0: none
    std::size_t bytes{1};
};

// The character at the front of a text that is not empty.
Character first_of(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) {
        return {};
    }
    char32_t code = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) {
            return {};
        }
        code = (code << 6U) | (byte(i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < kLeast[size] || surrogate || code > 0x10ffff ? Character{}
                                                               : Character{code, size};
}

bool is_printable(char32_t c) {
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !(c >= 0x2028 && c <= 0x202e);
}

std::size_t width_of(const Character& c) {
    if (!is_printable(c.code)) {
        return 1; // shown as '?'
    }
    return within(kNone, c.code) ? 0 : within(kWide, c.code) ? 2 : 1;
}

} // namespace

std::size_t width_of(std::string_view utf8) {
    std::size_t out = 0;
    while (!utf8.empty()) {
        const Character c = first_of(utf8);
        out += width_of(c);
        utf8.remove_prefix(c.bytes);
    }
    return out;
}

std::string cut(std::string_view utf8, std::size_t columns) {
    std::string out;
    std::size_t used = 0;
    while (!utf8.empty()) {
        const Character c = first_of(utf8);
        used += width_of(c);
        if (used > columns) {
            break;
        }
        out += is_printable(c.code) ? utf8.substr(0, c.bytes) : std::string_view{"?"};
        utf8.remove_prefix(c.bytes);
    }
    return out;
}

std::string left(std::string_view utf8, std::size_t columns) {
    std::string out = cut(utf8, columns);
    out.append(columns - width_of(out), ' ');
    return out;
}

std::string right(std::string_view utf8, std::size_t columns) {
    const std::string text = cut(utf8, columns);
    return std::string(columns - width_of(text), ' ') + text;
}

} // namespace ems::ctl
