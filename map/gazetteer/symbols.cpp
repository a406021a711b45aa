#include "map/gazetteer/symbols.h"

namespace ems::map {
namespace {

// Plain letters of U+00C0..U+017F, Latin-1 Supplement and Latin Extended-A, in order.
constexpr std::string_view kPlain =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkk"
    "llllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuu"
    "wwyyyzzzzzzs";
static_assert(kPlain.size() == 0x180 - 0xC0);
// U+01CD..U+01DC: letters with the third tone, and ü with each tone.
constexpr std::string_view kThirdTone = "aaiioouuuuuuuuuu";
static_assert(kThirdTone.size() == 0x1DD - 0x1CD);

constexpr char32_t kBad = 0xFFFFFFFF;

// The next code point, taken off the text; kBad for bytes that are none.
char32_t next_point(std::string_view& text) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    std::size_t length = 1;
    char32_t c = first;
    if (first >= 0xF0 && first < 0xF5) {
        length = 4;
        c = first & 0x07U;
    } else if (first >= 0xE0 && first < 0xF0) {
        length = 3;
        c = first & 0x0FU;
    } else if (first >= 0xC2 && first < 0xE0) {
        length = 2;
        c = first & 0x1FU;
    } else if (first >= 0x80) {
        text.remove_prefix(1);
        return kBad;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (byte(i) & 0xC0U) != 0x80) {
            text.remove_prefix(i);
            return kBad;
        }
        c = c << 6U | (byte(i) & 0x3FU);
    }
    text.remove_prefix(length);
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = c >= 0xD800 && c < 0xE000;
    return c < kLeast[length] || c > 0x10FFFF || is_surrogate ? kBad : c;
}

bool is_ignored(char32_t c) {
    return c == U'\'' || c == 0x2019 || c == 0x02BC || (c >= 0x0300 && c < 0x0370);
}

// Letters of scripts other than Latin, which stand for themselves: everything that is not known
// to be punctuation or blank.
bool is_other_letter(char32_t c) {
    const bool is_punctuation = c < 0xC0 || (c >= 0x2000 && c < 0x2E80) ||
                                (c >= 0x3000 && c < 0x3005) || (c >= 0x3008 && c < 0x3021) ||
                                (c >= 0xE000 && c < 0xF900) || (c >= 0xFE00 && c < 0xFE70) ||
                                c >= 0xFF00;
    return !is_punctuation || (c >= 0x20000 && c < 0x40000);
}

// A symbol, or a space for what separates.
char32_t fold(char32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) {
        c -= 0xFF01 - 0x21;
    }
    if (c >= U'A' && c <= U'Z') {
        return c + 32;
    }
    if (is_latin(c) || is_digit(c)) {
        return c;
    }
    if (c >= 0xC0 && c < 0x180) {
        return static_cast<unsigned char>(kPlain[c - 0xC0]);
    }
    if (c >= 0x1CD && c < 0x1DD) {
        return static_cast<unsigned char>(kThirdTone[c - 0x1CD]);
    }
    if (c == 0x1F8 || c == 0x1F9) {
        return U'n';
    }
    return c != kBad && is_other_letter(c) ? c : U' ';
}

} // namespace

std::u32string fold_text(std::string_view utf8, std::size_t symbols_max) {
    std::u32string out;
    while (!utf8.empty() && out.size() < symbols_max) {
        const char32_t raw = next_point(utf8);
        if (is_ignored(raw)) {
            continue;
        }
        char32_t c = fold(raw);
        if (c == U' ' && (out.empty() || out.back() == U' ')) {
            continue;
        }
        if (c == U'v' && !out.empty() && (out.back() == U'l' || out.back() == U'n')) {
            c = U'u';
        }
        out += c;
    }
    if (!out.empty() && out.back() == U' ') {
        out.pop_back();
    }
    return out;
}

std::string to_utf8(char32_t c) {
    std::string out;
    const auto put = [&out](char32_t bits) { out += static_cast<char>(bits); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6U);
        put(0x80 | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12U);
        put(0x80 | (c >> 6U & 0x3FU));
        put(0x80 | (c & 0x3FU));
    } else {
        put(0xF0 | c >> 18U);
        put(0x80 | (c >> 12U & 0x3FU));
        put(0x80 | (c >> 6U & 0x3FU));
        put(0x80 | (c & 0x3FU));
    }
    return out;
}

} // namespace ems::map
