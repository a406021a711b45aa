#include "telemetry/signal/page/page.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace ems::signal {
namespace {

constexpr double kWideEm = 1.0;
constexpr double kNarrowEm = 0.56;

std::size_t character_bytes(unsigned char first) {
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// Three bytes begin with the general punctuation (en dash, greater-or-equal): all but the Han and
// full-width ones are narrow.
bool is_wide(std::string_view character) {
    return character.size() >= 3 && static_cast<unsigned char>(character[0]) >= 0xE3;
}

bool closes(std::string_view character) {
    constexpr std::array<std::string_view, 8> kClosing{"，", "。", "；", "：",
                                                       "）", "、", ")",  "."};
    for (const std::string_view sign : kClosing) {
        if (character == sign) {
            return true;
        }
    }
    return false;
}

struct Piece { // kept on one line
    std::string text;
    double em{0};
    bool space{false};
};

std::vector<Piece> pieces_of(const std::string& utf8) {
    std::vector<Piece> out;
    bool joins = false; // the last piece is a word that goes on
    for (std::size_t i = 0; i < utf8.size();) {
        const std::string_view character =
            std::string_view{utf8}.substr(i, character_bytes(static_cast<unsigned char>(utf8[i])));
        i += character.size();
        const bool wide = is_wide(character);
        const bool space = character == " ";
        const bool goes_on = !wide && !space;
        if (out.empty() || !((joins && goes_on) || (closes(character) && !out.back().space))) {
            out.push_back({"", 0, space});
        }
        out.back().text += character;
        out.back().em += wide ? kWideEm : kNarrowEm;
        joins = goes_on;
    }
    return out;
}

} // namespace

std::uint32_t ink_rgb(Ink ink) {
    switch (ink) {
    case Ink::grid_fine:
        return 0xF6CFCF;
    case Ink::grid_bold:
        return 0xE89A9A;
    case Ink::trace:
    case Ink::text:
        return 0x000000;
    case Ink::faint_text:
        return 0x505050;
    case Ink::warning:
        return 0xB00020;
    case Ink::caliper:
        return 0x7A3B35;
    case Ink::mark:
        return 0x9A1699;
    case Ink::faint_mark:
        return 0xF0C4EF;
    }
    return 0;
}

void mark_page(Page& page, const std::string& utf8) {
    constexpr double kFaintMm = 26;
    constexpr double kDarkMm = 5;
    const double middle_mm = page.width_mm / 2;
    std::vector<PageShape> under;
    for (const double part : {0.3, 0.55, 0.8}) {
        under.emplace_back(PageText{{middle_mm, page.height_mm * part}, kFaintMm, utf8, Ink::faint_mark, TextAlign::middle,
                                    TextWeight::bold});
    }
    page.shapes.insert(page.shapes.begin(), under.begin(), under.end());
    for (const double y_mm : {kDarkMm + 1, page.height_mm - 2}) {
        page.shapes.emplace_back(
            PageText{{middle_mm, y_mm}, kDarkMm, utf8, Ink::mark, TextAlign::middle, TextWeight::bold});
    }
    page.title = utf8 + " " + page.title;
}

std::vector<std::string> wrap_text(const std::string& utf8, double size_mm, double width_mm) {
    std::vector<std::string> lines;
    std::string line;
    double used_mm = 0;
    for (const Piece& piece : pieces_of(utf8)) {
        const double piece_mm = piece.em * size_mm;
        if (!line.empty() && used_mm + piece_mm > width_mm) {
            lines.push_back(line);
            line.clear();
            used_mm = 0;
        }
        if (line.empty() && piece.space) {
            continue;
        }
        line += piece.text;
        used_mm += piece_mm;
    }
    if (!line.empty()) {
        lines.push_back(line);
    }
    return lines;
}

} // namespace ems::signal
